//! What comes while a month goes: each of these fails without the lock or the second look that it is about.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use chrono::Utc;
use entity::{
    OrderFinancialStatus, OrderId, OrderStatus, SystemEventId, TaskId, TaskStatus, TransactionType,
    WorkflowExecutionId, WorkflowExecutionStatus, tasks, workflow_executions,
};
use rstest::rstest;
use rust_decimal::Decimal;
use sea_orm::{DatabaseConnection, EntityTrait, PaginatorTrait, Set, TransactionTrait};
use service::maintenance::lock::{LockError, Work, acquire};
use service::maintenance::partitions::drop::{DropBefore, DropError, Fate, Reason, drop_before};
use service::orders::{RefundError, RefundOrder};
use service::{Classified, DatabaseError, transaction};
use tests::{Engine, TestDatabase};
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, block_in_place};

use super::booked::{book, order};
use super::dropping::partitions;
use super::history::{Everything, World, fill, world};
use super::{DropFailure, DropReport, archived, day, dropped, fates, kept, month, restored};
use crate::race::wait_for;

type Outcome = Result<DropReport, Box<DropFailure>>;

/// Begins to drop January of 2024 into an archive, beside the test.
fn dropping(db: &DatabaseConnection, directory: &Path) -> JoinHandle<Outcome> {
    let (db, directory) = (db.clone(), directory.to_owned());
    tokio::spawn(async move { archived(&db, "2024-02-01", &directory).await })
}

async fn paid_in_january(db: &DatabaseConnection, financial: OrderFinancialStatus) -> OrderId {
    let paid = order(db, OrderStatus::Completed, financial).await;
    book(db, paid, TransactionType::Revenue, "2024-01-05T10:00:00Z").await;
    paid
}

