//! A canary for a password: it must not be seen again, whatever goes wrong.

use std::fs;
use std::path::Path;

use migration::DatabaseUrl;
use sea_orm::ConnectionTrait;
use tests::{Engine, TestDatabase};

use super::program::{Ended, program};

/// The password is `tweety@sits/here`; either word in any spelling betrays it.
const CANARY: [&str; 2] = ["tweety", "sits"];
const ENCODED: &str = "tweety%40sits%2Fhere";

const COMMANDS: [&[&str]; 7] = [
    &["up"],
    &["status"],
    &["down", "--yes"],
    &["fresh"],
    &["reset", "--yes"],
    &["entities", "--check"],
    &["diagram"],
];

/// URLs that end in as many different errors.
const URLS: [&str; 22] = [
    "postgres://app:tweety%40sits%2Fhere@127.0.0.1:1/shop",
    "postgresql://app:tweetysits@127.0.0.1:1/shop",
    "postgres://app@127.0.0.1:1/shop?password=tweety%40sits%2Fhere",
    "postgres://127.0.0.1:1/shop?user=app&password=tweety+sits",
    "postgres://127.0.0.1:1/shop?user=app&pasword=tweetysits&sslpassword=tweetysits",
    "postgres://app:tweetysits@nowhere.invalid/shop",
    "postgres://app:tweetysits@127.0.0.1:1/shop?sslmode=tweetysits",
    "postgres://app:tweetysits@127.0.0.1:1/shop?sslrootcert=/nowhere.pem&sslmode=verify-full",
    "postgres://app:tweetysits@127.0.0.1:99999/shop",
    "postgres://app:tweetysits@[::1/shop",
    "postgres://app:12#tweetysits@127.0.0.1/shop",
    "postgres://app:12/tweetysits@127.0.0.1/shop",
    "postgres://app:12?tweetysits@127.0.0.1/shop",
    "postgres:app:tweetysits@127.0.0.1/shop",
    "mysql://app:tweetysits@127.0.0.1/shop",
    "tweetysits://app:tweetysits@127.0.0.1/shop?password=tweetysits",
    "postgre s://app:tweetysits@127.0.0.1/shop",
    "app:tweetysits@127.0.0.1/shop",
    "tweetysits",
    "sqlite://app:tweetysits@127.0.0.1/shop",
    "sqlite://shop.db?key=tweetysits",
    "sqlite:app:tweetysits@127.0.0.1/shop",
];

fn silent(ended: &Ended, what: &str) {
    for word in CANARY {
        for output in [&ended.stdout, &ended.stderr] {
            assert!(!output.to_lowercase().contains(word), "{what} sings: {output}");
        }
    }
}

fn traced(directory: &Path) -> std::process::Command {
    let mut program = program(directory);
    program.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "1");
    program
}

#[test]
fn no_failing_command_prints_the_password() {
    let directory = tempfile::tempdir().unwrap();
    for (at, url) in URLS.iter().enumerate() {
        // Every URL meets the commands in turn, and `up` and `status` in each of the three ways to hand it over.
        let command = COMMANDS[at % COMMANDS.len()];
        let runs: [(&str, Ended); 4] = [
            (
                "argument",
                traced(directory.path())
                    .args(command)
                    .args(["--database-url", url])
                    .output()
                    .unwrap()
                    .into(),
            ),
            (
                "variable",
                traced(directory.path())
                    .args(command)
                    .env("DATABASE_URL", url)
                    .output()
                    .unwrap()
                    .into(),
            ),
            (
                "joined",
                traced(directory.path())
                    .arg("status")
                    .arg(format!("--database-url={url}"))
                    .output()
                    .unwrap()
                    .into(),
            ),
            ("dotenv", {
                fs::write(directory.path().join(".env"), format!("DATABASE_URL='{url}'\n")).unwrap();
                let ended = traced(directory.path()).arg("up").output().unwrap().into();
                fs::remove_file(directory.path().join(".env")).unwrap();
                ended
            }),
        ];
        for (way, ended) in runs {
            assert_ne!(ended.status, Some(0), "{url} by {way}: {ended:?}");
            silent(&ended, &format!("{url} by {way}"));
        }
    }
}

