//! Databases that are somebody else's: every message says what to do.

use rstest::rstest;
use sea_orm::ConnectionTrait;
use tests::{Engine, TestDatabase};

use super::program::{Ended, program, run};
use super::snapshot::{recorded, snapshot};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_foreign_tables_is_refused_and_left_alone(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::empty(engine).await else {
        return;
    };
    let db = database.connection();
    db.execute_unprepared("CREATE TABLE wp_posts (id int)")
        .await
        .unwrap();
    db.execute_unprepared("CREATE VIEW wp_recent AS SELECT id FROM wp_posts")
        .await
        .unwrap();
    let before = snapshot(db).await;

    let ended = run(&database, &["up"]);

    assert_eq!(ended.status, Some(1), "{ended:?}");
    assert!(
        ended
            .stderr
            .contains("not of this schema (`wp_posts`, `wp_recent`): name a database (with SQLite, a file) that is empty or new"),
        "{ended:?}"
    );
    assert_eq!(snapshot(db).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_an_extension_or_of_another_schema_are_not_foreign() {
    let Some(database) = TestDatabase::empty(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    db.execute_unprepared("CREATE SCHEMA other; CREATE TABLE other.orders (id int)")
        .await
        .unwrap();
    let ended = run(&database, &["up"]);
    assert_eq!(ended.status, Some(0), "{ended:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_version_is_refused_by_every_command(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    db.execute_unprepared("INSERT INTO seaql_migrations VALUES ('m20991231_000001_fly_to_mars', 0)")
        .await
        .unwrap();
    let (schema, records) = (snapshot(db).await, recorded(db).await);

    for command in [
        &["up"] as &[&str],
        &["status"],
        &["down", "--yes"],
        &["fresh", "--yes"],
        &["refresh", "--yes"],
        &["reset", "--yes"],
    ] {
        let ended = run(&database, command);
        assert_eq!(ended.status, Some(1), "{command:?} {ended:?}");
        assert!(
            ended.stderr.contains("migrated by a newer version"),
            "{command:?} {ended:?}"
        );
        assert!(
            ended.stderr.contains("`m20991231_000001_fly_to_mars`"),
            "{command:?} {ended:?}"
        );
    }

    assert_eq!(snapshot(db).await, schema);
    assert_eq!(recorded(db).await, records);
}

#[test]
fn a_command_line_that_makes_no_sense_ends_with_status_2() {
    for arguments in [
        &[] as &[&str],
        &["upp"],
        &["up", "-n", "0"],
        &["up", "-n", "-1"],
        &["up", "--wait", "soon"],
        &["generate"],
    ] {
        let ended: Ended = program(&std::env::temp_dir())
            .args(arguments)
            .output()
            .unwrap()
            .into();
        assert_eq!(ended.status, Some(2), "{arguments:?} {ended:?}");
    }
}
