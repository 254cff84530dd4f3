//! Many workers, one queue.

use std::collections::BTreeMap;
use std::time::Duration;

use entity::{TaskId, TaskStatus, WorkflowExecutionStatus};
use rstest::rstest;
use sea_orm::EntityTrait;
use service::workflows::executions::{self, StartExecution};
use service::workflows::tasks::{
    self as queue, CompleteTask, Heartbeat, Lease, LeaseError, NewTask, ReleaseExpired,
};
use tests::{Engine, TestDatabase};

use super::{agent, claimed, claimed_for, started, status, workflow};
use crate::race::{behind, in_turn};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn many_claimers_get_each_task_once_and_leave_none(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    let run = started(db, me, &[5; 120]).await;
    let outcomes = behind(db, "UPDATE agents SET name = name", 12, |_| {
        let db = db.clone();
        async move {
            let mut mine = Vec::new();
            loop {
                let tasks = claimed(&db, me, 3).await;
                if tasks.is_empty() {
                    break mine;
                }
                mine.extend(tasks);
            }
        }
    })
    .await;
    let mut times: BTreeMap<TaskId, u32> = BTreeMap::new();
    for task in outcomes.iter().flatten() {
        assert_eq!(task.attempts, 1, "{task:?}");
        *times.entry(task.id).or_default() += 1;
    }
    assert_eq!(times.len(), 120, "none is left");
    assert!(times.values().all(|times| *times == 1), "each once");
    assert_eq!(
        status(db, run.execution.id).await,
        WorkflowExecutionStatus::Running
    );
}

/// A claimer passes over what another transaction has locked, and does not wait for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_claimer_does_not_wait_for_another_one() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    started(db, me, &[1, 2, 3, 4]).await;
    let slow = service::transaction::begin(db).await.unwrap();
    let first = claimed(&slow, me, 2).await;
    // The first one does not let go before.
    let second = tokio::time::timeout(Duration::from_secs(30), claimed(db, me, 4))
        .await
        .unwrap();
    assert_eq!(
        second.iter().map(|task| task.priority).collect::<Vec<_>>(),
        [3, 4]
    );
    slow.commit().await.unwrap();
    assert_eq!(first.iter().map(|task| task.priority).collect::<Vec<_>>(), [1, 2]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_workers_with_the_last_two_tasks_one_ends_the_execution(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    for _ in 0..5 {
        let id = started(db, me, &[1, 2]).await.execution.id;
        let tasks = claimed(db, me, 2).await;
        let leases: Vec<Lease> = tasks.iter().map(Lease::from).collect();
        let outcomes = behind(db, "UPDATE tasks SET priority = priority", 2, |n| {
            let db = db.clone();
            let command = CompleteTask::new(leases[n]);
            async move { queue::complete(&db, command).await.unwrap() }
        })
        .await;
        let finished = outcomes.iter().filter(|ended| ended.finished.is_some()).count();
        assert_eq!(finished, 1);
        assert_eq!(status(db, id).await, WorkflowExecutionStatus::Succeeded);
    }
}

/// The lease runs out while both wait for the row.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_expires_belongs_to_the_worker_or_to_the_release_and_never_to_both(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    for round in 0..6_u64 {
        started(db, me, &[1]).await;
        let task = claimed_for(db, me, 1, Duration::from_millis(100 + 40 * round))
            .await
            .remove(0);
        let lease = Lease::from(&task);
        let outcomes = behind(db, "UPDATE tasks SET priority = priority", 6, |n| {
            let db = db.clone();
            async move {
                if n % 2 == 0 {
                    let outcome = queue::complete(&db, CompleteTask::new(lease)).await;
                    match outcome {
                        Ok(_) => (true, false),
                        Err(LeaseError::Lost { .. }) => (false, false),
                        Err(error) => panic!("{error:?}"),
                    }
                } else {
                    let released = queue::release_expired(&db, ReleaseExpired::new(9)).await.unwrap();
                    (false, !released.pending.is_empty())
                }
            }
        })
        .await;
        let completed = outcomes.iter().any(|(completed, _)| *completed);
        let released = outcomes.iter().filter(|(_, released)| *released).count();
        assert!(!(completed && released > 0) && released <= 1, "{outcomes:?}");
        let row = entity::tasks::Entity::find_by_id(task.id)
            .one(db)
            .await
            .unwrap()
            .unwrap();
        let expected = match (completed, released) {
            (true, _) => TaskStatus::Completed,
            (false, 1) => TaskStatus::Pending,
            (false, _) => TaskStatus::InProgress,
        };
        assert_eq!(row.status, expected);
        // Out of the next round's way.
        let cancel = queue::CancelTask {
            task: task.id,
            reason: None,
            finish_execution: false,
        };
        let _ = queue::cancel(db, cancel).await;
    }
}

/// The heartbeat came in time and waits for the row; the release has seen that the lease expired meanwhile, and waits behind it. On
/// SQLite both wait for the file, and come in any order.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_a_heartbeat_has_saved_is_not_released(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    started(db, me, &[1]).await;
    let gate = match engine {
        Engine::Postgres => "SELECT id FROM tasks FOR UPDATE",
        Engine::Sqlite => "UPDATE tasks SET priority = priority",
    };
    let task = claimed_for(db, me, 1, Duration::from_millis(700)).await.remove(0);
    let lease = Lease::from(&task);
    let outcomes = in_turn(db, gate, 2, |n| {
        let db = db.clone();
        async move {
            if n == 0 {
                let extend = super::LEASE;
                let beat = queue::heartbeat(&db, Heartbeat { lease, extend }).await;
                assert!(matches!(beat, Ok(_) | Err(LeaseError::Lost { .. })), "{beat:?}");
                return beat.is_ok();
            }
            tokio::time::sleep(Duration::from_millis(800)).await;
            let released = queue::release_expired(&db, ReleaseExpired::new(9)).await.unwrap();
            released.pending.len() == 1
        }
    })
    .await;
    assert_ne!(outcomes[0], outcomes[1], "it is the worker's or it is released");
    assert!(outcomes[0] || engine == Engine::Sqlite);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_workers_with_one_lease_of_each_attempt_only_the_later_completes(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    started(db, me, &[1]).await;
    let first = Lease::from(&super::expired(db, me).await);
    queue::release_expired(db, ReleaseExpired::new(9)).await.unwrap();
    let second = Lease::from(&claimed(db, me, 1).await[0]);
    let outcomes = behind(db, "UPDATE tasks SET priority = priority", 8, |n| {
        let db = db.clone();
        let lease = if n % 2 == 0 { first } else { second };
        async move { queue::complete(&db, CompleteTask::new(lease)).await.is_ok() }
    })
    .await;
    assert_eq!(outcomes, [false, true, false, true, false, true, false, true]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_is_sent_twice_at_once_happens_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    let command = StartExecution {
        tasks: vec![NewTask::new(me, "count"), NewTask::new(me, "order")],
        ..StartExecution::new(workflow(db).await)
    };
    let outcomes = behind(db, "UPDATE agents SET name = name", 8, |_| {
        let db = db.clone();
        let command = command.clone();
        async move { executions::start(&db, command).await.unwrap() }
    })
    .await;
    for outcome in &outcomes {
        assert_eq!(outcome, &outcomes[0]);
    }
    assert_eq!(
        entity::workflow_executions::Entity::find()
            .all(db)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(entity::tasks::Entity::find().all(db).await.unwrap().len(), 2);
}
