//! Which database it works on, and what it says when that cannot be.

use entity::products;
use rstest::rstest;
use sea_orm::{ConnectionTrait as _, EntityTrait, PaginatorTrait};
use tests::{Engine, TestDatabase};

use super::{fixture, import, service};
use crate::command::{run, service_on};

const CANARY: &str = "c4n4ry";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_migrated_is_refused_with_advice(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::empty(engine).await else {
        return;
    };
    let (status, _, errors) = run(&mut import(&database, &fixture("products.csv")));
    assert_eq!(status, 2);
    assert!(errors.contains("cargo run -p migration -- up"), "{errors}");
    let cause = match engine {
        Engine::Postgres => r#"relation "seaql_migrations" does not exist"#,
        Engine::Sqlite => "no such table: seaql_migrations",
    };
    assert!(errors.trim_end().ends_with(cause), "{errors}");
}

#[test]
fn without_a_url_the_database_is_a_file_in_the_working_directory() {
    let directory = tempfile::tempdir().unwrap();
    let products = fixture("products.csv");
    let (status, _, errors) = run(service()
        .arg("--products")
        .arg(&products)
        .current_dir(directory.path()));
    assert_eq!(status, 2);
    assert!(errors.contains("there is no database vividwalls.db"), "{errors}");
    assert!(errors.contains("cargo run -p migration -- up"), "{errors}");
    assert_eq!(
        std::fs::read_dir(directory.path()).unwrap().count(),
        0,
        "and none is made"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_named_env_says_which_database_it_is(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let settings = directory.path().join(".env");
    std::fs::write(&settings, format!("OTHER=1\nDATABASE_URL={}\n", database.url())).unwrap();
    let import = || {
        let mut command = service();
        command
            .arg("--products")
            .arg(fixture("products.csv"))
            .current_dir(directory.path());
        run(&mut command)
    };
    let (status, output, _) = import();
    assert_eq!(status, 1);
    assert!(output.contains("(DATABASE_URL in .env)"), "{output}");
    assert_eq!(
        products::Entity::find()
            .count(database.connection())
            .await
            .unwrap(),
        5
    );

    std::fs::write(&settings, format!("DATABASE_URL=\"{CANARY}\n")).unwrap();
    let (status, _, errors) = import();
    assert_eq!(status, 2);
    assert!(
        errors.contains("the file .env cannot be read") && !errors.contains(CANARY),
        "{errors}"
    );
}

#[rstest]
#[case::nowhere("postgres://app:c4n4ry@127.0.0.1:1/shop")]
#[case::another_scheme("mysql://app:c4n4ry@127.0.0.1/shop")]
#[case::a_slash_in_the_password("postgres://app:1/c4n4ry@127.0.0.1/shop")]
#[case::a_hash_in_the_password("postgres://app:c#c4n4ry@127.0.0.1/shop")]
fn no_message_repeats_the_password(#[case] url: &str) {
    let given: [&[&str]; 3] = [&["--database-url", url], &[url], &["--databaseurl", url]];
    for arguments in given {
        let (status, output, errors) = run(service()
            .arg("--products")
            .arg(fixture("products.csv"))
            .args(arguments));
        assert_eq!(status, 2);
        assert!(
            !output.contains(CANARY) && !errors.contains(CANARY),
            "{output}{errors}"
        );
    }
}

#[rstest]
#[case::missing(
    "DELETE FROM seaql_migrations WHERE version > 'm20261122_000013'",
    "of the migrations of this program, m2"
)]
#[case::newer(
    "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20990101_000001_rename_orders', 1)",
    "a migration that this program does not know, m20990101_000001_rename_orders: the program is older"
)]
#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_another_release_is_neither_written_nor_exported_but_examined(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] change: &str,
    #[case] message: &str,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    database.connection().execute_unprepared(change).await.unwrap();
    let export = &mut service_on(&database, &["export", "products", "--format", "csv"]);
    for command in [&mut import(&database, &fixture("products.csv")), export] {
        let (status, output, errors) = run(command);
        assert!(status == 2 && errors.contains(message), "{output}{errors}");
    }
    let products = products::Entity::find().count(database.connection());
    assert_eq!(products.await.unwrap(), 0);
    let mut doctor = service_on(&database, &["doctor", "--only", "schema.migrations"]);
    assert_eq!(run(&mut doctor).0, 1);
}

#[test]
fn a_url_where_a_file_belongs_is_not_repeated() {
    let url = "postgres://app:c4n4ry@127.0.0.1/shop";
    let directory = tempfile::tempdir().unwrap();
    for arguments in [
        &["import", "agents", url][..],
        &["import", "shopify", "--products", url],
        &["export", "agents", "--format", "csv", "--out", url],
        &["--json", "import", "agents", url],
    ] {
        let (status, output, errors) = run(crate::command::service()
            .args(arguments)
            .current_dir(directory.path()));
        assert_eq!(status, 2);
        assert!(
            !output.contains(CANARY) && !errors.contains(CANARY),
            "{output}{errors}"
        );
    }
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn a_directory_is_no_database() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", directory.path().display());
    let (status, _, errors) = run(service()
        .arg("--products")
        .arg(fixture("products.csv"))
        .args(["--database-url", &url]));
    assert_eq!(status, 2);
    assert!(errors.contains("name the SQLite file in it"), "{errors}");
}
