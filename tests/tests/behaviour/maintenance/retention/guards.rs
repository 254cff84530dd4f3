//! What ends a run before something goes that should not: a lock that is lost or held, a partition that is taken off, rows that stay.

use std::ops::ControlFlow;

use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use service::DatabaseError;
use service::maintenance::lock::{LockError, Work, acquire};
use service::maintenance::partitions::Partitioned;
use service::maintenance::partitions::drop::{DropBefore, DropError, Fate, drop_before};
use service::maintenance::partitions::restore::{Restore, RestoreError, restore};
use tests::{Engine, TestDatabase};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use super::dropping::partitions;
use super::history::{Everything, fill, world};
use super::{archived, day, fates, kept, month, restored};
use crate::race::wait_for;

/// What a query of one number answers.
async fn number(db: &DatabaseConnection, sql: String) -> i64 {
    let asked = Statement::from_string(DbBackend::Postgres, sql);
    let row = db.query_one_raw(asked).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Ends the session that holds the lock of dropping and restoring, and waits until it has gone.
async fn lose_the_lock(db: &DatabaseConnection) {
    const HELD: &str = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_locks WHERE locktype = 'advisory' \
                        AND objsubid = 1 AND granted AND pid <> pg_backend_pid() \
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(number(db, HELD.to_owned()).await, 1);
}

/// Somebody else may drop or restore by then.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_lost_the_lock_works_on_no_other_month() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 2).await;
    fill(db, &world, "2024-02", 2).await;
    let directory = tempfile::tempdir().unwrap();
    let command = DropBefore {
        archive: Some(directory.path().to_owned()),
        ..DropBefore::new(day("2024-03-01"))
    };
    let mut once = true;
    let mut lose = || {
        if std::mem::take(&mut once) {
            block_in_place(|| Handle::current().block_on(lose_the_lock(db)));
        }
        ControlFlow::Continue(())
    };
    let ended = drop_before(db, &command, &mut |_| lose(), tokio::time::sleep)
        .await
        .unwrap_err();
    assert!(matches!(
        ended.source,
        DropError::Database(DatabaseError::ConnectionLost)
    ));
    assert_eq!(fates(&ended.so_far), [("2024-01".to_owned(), Fate::Gone)]);
    assert_eq!(Everything::of(db).await.counts(), [2, 4, 2, 4, 2]);

    archived(db, "2024-03-01", directory.path()).await.unwrap();
    once = true;
    let command = Restore {
        directory: directory.path().to_owned(),
    };
    let mut lose = || {
        if std::mem::take(&mut once) {
            block_in_place(|| Handle::current().block_on(lose_the_lock(db)));
        }
        ControlFlow::Continue(())
    };
    let ended = restore(db, &command, &mut |_| lose()).await.unwrap_err();
    assert!(matches!(
        ended.source,
        RestoreError::Database(DatabaseError::ConnectionLost)
    ));
    assert_eq!(Everything::of(db).await.counts(), [2, 4, 2, 4, 2]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_restored_while_somebody_drops_or_restores(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    fill(db, &world(db).await, "2024-01", 2).await;
    let directory = tempfile::tempdir().unwrap();
    archived(db, "2024-02-01", directory.path()).await.unwrap();
    let other = acquire(db, Work::MoveMonths, std::time::Duration::ZERO)
        .await
        .unwrap();
    let refused = restored(db, directory.path()).await.unwrap_err();
    assert!(matches!(
        refused.source,
        RestoreError::Lock(LockError::Held { .. })
    ));
    other.release().await;
    assert_eq!(Everything::of(db).await.counts(), [0; 5]);
}

/// Whoever takes a partition off wants to keep it.
#[tokio::test(flavor = "multi_thread")]
async fn a_partition_that_is_taken_off_while_a_run_waits_for_it_stays() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    partitions(db, "2024-01").await;
    fill(db, &world(db).await, "2024-01", 2).await;
    let name = month("2024-01").partition_of(Partitioned::SystemEvents);
    let detaching = db.begin().await.unwrap();
    let detach = format!("ALTER TABLE system_events DETACH PARTITION {name}");
    // First it only keeps others from writing, so that the run sees the partition in its place.
    let lock = format!("LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE");
    detaching.execute_unprepared(&lock).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let going = tokio::spawn({
        let (db, directory) = (db.clone(), directory.path().to_owned());
        async move { archived(&db, "2024-02-01", &directory).await }
    });
    wait_for(db, 1).await;
    detaching.execute_unprepared(&detach).await.unwrap();
    detaching.commit().await.unwrap();
    let report = going.await.unwrap().unwrap();
    assert_eq!(fates(&report), [("2024-01".to_owned(), Fate::Gone)]);
    assert_eq!(number(db, format!("SELECT count(*) FROM {name}")).await, 2);
}

/// What it holds is no longer read through its table, so nobody would see it go.
#[tokio::test(flavor = "multi_thread")]
async fn a_partition_that_is_being_detached_stays_with_its_rows() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    partitions(db, "2024-01").await;
    fill(db, &world(db).await, "2024-01", 2).await;
    // As DETACH … CONCURRENTLY leaves it when it is cut short; sessions that knew the partition before do not notice this one.
    let name = month("2024-01").partition_of(Partitioned::SystemEvents);
    db.execute_unprepared(&format!(
        "UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = '{name}'::regclass"
    ))
    .await
    .unwrap();
    let db = &super::pool::pool(&database, |_| {}).await;
    let directory = tempfile::tempdir().unwrap();
    let report = archived(db, "2024-02-01", directory.path()).await.unwrap();
    assert_eq!(fates(&report), [("2024-01".to_owned(), Fate::Gone)]);
    assert_eq!(number(db, format!("SELECT count(*) FROM {name}")).await, 2);
}

/// Another program's trigger, for one.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_month_of_which_rows_cannot_be_deleted_has_not_gone(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    fill(db, &world(db).await, "2024-01", 2).await;
    let keep = match engine {
        Engine::Postgres => {
            "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; \
             CREATE TRIGGER keep BEFORE DELETE ON system_events FOR EACH ROW EXECUTE FUNCTION keep()"
        }
        Engine::Sqlite => {
            "CREATE TRIGGER keep BEFORE DELETE ON system_events BEGIN SELECT RAISE(IGNORE); END"
        }
    };
    db.execute_unprepared(keep).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let command = DropBefore {
        archive: Some(directory.path().to_owned()),
        ..DropBefore::new(day("2024-02-01"))
    };
    // Pauses are cut short, so that all attempts fit into a test.
    let pause = |_| tokio::time::sleep(std::time::Duration::from_millis(1));
    let ended = drop_before(db, &command, &mut |_| ControlFlow::Continue(()), pause)
        .await
        .unwrap_err();
    assert!(
        matches!(
            ended.source,
            DropError::Database(DatabaseError::Changed {
                table: "system_events"
            })
        ),
        "{ended:?}"
    );
    assert_eq!(Everything::of(db).await.counts()[4], 2);
    let archives = kept(directory.path());
    match engine {
        Engine::Postgres => assert!(archives.is_empty(), "{archives:?}"),
        // Its batches go on by it.
        Engine::Sqlite => assert_eq!(archives, ["2024-01"]),
    }
}
