//! Commands that destroy data: who is asked, and what is never touched.

use migration::Migrator;
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::MigratorTrait;
use tests::{Engine, TestDatabase};

use super::program::{run, succeed};
use super::snapshot::{recorded, snapshot};

const DESTRUCTIVE: [&str; 4] = ["down", "fresh", "refresh", "reset"];

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_they_refuse_without_a_terminal_to_ask_on() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let before = snapshot(database.connection()).await;
    for command in DESTRUCTIVE {
        let ended = run(&database, &[command]);
        assert_eq!(ended.status, Some(2), "{ended:?}");
        assert!(
            ended.stderr.contains("there is no terminal to ask on: add --yes"),
            "{ended:?}"
        );
    }
    assert_eq!(snapshot(database.connection()).await, before);
    assert_eq!(
        recorded(database.connection()).await.len(),
        Migrator::migrations().len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_they_just_run() {
    for command in DESTRUCTIVE {
        let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
            return;
        };
        succeed(&database, &[command]);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn down_goes_one_step_unless_told_how_many(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let all = Migrator::migrations().len();
    assert!(
        succeed(&database, &["down", "--yes"]).ends_with("1 migration reverted in 0 ms\n")
            || recorded(database.connection()).await.len() == all - 1
    );
    succeed(&database, &["down", "--yes", "-n", "3"]);
    assert_eq!(recorded(database.connection()).await.len(), all - 4);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn fresh_refuses_a_database_with_a_table_of_somebody_else(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    db.execute_unprepared("CREATE TABLE newsletter (id int PRIMARY KEY)")
        .await
        .unwrap();
    db.execute_unprepared("INSERT INTO newsletter VALUES (1)")
        .await
        .unwrap();
    let before = snapshot(db).await;

    let ended = run(&database, &["fresh", "--yes"]);

    assert_eq!(ended.status, Some(1), "{ended:?}");
    assert!(
        ended
            .stderr
            .contains("tables that are not of this schema (`newsletter`)"),
        "{ended:?}"
    );
    assert_eq!(snapshot(db).await, before);
    // `refresh` and `reset` run the migrations' own `down`, which knows nothing of it.
    succeed(&database, &["refresh", "--yes"]);
    assert_eq!(snapshot(db).await, before);
    succeed(&database, &["reset", "--yes"]);
    let rows = Statement::from_string(engine.backend(), "SELECT id FROM newsletter");
    assert_eq!(db.query_all_raw(rows).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn fresh_refuses_to_drop_what_another_schema_depends_on() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    db.execute_unprepared(
        "CREATE SCHEMA reporting; CREATE VIEW reporting.open_orders AS SELECT id FROM orders",
    )
    .await
    .unwrap();
    let before = snapshot(db).await;

    let ended = run(&database, &["fresh", "--yes"]);

    assert_eq!(ended.status, Some(1), "{ended:?}");
    assert!(
        ended
            .stderr
            .contains("view reporting.open_orders depends on table orders"),
        "{ended:?}"
    );
    assert_eq!(snapshot(db).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn fresh_leaves_functions_and_other_schemas_of_somebody_else_alone() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    db.execute_unprepared(
        "CREATE FUNCTION their_own() RETURNS int LANGUAGE sql AS 'SELECT 1'; \
         CREATE SCHEMA theirs; CREATE TABLE theirs.orders (id int)",
    )
    .await
    .unwrap();
    let before = snapshot(db).await;
    succeed(&database, &["fresh", "--yes"]);
    assert_eq!(snapshot(db).await, before);
    db.execute_unprepared("SELECT their_own() FROM theirs.orders")
        .await
        .unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn fresh_also_cleans_up_what_no_record_knows(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let before = snapshot(db).await;
    // As after an experiment with a migration that has been edited since.
    db.execute_unprepared("DELETE FROM seaql_migrations WHERE version > 'm20261122_000006'")
        .await
        .unwrap();
    db.execute_unprepared("DROP TABLE kpi_measurements")
        .await
        .unwrap();
    succeed(&database, &["fresh", "--yes"]);
    assert_eq!(snapshot(db).await, before);
    assert_eq!(recorded(db).await.len(), Migrator::migrations().len());
}
