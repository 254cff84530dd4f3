//! The numbers of statements that the README of `service` states.

use rstest::rstest;
use service::workflows::executions::{
    self, BeginExecution, ExecutionResult, FinishExecution, GetExecution, ListExecutions, PurgeExecutions,
    StartExecution,
};
use service::workflows::tasks::{
    self as queue, CancelTask, CompleteTask, EnqueueTasks, FailTask, Heartbeat, Heartbeats, Lease,
    ListOverdue, ListTasks, NewTask, ReleaseExpired,
};
use tests::{Engine, TestDatabase};

use super::{LEASE, agent, claimed, expired, started, workflow};
use crate::shop::counting;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn executions_send_what_their_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let (me, workflow) = (agent(&db).await, workflow(&db).await);
    let command = StartExecution {
        tasks: (0..50).map(|_| NewTask::new(me, "count")).collect(),
        ..StartExecution::new(workflow)
    };
    statements.sent();
    executions::start(&db, command.clone()).await.unwrap();
    assert_eq!(statements.sent(), 6, "start");
    executions::start(&db, command.clone()).await.unwrap();
    assert_eq!(statements.sent(), 3, "start again");
    let bare = StartExecution {
        running: true,
        ..StartExecution::new(workflow)
    };
    executions::start(&db, bare).await.unwrap();
    assert_eq!(statements.sent(), 4, "start without tasks, at once");
    let id = command.id;
    executions::begin(&db, BeginExecution { id }).await.unwrap();
    assert_eq!(statements.sent(), 2, "begin");
    executions::get(&db, GetExecution { id }).await.unwrap();
    assert_eq!(statements.sent(), 2, "get");
    executions::list(&db, ListExecutions::default()).await.unwrap();
    assert_eq!(statements.sent(), 1, "list");
    executions::finish(
        &db,
        FinishExecution::new(id, ExecutionResult::Cancelled { reason: None }),
    )
    .await
    .unwrap();
    assert_eq!(statements.sent(), 4, "finish");
    for expected in [3, 1] {
        let later = chrono::Utc::now() + chrono::Duration::hours(1);
        executions::purge(&db, PurgeExecutions::new(later)).await.unwrap();
        assert_eq!(statements.sent(), expected, "purge");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_queue_sends_what_its_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let me = agent(&db).await;
    let execution = started(&db, me, &[1; 9]).await.execution.id;
    let tasks = (0..50).map(|_| NewTask::new(me, "count")).collect();
    statements.sent();
    queue::enqueue(&db, EnqueueTasks { execution, tasks })
        .await
        .unwrap();
    assert_eq!(statements.sent(), 3, "enqueue");
    let tasks = claimed(&db, me, 4).await;
    let on_sqlite = if engine == Engine::Sqlite { 2 } else { 1 };
    assert_eq!(statements.sent(), on_sqlite, "claim");
    let lease = |n: usize| Lease::from(&tasks[n]);
    queue::heartbeat(
        &db,
        Heartbeat {
            lease: lease(0),
            extend: LEASE,
        },
    )
    .await
    .unwrap();
    assert_eq!(statements.sent(), 1, "heartbeat");
    let all = Heartbeats {
        leases: tasks.iter().map(Lease::from).collect(),
        extend: LEASE,
    };
    queue::heartbeat_many(&db, all).await.unwrap();
    assert_eq!(statements.sent(), 2, "heartbeat_many");
    for (n, finish_execution, expected) in [(0, false, 1), (1, true, 3)] {
        let command = CompleteTask {
            finish_execution,
            ..CompleteTask::new(lease(n))
        };
        queue::complete(&db, command).await.unwrap();
        assert_eq!(statements.sent(), expected, "complete");
    }
    queue::fail(&db, FailTask::new(lease(2), "x", 2)).await.unwrap();
    assert_eq!(statements.sent(), 2, "fail, to be tried again");
    queue::fail(&db, FailTask::new(lease(3), "x", 1)).await.unwrap();
    assert_eq!(statements.sent(), 3, "fail for good");
    expired(&db, me).await;
    statements.sent();
    for expected in [5, 1] {
        queue::release_expired(&db, ReleaseExpired::new(1)).await.unwrap();
        assert_eq!(statements.sent(), expected, "release_expired");
    }
    let task = claimed(&db, me, 1).await[0].id;
    statements.sent();
    queue::cancel(
        &db,
        CancelTask {
            task,
            reason: None,
            finish_execution: true,
        },
    )
    .await
    .unwrap();
    assert_eq!(statements.sent(), 3, "cancel");
    queue::list(&db, ListTasks::new(me)).await.unwrap();
    assert_eq!(statements.sent(), 1, "list");
    queue::overdue(&db, ListOverdue::default()).await.unwrap();
    assert_eq!(statements.sent(), 1, "overdue");
}