/// The refund changes its order, or leaves it as it is: then the order's lock is all that tells of it.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_is_under_way_while_its_payment_is_archived_keeps_the_month(
    #[values(OrderFinancialStatus::Paid, OrderFinancialStatus::PartiallyRefunded)]
    financial: OrderFinancialStatus,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    partitions(db, "2024-01").await;
    let paid = paid_in_january(db, financial).await;
    let refunding = transaction::begin(db).await.unwrap();
    service::orders::refund(&refunding, RefundOrder::amount(paid, Decimal::ONE))
        .await
        .unwrap();
    let directory = tempfile::tempdir().unwrap();
    let going = dropping(db, directory.path());
    wait_for(db, 1).await;
    refunding.commit().await.unwrap();
    let report = going.await.unwrap().unwrap();
    assert_eq!(fates(&report), [("2024-01".to_owned(), Fate::Refused)]);
    assert_eq!(report.months[0].needed[0].reason, Reason::OrderGoesOn);
    assert_eq!(Everything::of(db).await.transactions.len(), 2);
    assert!(
        kept(directory.path()).is_empty(),
        "an archive of a month that stays"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_comes_after_the_last_look_goes_through_or_the_month_does() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    partitions(db, "2024-01").await;
    let paid = paid_in_january(db, OrderFinancialStatus::Paid).await;
    // Keeps the run from its last locks, for which it comes back again and again.
    let reader = db.begin().await.unwrap();
    entity::tasks::Entity::find().count(&reader).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let going = dropping(db, directory.path());
    wait_for(db, 1).await;
    let refunding = tokio::spawn({
        let db = db.clone();
        async move { service::orders::refund(&db, RefundOrder::amount(paid, Decimal::ONE)).await }
    });
    // Long enough for one that waits for nothing but those locks.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    reader.rollback().await.unwrap();
    let report = going.await.unwrap().unwrap();
    let refunded = refunding.await.unwrap();
    // Whoever gives way: a refund that waits for long makes the run begin anew, and then find it.
    match (report.months[0].fate, refunded) {
        (Fate::Gone, Err(RefundError::TooMuch { refundable, .. })) => assert_eq!(refundable, Decimal::ZERO),
        (Fate::Refused, Ok(_)) => assert_eq!(report.months[0].needed[0].reason, Reason::OrderGoesOn),
        both => panic!("{both:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_the_month_that_is_being_written_is_waited_for_and_archived() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    partitions(db, "2024-01").await;
    let world = world(db).await;
    fill(db, &world, "2024-01", 1).await;
    let writing = transaction::begin(db).await.unwrap();
    let at = "2024-01-20T00:00:00Z".parse().unwrap();
    let event = entity::system_events::ActiveModel {
        id: Set(SystemEventId::at(at)),
        event_type: Set("test.late".into()),
        message: Set(String::new()),
        created_at: Set(at),
        ..Default::default()
    };
    entity::system_events::Entity::insert(event)
        .exec(&writing)
        .await
        .unwrap();
    let directory = tempfile::tempdir().unwrap();
    let going = dropping(db, directory.path());
    wait_for(db, 1).await;
    writing.commit().await.unwrap();
    assert!(going.await.unwrap().unwrap().is_complete());
    assert_eq!(Everything::of(db).await.counts(), [0; 5]);
    restored(db, directory.path()).await.unwrap();
    let events = Everything::of(db).await.events;
    assert_eq!(events.len(), 2);
    assert!(events.iter().any(|event| event.event_type == "test.late"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_runs_at_once_into_one_archive_one_works_and_the_others_leave(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 40).await;
    let before = Everything::of(db).await;
    let directory = tempfile::tempdir().unwrap();
    let held = acquire(db, Work::MoveMonths, Duration::ZERO).await.unwrap();
    let refused = archived(db, "2024-02-01", directory.path()).await.unwrap_err();
    assert!(matches!(refused.source, DropError::Lock(LockError::Held { .. })));
    assert!(refused.is_retryable());
    held.release().await;
    // A run of another database that writes to the same directory.
    let other = std::fs::File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(directory.path().join(".lock"))
        .unwrap();
    other.lock().unwrap();
    let refused = archived(db, "2024-02-01", directory.path()).await.unwrap_err();
    assert!(matches!(refused.source, DropError::Lock(LockError::Held { .. })));
    drop(other);

    let runs: Vec<_> = (0..4).map(|_| dropping(db, directory.path())).collect();
    let mut gone = 0;
    for run in runs {
        match run.await.unwrap() {
            Ok(report) => gone += report.months.len(),
            Err(failure) => {
                let held = matches!(failure.source, DropError::Lock(LockError::Held { .. }));
                assert!(held, "{failure:?}");
            }
        }
    }
    assert_eq!(gone, 1);
    assert_eq!(Everything::of(db).await.counts(), [0; 5]);
    restored(db, directory.path()).await.unwrap();
    assert_eq!(Everything::of(db).await, before);
}

/// Drops January of 2024, and lets something come after its first full batch: nobody holds the file between two.
async fn dropped_while(db: &DatabaseConnection, comes: impl AsyncFn() + Sync) -> Outcome {
    let mut is_first = true;
    let mut watch = |_| {
        if std::mem::take(&mut is_first) {
            block_in_place(|| Handle::current().block_on(comes()));
        }
        ControlFlow::Continue(())
    };
    let command = DropBefore::new(day("2024-02-01"));
    drop_before(db, &command, &mut watch, tokio::time::sleep).await
}

/// One more than a batch takes, by id.
async fn executions(db: &DatabaseConnection, world: &World) -> Vec<WorkflowExecutionId> {
    let start = month("2024-01").start();
    let ids: Vec<_> = (0..501)
        .map(|at| WorkflowExecutionId::at(start + chrono::Duration::seconds(at)))
        .collect();
    let rows = ids.iter().map(|id| workflow_executions::ActiveModel {
        id: Set(*id),
        workflow_id: Set(world.workflow),
        status: Set(WorkflowExecutionStatus::Succeeded),
        created_at: Set(start),
        ..Default::default()
    });
    workflow_executions::Entity::insert_many(rows)
        .exec_without_returning(db)
        .await
        .unwrap();
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_comes_between_two_batches_keeps_its_payment() {
    let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    executions(db, &world).await;
    let paid = paid_in_january(db, OrderFinancialStatus::Paid).await;
    let report = dropped_while(db, async || {
        let refund = RefundOrder::amount(paid, Decimal::ONE);
        service::orders::refund(db, refund).await.unwrap();
    })
    .await
    .unwrap();
    assert_eq!(fates(&report), [("2024-01".to_owned(), Fate::Begun)]);
    assert_eq!(report.months[0].needed[0].reason, Reason::OrderGoesOn);
    assert_eq!(Everything::of(db).await.counts(), [0, 0, 2, 0, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_comes_when_those_of_its_month_have_gone_keeps_its_execution() {
    let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    let execution = *executions(db, &world).await.last().unwrap();
    let failed = dropped_while(db, async || {
        let late = tasks::ActiveModel {
            id: Set(TaskId::new()),
            workflow_execution_id: Set(execution),
            assigned_agent_id: Set(world.agent),
            task_type: Set("late".into()),
            status: Set(TaskStatus::Completed),
            completed_at: Set(Some(Utc::now())),
            ..Default::default()
        };
        tasks::Entity::insert(late).exec(db).await.unwrap();
    })
    .await
    .unwrap_err();
    let changed = DropError::Database(DatabaseError::Changed { table: "tasks" });
    assert_eq!(failed.source.to_string(), changed.to_string());
    assert!(failed.is_retryable());
    assert_eq!(Everything::of(db).await.counts(), [1, 1, 0, 0, 0]);
    let next = dropped(db, &DropBefore::new(day("2024-02-01"))).await.unwrap();
    assert!(next.is_complete());
    assert_eq!(Everything::of(db).await.counts(), [0; 5]);
}
