//! Writers of other months go on while months go.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::{Datelike, Months, NaiveDate, Utc};
use entity::TaskStatus;
use rstest::rstest;
use sea_orm::{DatabaseConnection, EntityTrait, PaginatorTrait, Set, TransactionTrait};
use service::Classified;
use service::maintenance::partitions::drop::{DropBefore, DropError};
use tests::{Engine, TestDatabase};

use super::dropping::partitions;
use super::history::{Everything, World, fill, world};
use super::writing::{Writers, task};
use super::{archived, day, dropped, restored};

/// Twelve months go, one after the other, while four writers start executions with a task and an event at full speed.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn twelve_months_go_while_writers_write_and_no_row_is_lost(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    let first: NaiveDate = day("2023-01-15");
    for ahead in 0..12 {
        let at = first + Months::new(ahead);
        let of = format!("{:04}-{:02}", at.year(), at.month());
        partitions(db, &of).await;
        fill(db, &world, &of, 2).await;
    }
    let old = Everything::of(db).await;
    let writers = Writers::start(db, &world);
    while writers.written.load(Ordering::Relaxed) < 20 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let directory = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let gone = until_all_are_gone(db, directory.path()).await;
    let took = began.elapsed();
    assert_eq!(gone, 12);
    let (written, longest) = writers.stop().await;

    let left = Everything::of(db).await.counts();
    assert_eq!(
        left,
        [written, written, 0, 0, written].map(|count| count as usize)
    );
    let (waited, usual) = match engine {
        Engine::Postgres => (longest.transaction, Duration::ZERO),
        Engine::Sqlite => (longest.silence, usual_silence(db, &world, took).await),
    };
    assert!(
        waited < usual + Duration::from_secs(3),
        "writers waited for {longest:?}, and {usual:?} when nothing went"
    );
    restored(db, directory.path()).await.unwrap();
    let all = Everything::of(db).await;
    assert!(old.tasks.iter().all(|task| all.tasks.contains(task)));
    assert_eq!(all.transactions, old.transactions);
}

/// The longest time in which none of the same writers gets through when nothing goes. SQLite's writers ask for the file again and again
/// instead of queueing, so that one of them may lose every time, to the others as well; who keeps the file from them keeps all of
/// them waiting.
async fn usual_silence(db: &DatabaseConnection, world: &World, time: Duration) -> Duration {
    let writers = Writers::start(db, world);
    tokio::time::sleep(time).await;
    writers.stop().await.1.silence
}

/// How many months went. On a machine with too little time for its writers a run may find its locks taken too often; the next goes on
/// where it ended.
async fn until_all_are_gone(db: &DatabaseConnection, directory: &Path) -> usize {
    let mut gone = 0;
    for _ in 0..10 {
        match archived(db, "2024-01-01", directory).await {
            Ok(report) => {
                assert!(report.is_complete());
                return gone + report.months.len();
            }
            Err(failure) => {
                assert!(failure.source.is_retryable(), "{failure:?}");
                gone += failure.so_far.months.len();
            }
        }
    }
    gone
}

/// A task that comes to an old execution while its month goes is in the archive or stays in the database; none that was acknowledged
/// is in neither.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_comes_while_its_month_goes_is_not_swept_away(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    partitions(db, "2024-01").await;
    fill(db, &world, "2024-01", 50).await;
    let execution = Everything::of(db).await.executions[49].id;
    let stop = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (db, agent, stop) = (db.clone(), world.agent, stop.clone());
        async move {
            let mut written = Vec::new();
            // Until the execution has gone, or nobody wants it to go any more.
            while !stop.load(Ordering::Relaxed) {
                let mut task = task(execution, agent);
                // An open one would keep the month.
                task.status = Set(TaskStatus::Completed);
                task.completed_at = Set(Some(Utc::now()));
                let id = task.id.clone().unwrap();
                match entity::tasks::Entity::insert(task)
                    .exec_without_returning(&db)
                    .await
                {
                    Ok(_) => written.push(id),
                    Err(_) => return written,
                }
            }
            written
        }
    });
    tokio::time::sleep(Duration::from_millis(30)).await;
    let directory = tempfile::tempdir().unwrap();
    let outcome = archived(db, "2024-02-01", directory.path()).await;
    stop.store(true, Ordering::Relaxed);
    let written = writer.await.unwrap();
    assert!(!written.is_empty());
    if outcome.is_ok_and(|report| report.is_complete()) {
        restored(db, directory.path()).await.unwrap();
    }
    let there: HashSet<_> = Everything::of(db)
        .await
        .tasks
        .iter()
        .map(|task| task.id)
        .collect();
    let lost = written.iter().filter(|id| !there.contains(id)).count();
    assert_eq!(lost, 0, "of {}", written.len());
}

/// Who holds a lock for long is waited for a while, and nobody queues behind the wait for longer than a moment.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_reader_ends_a_run_without_harm_and_without_a_queue() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    partitions(db, "2024-01").await;
    fill(db, &world, "2024-01", 2).await;
    let before = Everything::of(db).await;
    let reader = db.begin().await.unwrap();
    entity::tasks::Entity::find().count(&reader).await.unwrap();
    let writers = Writers::start(db, &world);
    // Sleeping is skipped, so that all attempts fit into a test.
    let refused = service::maintenance::partitions::drop::drop_before(
        db,
        &DropBefore::new(day("2024-02-01")),
        &mut |_| std::ops::ControlFlow::Continue(()),
        |_| tokio::time::sleep(Duration::from_millis(1)),
    )
    .await
    .unwrap_err();
    assert!(refused.is_retryable());
    assert!(matches!(
        refused.source,
        DropError::Database(service::DatabaseError::LockTimeout)
    ));
    let (written, longest) = writers.stop().await;
    // Each statement may come into a queue of its own.
    assert!(
        written > 0 && longest.statement < Duration::from_secs(3),
        "{written} in {longest:?}"
    );
    reader.rollback().await.unwrap();
    let after = Everything::of(db).await;
    assert!(before.tasks.iter().all(|task| after.tasks.contains(task)));
    assert_eq!(after.transactions, before.transactions);
    assert!(
        dropped(db, &DropBefore::new(day("2024-02-01")))
            .await
            .unwrap()
            .is_complete()
    );
}
