//! Which database it is, and addresses that lead nowhere: every message says what to do.

use std::fs;
use std::path::Path;

use rstest::rstest;
use sea_orm::ConnectionTrait;
use tests::{Engine, TestDatabase};

use super::program::{Ended, program, run};

fn up(directory: &Path, url: &str) -> Ended {
    program(directory)
        .args(["up", "--database-url", url])
        .output()
        .unwrap()
        .into()
}

#[rstest]
#[case::unknown_scheme(
    "mysql://app@db/shop",
    2,
    "unknown scheme `mysql` in the database URL: write postgresql://"
)]
#[case::no_scheme("shop.db", 2, "no scheme: write postgresql://")]
#[case::no_number("postgres://app@db:port/shop", 2, "the port is no number")]
#[case::unescaped("postgres://app:a/b@db/shop", 2, "in a password are written as %40 %3A %2F")]
#[case::unreachable(
    "postgres://app@127.0.0.1:1/shop",
    1,
    "no PostgreSQL server at 127.0.0.1:1 (connection refused): start it"
)]
#[case::no_socket(
    "postgres:///shop?host=/nowhere&user=app",
    1,
    "no PostgreSQL server at /nowhere:5432 (no such socket): start it"
)]
#[case::no_host(
    "postgres://app@nowhere.invalid/shop",
    1,
    "no PostgreSQL server at nowhere.invalid:5432"
)]
#[case::missing_directory(
    "sqlite://no/such/shop.db",
    1,
    "the directory no/such does not exist: create it with `mkdir -p no/such`"
)]
#[case::a_directory("sqlite://.", 1, "is a directory: name a file in it")]
#[case::missing_file("sqlite://shop.db?mode=rw", 1, "the file shop.db does not exist")]
#[case::no_file("sqlite://", 2, "the file's name is missing")]
#[case::unknown_parameter("sqlite://shop.db?moed=rw", 2, "none of mode, cache, immutable, vfs")]
fn a_url_that_leads_nowhere(#[case] url: &str, #[case] status: i32, #[case] advice: &str) {
    let directory = tempfile::tempdir().unwrap();
    let ended = up(directory.path(), url);
    assert_eq!(ended.status, Some(status), "{ended:?}");
    assert!(ended.stderr.contains(advice), "{ended:?}");
    assert_eq!(
        fs::read_dir(directory.path()).unwrap().count(),
        0,
        "something was left behind"
    );
}

#[test]
fn a_file_that_is_no_database_is_not_touched() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(
        directory.path().join("notes.txt"),
        "to do: everything, and more than sixteen bytes of it",
    )
    .unwrap();
    let ended = up(directory.path(), "sqlite://notes.txt");
    assert_eq!(ended.status, Some(1), "{ended:?}");
    assert!(
        ended
            .stderr
            .contains("notes.txt is not a SQLite database: move it away"),
        "{ended:?}"
    );
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_sqlite_file_is_named() {
    let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
        return;
    };
    let read_only = database.url().replace("mode=rwc", "mode=ro");
    let ended = up(&std::env::temp_dir(), &read_only);
    assert_eq!(ended.status, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("the URL says `mode=ro`"), "{ended:?}");

    // Root may write whatever the permissions say.
    let file = database
        .url()
        .trim_start_matches("sqlite://")
        .trim_end_matches("?mode=rwc");
    let mut permissions = fs::metadata(file).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(file, permissions).unwrap();
    if fs::OpenOptions::new().write(true).open(file).is_err() {
        let ended = run(&database, &["up"]);
        assert_eq!(ended.status, Some(1), "{ended:?}");
        assert!(
            ended
                .stderr
                .contains("cannot be written (permission denied): make the file"),
            "{ended:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_turns_us_away_is_quoted_with_what_to_do() {
    let Some(database) = TestDatabase::empty(Engine::Postgres).await else {
        return;
    };
    let role = format!("turned_away_{}", std::process::id());
    let create = format!("CREATE ROLE {role} LOGIN PASSWORD 'right'");
    database.connection().execute_unprepared(&create).await.unwrap();
    let with = |change: &dyn Fn(&mut url::Url)| {
        let mut url: url::Url = database.url().parse().unwrap();
        change(&mut url);
        up(&std::env::temp_dir(), url.as_str())
    };

    let wrong_password = with(&|url| {
        url.set_username(&role).unwrap();
        url.set_password(Some("wrong")).unwrap();
    });
    let not_allowed = with(&|url| {
        url.set_username(&role).unwrap();
        url.set_password(Some("right")).unwrap();
    });
    let missing_database = with(&|url| url.set_path("/nowhere_to_be_found"));
    let no_tls = with(&|url| url.set_query(Some("sslmode=require")));
    database
        .connection()
        .execute_unprepared(&format!("DROP ROLE {role}"))
        .await
        .unwrap();

    assert_eq!(wrong_password.status, Some(1), "{wrong_password:?}");
    assert!(
        wrong_password
            .stderr
            .contains(&format!("refuses the password of user `{role}`: correct user")),
        "{wrong_password:?}"
    );
    assert_eq!(not_allowed.status, Some(1), "{not_allowed:?}");
    assert!(
        not_allowed
            .stderr
            .contains("is not allowed (permission denied for schema public): connect as the owner"),
        "{not_allowed:?}"
    );
    assert_eq!(missing_database.status, Some(1), "{missing_database:?}");
    assert!(
        missing_database
            .stderr
            .contains("has no database `nowhere_to_be_found`: create it with `createdb --host"),
        "{missing_database:?}"
    );
    // A server that offers TLS has nothing to refuse.
    if no_tls.status != Some(0) {
        assert!(
            no_tls
                .stderr
                .contains("set up TLS on the server, or write another `sslmode=`"),
            "{no_tls:?}"
        );
    }
}

#[test]
fn without_a_url_it_is_a_file_in_the_working_directory_and_the_command_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let ended: Ended = program(directory.path()).args(["up"]).output().unwrap().into();
    assert_eq!(ended.status, Some(0), "{ended:?}");
    assert!(
        ended
            .stdout
            .starts_with("database: sqlite://vividwalls.db (the default, as there is no DATABASE_URL)\n"),
        "{ended:?}"
    );
    assert!(directory.path().join("vividwalls.db").exists());
}

#[test]
fn the_argument_counts_more_than_the_environment_and_that_more_than_dotenv() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join(".env"), "DATABASE_URL=sqlite://three.db\n").unwrap();
    let status = |arguments: &[&str], variable: Option<&str>| -> Ended {
        let mut program = program(directory.path());
        program.arg("status").args(arguments);
        if let Some(url) = variable {
            program.env("DATABASE_URL", url);
        }
        program.output().unwrap().into()
    };
    let argument = ["--database-url", "sqlite://one.db"];
    assert!(
        status(&argument, Some("sqlite://two.db"))
            .stdout
            .starts_with("database: sqlite://one.db (--database-url)")
    );
    assert!(
        status(&[], Some("sqlite://two.db"))
            .stdout
            .starts_with("database: sqlite://two.db (DATABASE_URL)")
    );
    assert!(
        status(&[], None)
            .stdout
            .starts_with("database: sqlite://three.db (DATABASE_URL in .env)")
    );
    assert!(
        status(&[], Some(""))
            .stdout
            .starts_with("database: sqlite://three.db")
    );
}
