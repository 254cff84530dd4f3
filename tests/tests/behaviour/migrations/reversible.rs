//! There and back again.

use migration::Migrator;
use rstest::rstest;
use sea_orm_migration::MigratorTrait;
use tests::{Engine, TestDatabase};

use super::program::succeed;
use super::snapshot::{recorded, snapshot, stages};

#[test]
fn every_migration_states_that_it_runs_in_a_transaction() {
    for migration in Migrator::migrations() {
        assert_eq!(migration.use_transaction(), Some(true), "{}", migration.name());
    }
}

#[test]
fn migrations_are_named_by_date_and_number_in_their_order() {
    let migrations = Migrator::migrations();
    let names: Vec<&str> = migrations.iter().map(|migration| migration.name()).collect();
    assert!(names.is_sorted(), "{names:?}");
    for name in names {
        let parts: Vec<&str> = name.splitn(3, '_').collect();
        let [date, number, what] = parts[..] else {
            panic!("{name}")
        };
        assert!(
            date.len() == 9 && date[1..].bytes().all(|b| b.is_ascii_digit()),
            "{name}"
        );
        assert!(
            number.len() == 6 && number.bytes().all(|b| b.is_ascii_digit()),
            "{name}"
        );
        assert!(what.contains('_'), "{name} lacks its verb or its object");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn each_step_down_leaves_what_was_there_before_the_step_up(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(stages) = stages(engine).await else {
        return;
    };
    let database = TestDatabase::migrated(engine).await.unwrap();
    for stage in stages.iter().rev().skip(1) {
        let report = migration::Runner::new()
            .down_on(database.connection(), Some(1))
            .await
            .unwrap();
        assert_eq!(snapshot(database.connection()).await, *stage, "{report:?}");
    }
    assert!(recorded(database.connection()).await.is_empty());
}

#[rstest]
#[case::down_to_nothing(&["down", "--yes", "-n", "1000"])]
#[case::reset(&["reset", "--yes"])]
#[tokio::test(flavor = "multi_thread")]
async fn up_after_going_down_to_nothing_leaves_the_same_catalogue(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] down: &[&str],
) {
    let Some(database) = TestDatabase::empty(engine).await else {
        return;
    };
    let db = database.connection();
    let nothing = snapshot(db).await;
    succeed(&database, &["up"]);
    let first = snapshot(db).await;
    succeed(&database, down);
    assert_eq!(snapshot(db).await, nothing);
    succeed(&database, &["up"]);
    assert_eq!(snapshot(db).await, first);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn refresh_and_fresh_leave_the_same_catalogue_and_no_row(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values("refresh", "fresh")] command: &str,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let before = snapshot(db).await;
    tests::rows::insert(db, "workflow_executions", []).await;
    succeed(&database, &[command, "--yes"]);
    assert_eq!(snapshot(db).await, before);
    assert_eq!(recorded(db).await.len(), Migrator::migrations().len());
    let rows = sea_orm::Statement::from_string(engine.backend(), "SELECT 1 FROM workflows");
    assert!(
        sea_orm::ConnectionTrait::query_all_raw(db, rows)
            .await
            .unwrap()
            .is_empty()
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn status_tells_applied_from_pending_and_changes_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::empty(engine).await else {
        return;
    };
    let all = Migrator::migrations().len();
    let empty = snapshot(database.connection()).await;
    assert!(succeed(&database, &["status"]).ends_with(&format!("0 applied, {all} pending\n")));
    assert_eq!(snapshot(database.connection()).await, empty);
    succeed(&database, &["up", "-n", "2"]);
    assert!(succeed(&database, &["status"]).ends_with(&format!("2 applied, {} pending\n", all - 2)));
    assert_eq!(recorded(database.connection()).await.len(), 2);
}