#[test]
fn a_url_in_the_wrong_place_is_not_repeated() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("postgres://app:{ENCODED}@127.0.0.1:1/shop");
    let wrong: [&[&str]; 7] = [
        &[&url],
        &["up", &url],
        &["up", "-n", &url],
        &["up", "--wait", &url],
        &["generate", &url],
        &["up", &format!("--databse-url={url}")],
        &["up", &format!("-n={url}")],
    ];
    for arguments in wrong {
        let ended: Ended = traced(directory.path()).args(arguments).output().unwrap().into();
        assert_eq!(ended.status, Some(2), "{ended:?}");
        silent(&ended, &format!("{arguments:?}"));
    }
    let help: Ended = traced(directory.path())
        .arg("--help")
        .env("DATABASE_URL", &url)
        .output()
        .unwrap()
        .into();
    silent(&help, "--help");
}

#[test]
fn a_dotenv_that_cannot_be_read_is_not_repeated() {
    let directory = tempfile::tempdir().unwrap();
    for text in [
        "DATABASE_URL=postgres://app:tweety sits@h/d\n",
        "DATABASE_URL='postgres://app:tweetysits@h/d\n",
        "tweetysits\n",
    ] {
        fs::write(directory.path().join(".env"), text).unwrap();
        let ended: Ended = traced(directory.path()).arg("up").output().unwrap().into();
        assert_eq!(ended.status, Some(2), "{ended:?}");
        silent(&ended, text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_checks_the_password_does_not_bring_it_back() {
    let Some(database) = TestDatabase::empty(Engine::Postgres).await else {
        return;
    };
    let role = format!("canary_{}", std::process::id());
    let name = database.url().rsplit('/').next().unwrap().to_owned();
    let db = database.connection();
    db.execute_unprepared(&format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'tweety@sits/here'; GRANT ALL ON SCHEMA public TO {role}; \
         GRANT ALL ON DATABASE \"{name}\" TO {role}"
    ))
    .await
    .unwrap();
    let mut url: url::Url = database.url().parse().unwrap();
    url.set_username(&role).unwrap();
    url.set_password(Some("tweety@sits/here")).unwrap();
    let right = url.to_string();
    url.set_password(Some("tweety@sits/nowhere")).unwrap();
    let wrong = url.to_string();
    url.set_password(Some("tweety@sits/here")).unwrap();
    url.set_path("/tweetless");
    let nowhere = url.to_string();

    let directory = tempfile::tempdir().unwrap();
    for (url, command, status) in [
        (&wrong, COMMANDS[0], 1),
        (&nowhere, COMMANDS[0], 1),
        (&right, &["status"] as &[&str], 0),
        (&right, &["up"], 0),
        (&right, &["down"], 2),
        (&right, &["fresh", "--yes"], 0),
        (&right, &["diagram"], 0),
        (&right, &["reset", "--yes"], 0),
    ] {
        let ended: Ended = traced(directory.path())
            .args(command)
            .env("DATABASE_URL", url)
            .output()
            .unwrap()
            .into();
        assert_eq!(ended.status, Some(status), "{command:?} {ended:?}");
        silent(&ended, &format!("{command:?}"));
    }
    db.execute_unprepared(&format!("DROP OWNED BY {role}; DROP ROLE {role}"))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_debug_nor_display_of_a_url_or_an_error_shows_the_password() {
    for text in URLS {
        let shown = match text.parse::<DatabaseUrl>() {
            Ok(url) => {
                let error = migration::up(&url, None).await.unwrap_err();
                format!("{url} {url:?} {url:#?} {error} {error:?} {error:#?}")
            }
            Err(error) => format!("{error} {error:?} {error:#?}"),
        };
        for word in CANARY {
            assert!(!shown.to_lowercase().contains(word), "{text}: {shown}");
        }
    }
}
