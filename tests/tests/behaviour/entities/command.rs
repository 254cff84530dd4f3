//! `migration entities` and `migration diagram` as programs.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use rstest::rstest;
use sea_orm::ConnectionTrait;
use tests::{Engine, TestDatabase};

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../entity/src/generated");

/// Runs the program in a directory, on a database or on none.
fn run(directory: &Path, database: Option<&TestDatabase>, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migration-under-test"));
    command
        .env_remove("DATABASE_URL")
        .env_remove("CARGO_MANIFEST_DIR");
    if let Some(database) = database {
        command.env("DATABASE_URL", database.url());
    }
    command
        .current_dir(directory)
        .args(arguments)
        .stdin(Stdio::null());
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn check_passes_on_the_committed_entities(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let anywhere = tempfile::tempdir().unwrap();
    let arguments = ["entities", "--check", "--output", COMMITTED];
    let checked = run(anywhere.path(), Some(&database), &arguments);
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn check_shows_a_difference_writes_nothing_and_exits_with_1(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("generated");
    let output = output.to_str().unwrap();
    let written = run(
        directory.path(),
        Some(&database),
        &["entities", "--output", output],
    );
    assert_eq!(written.status.code(), Some(0), "{written:?}");
    let before = fs::read_to_string(Path::new(output).join("orders.rs")).unwrap();
    assert_eq!(
        before,
        fs::read_to_string(Path::new(COMMITTED).join("orders.rs")).unwrap()
    );
    let column = "ALTER TABLE orders ADD COLUMN gift_note text";
    database.connection().execute_unprepared(column).await.unwrap();

    let checked = run(
        directory.path(),
        Some(&database),
        &["entities", "--check", "--output", output],
    );

    assert_eq!(checked.status.code(), Some(1), "{checked:?}");
    let diff = text(&checked.stdout);
    assert!(diff.contains("--- a/orders.rs\n+++ b/orders.rs\n"), "{diff}");
    assert!(diff.contains("\n+    pub gift_note: Option<String>,\n"), "{diff}");
    assert!(text(&checked.stderr).contains("cargo run -p migration -- entities"));
    assert_eq!(
        fs::read_to_string(Path::new(output).join("orders.rs")).unwrap(),
        before
    );

    let written = run(
        directory.path(),
        Some(&database),
        &["entities", "--output", output],
    );
    assert!(
        text(&written.stdout).contains("wrote     orders.rs\n1 written, 0 removed, 32 unchanged"),
        "{written:?}"
    );
}

#[test]
fn without_a_url_a_temporary_database_serves_and_goes() {
    let directory = tempfile::tempdir().unwrap();
    let checked = run(
        directory.path(),
        None,
        &["entities", "--check", "--output", COMMITTED],
    );
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    let drawn = run(directory.path(), None, &["diagram"]);
    assert_eq!(drawn.status.code(), Some(0), "{drawn:?}");
    assert!(text(&drawn.stdout).starts_with("erDiagram\n    agents ||--o{ agent_capabilities : \"has\"\n"));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_lacks_migrations_is_refused_with_what_to_do(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::empty(engine).await else {
        return;
    };
    database
        .connection()
        .execute_unprepared("SELECT 1")
        .await
        .unwrap();
    let anywhere = tempfile::tempdir().unwrap();
    for arguments in [
        ["entities", "--check", "--output", COMMITTED].as_slice(),
        &["diagram"],
    ] {
        let refused = run(anywhere.path(), Some(&database), arguments);
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        assert!(
            text(&refused.stderr).contains("run `migration up` first"),
            "{refused:?}"
        );
        assert_eq!(text(&refused.stdout), "");
    }
}

#[test]
fn without_an_entity_crate_in_sight_a_directory_is_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let refused = run(directory.path(), None, &["entities"]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(text(&refused.stderr).contains("--output"), "{refused:?}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}
