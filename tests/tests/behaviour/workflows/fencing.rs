//! Leases: who may still do something to a task.

use std::time::Duration;

use entity::{TaskId, TaskStatus, WorkflowExecutionStatus};
use rstest::rstest;
use serde_json::json;
use service::workflows::tasks::{
    self as queue, CancelTask, CancelTaskError, CompleteTask, FailTask, Heartbeat, LEASE_EXPIRED, Lease,
    LeaseError, ReleaseExpired,
};
use service::{Class, Classified, transaction};
use tests::{Engine, TestDatabase};

use super::{LEASE, agent, claimed, claimed_for, expired, started, status, task_status};

fn lost(outcome: Result<impl std::fmt::Debug, LeaseError>) {
    let error = outcome.unwrap_err();
    assert!(matches!(error, LeaseError::Lost { .. }), "{error:?}");
    assert_eq!(error.class(), Class::Refused);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_comes_back_after_its_lease_can_do_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    started(db, me, &[1]).await;
    let late = Lease::from(&expired(db, me).await);
    let everything = || async {
        lost(queue::complete(db, CompleteTask::new(late)).await);
        lost(queue::fail(db, FailTask::new(late, "x", 3)).await);
        lost(
            queue::heartbeat(
                db,
                Heartbeat {
                    lease: late,
                    extend: LEASE,
                },
            )
            .await,
        );
    };
    everything().await;
    let released = queue::release_expired(db, ReleaseExpired::new(3)).await.unwrap();
    assert_eq!(released.pending.len(), 1);
    assert_eq!(released.pending[0].error_message.as_deref(), Some(LEASE_EXPIRED));
    everything().await;
    let second = claimed(db, me, 1).await.remove(0);
    assert_eq!(second.attempts, 2);
    everything().await;
    queue::complete(db, CompleteTask::new((&second).into()))
        .await
        .unwrap();
    everything().await;
    let task = TaskId::new();
    let error = queue::complete(db, CompleteTask::new(Lease { task, attempt: 1 }))
        .await
        .unwrap_err();
    assert!(matches!(error, LeaseError::NotFound { .. }), "{error:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_keeps_the_lease(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    started(db, me, &[1]).await;
    let task = claimed_for(db, me, 1, Duration::from_secs(2)).await.remove(0);
    let lease = Lease::from(&task);
    let beaten = queue::heartbeat(db, Heartbeat { lease, extend: LEASE })
        .await
        .unwrap();
    let longer = beaten.lease_expires_at.unwrap() - task.lease_expires_at.unwrap();
    assert!(longer.num_seconds() > 500, "{longer}");
    let own = transaction::begin(db).await.unwrap();
    let extend = Duration::from_millis(1);
    queue::heartbeat(&own, Heartbeat { lease, extend }).await.unwrap();
    own.rollback().await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(
        queue::release_expired(db, ReleaseExpired::new(3))
            .await
            .unwrap()
            .pending,
        []
    );
    queue::complete(db, CompleteTask::new(lease)).await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_completion_sent_twice_happens_once(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    let run = started(db, me, &[1]).await;
    let lease = Lease::from(&claimed(db, me, 1).await[0]);
    let command = CompleteTask {
        output: json!({"counted": 7, "share": 1e16}),
        ..CompleteTask::new(lease)
    };
    let own = transaction::begin(db).await.unwrap();
    queue::complete(&own, command.clone()).await.unwrap();
    own.rollback().await.unwrap();
    assert_eq!(task_status(db, lease.task).await, TaskStatus::InProgress);
    let first = queue::complete(db, command.clone()).await.unwrap();
    assert_eq!(first.task.status, TaskStatus::Completed);
    let execution = first.finished.clone().unwrap();
    assert_eq!(
        (execution.id, execution.status),
        (run.execution.id, WorkflowExecutionStatus::Succeeded)
    );
    assert_eq!(queue::complete(db, command.clone()).await.unwrap(), first);
    let other = CompleteTask {
        output: json!({"counted": 8}),
        ..command
    };
    let error = queue::complete(db, other).await.unwrap_err();
    assert!(matches!(error, LeaseError::Conflict(_)), "{error:?}");
    lost(queue::fail(db, FailTask::new(lease, "x", 3)).await);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_tried_again_up_to_the_limit_and_then_for_good(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    let run = started(db, me, &[1]).await;
    let lease = Lease::from(&claimed(db, me, 1).await[0]);
    let command = FailTask {
        retry_after: Duration::from_secs(3),
        ..FailTask::new(lease, "no paper", 2)
    };
    let first = queue::fail(db, command.clone()).await.unwrap();
    assert_eq!(
        (first.task.status, first.task.completed_at),
        (TaskStatus::Pending, None)
    );
    assert_eq!(queue::fail(db, command).await.unwrap(), first);
    assert_eq!(claimed(db, me, 1).await, [], "it rests");
    tokio::time::sleep(Duration::from_millis(3_100)).await;
    let lease = Lease::from(&claimed(db, me, 1).await[0]);
    let command = FailTask::new(lease, "no ink", 2);
    let last = queue::fail(db, command.clone()).await.unwrap();
    assert_eq!(last.task.status, TaskStatus::Failed);
    assert_eq!(last.task.error_message.as_deref(), Some("no ink"));
    let execution = last.finished.clone().unwrap();
    assert_eq!(execution.status, WorkflowExecutionStatus::Failed);
    assert_eq!(execution.error_message.as_deref(), Some("no ink"));
    assert_eq!(
        status(db, run.execution.id).await,
        WorkflowExecutionStatus::Failed
    );
    assert_eq!(queue::fail(db, command.clone()).await.unwrap(), last);
    let other = FailTask {
        error: "no idea".into(),
        ..command
    };
    let error = queue::fail(db, other).await.unwrap_err();
    assert!(matches!(error, LeaseError::Conflict(_)), "{error:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_kills_its_workers_fails_for_good(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (me, you) = (agent(db).await, agent(db).await);
    let run = started(db, me, &[1]).await;
    started(db, you, &[1]).await;
    expired(db, me).await;
    expired(db, you).await;
    let command = ReleaseExpired {
        agent: Some(me),
        ..ReleaseExpired::new(1)
    };
    let released = queue::release_expired(db, command).await.unwrap();
    assert_eq!((released.pending.len(), released.failed.len()), (0, 1));
    assert_eq!(released.failed[0].id, run.tasks[0].id);
    assert_eq!(released.finished[0].id, run.execution.id);
    assert_eq!(released.finished[0].status, WorkflowExecutionStatus::Failed);
    let released = queue::release_expired(db, ReleaseExpired::new(2)).await.unwrap();
    assert_eq!((released.pending.len(), released.failed.len()), (1, 0));
    let error = queue::release_expired(db, ReleaseExpired::new(0))
        .await
        .unwrap_err();
    assert_eq!(error.class(), Class::Refused);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_is_called_off_cannot_be_completed(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    let run = started(db, me, &[1, 2]).await;
    let lease = Lease::from(&claimed(db, me, 1).await[0]);
    let cancel = |task| CancelTask {
        task,
        reason: Some("sold out".into()),
        finish_execution: true,
    };
    let first = queue::cancel(db, cancel(lease.task)).await.unwrap();
    assert_eq!(
        (first.task.status, &first.finished),
        (TaskStatus::Cancelled, &None)
    );
    assert_eq!(queue::cancel(db, cancel(lease.task)).await.unwrap(), first);
    lost(queue::complete(db, CompleteTask::new(lease)).await);
    let last = queue::cancel(db, cancel(run.tasks[1].id)).await.unwrap();
    assert_eq!(last.finished.unwrap().status, WorkflowExecutionStatus::Cancelled);
    let done = started(db, me, &[1]).await.tasks[0].id;
    queue::complete(db, CompleteTask::new((&claimed(db, me, 1).await[0]).into()))
        .await
        .unwrap();
    let error = queue::cancel(db, cancel(done)).await.unwrap_err();
    assert!(
        matches!(
            error,
            CancelTaskError::IllegalMove {
                from: TaskStatus::Completed,
                ..
            }
        ),
        "{error:?}"
    );
    let error = queue::cancel(db, cancel(TaskId::new())).await.unwrap_err();
    assert!(matches!(error, CancelTaskError::NotFound { .. }), "{error:?}");
}
