//! An archive brings back exactly what went.

use rstest::rstest;
use sea_orm::{ConnectionTrait, EntityTrait};
use service::maintenance::partitions::Partitioned;
use service::maintenance::partitions::restore::RestoreError;
use tests::{Engine, TestDatabase};

use super::dropping::literal;
use super::history::{Everything, fill, world};
use super::{archived, restored};
use crate::command::{run_json, service_on};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_is_what_went_and_comes_back_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 40).await;
    fill(db, &world, "2024-02", 3).await;
    let before = Everything::of(db).await;
    let directory = tempfile::tempdir().unwrap();
    let report = archived(db, "2024-03-01", directory.path()).await.unwrap();
    assert!(report.is_complete());
    assert_eq!(Everything::of(db).await.counts(), [0; 5]);

    let report = restored(db, directory.path()).await.unwrap();
    assert_eq!(Everything::of(db).await, before);
    let first = &report.months[0];
    assert!(
        first
            .tables
            .iter()
            .all(|table| table.cleared == 0 && table.present == 0)
    );
    assert_eq!(
        first.tables.iter().map(|table| table.restored).sum::<u64>(),
        40 * 7
    );

    let again = restored(db, directory.path()).await.unwrap();
    assert_eq!(Everything::of(db).await, before);
    let tables = again.months.iter().flat_map(|month| &month.tables);
    assert_eq!(tables.map(|table| table.restored).sum::<u64>(), 0);

    // And goes into the same archive again, which holds it already.
    let report = archived(db, "2024-03-01", directory.path()).await.unwrap();
    assert!(report.is_complete());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_archive_of_one_engine_restores_into_the_other(
    #[values((Engine::Postgres, Engine::Sqlite), (Engine::Sqlite, Engine::Postgres))] (from, to): (
        Engine,
        Engine,
    ),
) {
    let (Some(from), Some(to)) = (
        TestDatabase::migrated(from).await,
        TestDatabase::migrated(to).await,
    ) else {
        return;
    };
    let world = world(from.connection()).await;
    // The same people on the other side.
    copy_parents(&from, &to).await;
    fill(from.connection(), &world, "2024-01", 20).await;
    let before = Everything::of(from.connection()).await;
    let directory = tempfile::tempdir().unwrap();
    archived(from.connection(), "2024-02-01", directory.path())
        .await
        .unwrap();
    restored(to.connection(), directory.path()).await.unwrap();
    assert_eq!(Everything::of(to.connection()).await, before);
    // Known again, although the engines write it differently.
    restored(to.connection(), directory.path()).await.unwrap();
}

async fn copy_parents(from: &TestDatabase, to: &TestDatabase) {
    macro_rules! copy {
        ($($table:ident)*) => {$(
            for row in entity::$table::Entity::find().all(from.connection()).await.unwrap() {
                let row: entity::$table::ActiveModel = row.into();
                entity::$table::Entity::insert(row.reset_all()).exec(to.connection()).await.unwrap();
            }
        )*};
    }
    use sea_orm::ActiveModelTrait as _;
    copy!(agents workflows campaigns customers);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_there_with_other_values_is_never_overwritten(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 3).await;
    let directory = tempfile::tempdir().unwrap();
    archived(db, "2024-02-01", directory.path()).await.unwrap();
    restored(db, directory.path()).await.unwrap();
    let id = Everything::of(db).await.events[1].id;
    let change = format!(
        "UPDATE system_events SET message = 'changed' WHERE id = {}",
        literal(engine, id.as_uuid())
    );
    db.execute_unprepared(&change).await.unwrap();
    let changed = Everything::of(db).await;
    let refused = restored(db, directory.path()).await.unwrap_err();
    match &refused.source {
        RestoreError::Different { table, rows, first } => {
            assert_eq!(
                (*table, *rows, first.as_slice()),
                ("system_events", 1, &[id.as_uuid()][..])
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(Everything::of(db).await, changed);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_refers_to_a_deleted_row_does_as_its_key_says(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 4).await;
    let mut expected = Everything::of(db).await;
    let directory = tempfile::tempdir().unwrap();
    archived(db, "2024-02-01", directory.path()).await.unwrap();
    delete(db, engine, "customers", world.customer.as_uuid()).await;
    delete(db, engine, "agents", world.source.as_uuid()).await;
    let report = restored(db, directory.path()).await.unwrap();
    for row in &mut expected.transactions {
        row.customer_id = None;
    }
    for row in &mut expected.events {
        row.source_agent_id = None;
    }
    assert_eq!(Everything::of(db).await, expected);
    let cleared: u64 = report.months[0].tables.iter().map(|table| table.cleared).sum();
    assert_eq!(cleared, 4);
    // Restored again they are the same, without what they refer to.
    restored(db, directory.path()).await.unwrap();

    let elsewhere = tempfile::tempdir().unwrap();
    archived(db, "2024-02-01", elsewhere.path()).await.unwrap();
    delete(db, engine, "campaigns", world.campaign.as_uuid()).await;
    let refused = restored(db, elsewhere.path()).await.unwrap_err();
    match &refused.source {
        RestoreError::Missing {
            table,
            column,
            parent,
            first,
        } => {
            assert_eq!(
                (*table, *column, *parent),
                ("revenue_attribution", "campaign_id", "campaigns")
            );
            assert_eq!(first.as_slice(), [world.campaign.as_uuid()]);
        }
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn tasks_of_an_agent_that_was_archived_since_come_back_and_new_ones_stay_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 3).await;
    let before = Everything::of(db).await;
    let directory = tempfile::tempdir().unwrap();
    archived(db, "2024-02-01", directory.path()).await.unwrap();
    db.execute_unprepared("UPDATE agents SET status = 'archived'")
        .await
        .unwrap();
    restored(db, directory.path()).await.unwrap();
    assert_eq!(Everything::of(db).await, before);
    let new = tests::rows::try_insert(
        db,
        "tasks",
        [
            ("assigned_agent_id", world.agent.as_uuid().into()),
            ("workflow_execution_id", before.executions[0].id.as_uuid().into()),
        ],
    );
    new.await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_restores_is_told_of_a_month_that_lies_in_the_default_partition() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 3).await;
    let before = Everything::of(db).await;
    let directory = tempfile::tempdir().unwrap();
    archived(db, "2024-02-01", directory.path()).await.unwrap();
    // As somebody leaves it who detaches a month by hand.
    db.execute_unprepared("CREATE TABLE transactions_y2024m01 (LIKE transactions)")
        .await
        .unwrap();
    let report = restored(db, directory.path()).await.unwrap();
    assert_eq!(report.months[0].in_default, [Partitioned::Transactions]);
    assert!(!report.is_complete());
    assert_eq!(Everything::of(db).await, before);
    let (status, document) =
        run_json(service_on(&database, &["partitions", "restore"]).arg(directory.path()));
    assert_eq!(status, 1, "{document}");
    assert_eq!(document["months"][0]["in_default"][0], "transactions");
}

async fn delete(db: &sea_orm::DatabaseConnection, engine: Engine, table: &str, id: uuid::Uuid) {
    let delete = format!("DELETE FROM {table} WHERE id = {}", literal(engine, id));
    db.execute_unprepared(&delete).await.unwrap();
}
