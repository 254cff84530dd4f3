//! The queue: what is claimed, in which order, and what comes back.

use std::time::Duration;

use entity::{AgentId, TaskId, TaskStatus, WorkflowExecutionId, WorkflowExecutionStatus};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use service::page::PageRequest;
use service::transaction;
use service::workflows::executions::{self, ExecutionResult, FinishExecution};
use service::workflows::tasks::{
    self as queue, ClaimTasks, EnqueueError, EnqueueTasks, ListOverdue, ListTasks, NewTask, QueueError,
};
use tests::{Engine, TestDatabase};

use super::{LEASE, agent, claimed, started, status, task_status};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_claimed_by_priority_and_then_by_age(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (me, you) = (agent(db).await, agent(db).await);
    let first = started(db, me, &[5, 1, 9]).await;
    tokio::time::sleep(Duration::from_millis(5)).await;
    let second = started(db, me, &[5, 1]).await;
    started(db, you, &[1]).await;
    let urgent = claimed(db, me, 3).await;
    let ids: Vec<TaskId> = urgent.iter().map(|task| task.id).collect();
    assert_eq!(ids, [first.tasks[1].id, second.tasks[1].id, first.tasks[0].id]);
    for task in &urgent {
        assert_eq!((task.status, task.attempts), (TaskStatus::InProgress, 1));
        let lease = task.lease_expires_at.unwrap() - task.started_at.unwrap();
        assert_eq!(
            lease.num_seconds().max(599),
            599 + i64::from(lease.num_seconds() > 599)
        );
        assert!(task.started_at.unwrap() >= task.created_at);
    }
    assert_eq!(
        status(db, first.execution.id).await,
        WorkflowExecutionStatus::Running
    );
    let ids: Vec<TaskId> = claimed(db, me, 10).await.iter().map(|task| task.id).collect();
    assert_eq!(ids, [second.tasks[0].id, first.tasks[2].id]);
    assert_eq!(claimed(db, me, 10).await, []);
    assert_eq!(claimed(db, AgentId::new(), 10).await, []);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_is_rolled_back_leaves_the_tasks_to_others(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    let run = started(db, me, &[1, 1]).await;
    let own = transaction::begin(db).await.unwrap();
    assert_eq!(claimed(&own, me, 2).await.len(), 2);
    own.rollback().await.unwrap();
    assert_eq!(
        status(db, run.execution.id).await,
        WorkflowExecutionStatus::Pending
    );
    let tasks = claimed(db, me, 2).await;
    assert_eq!(tasks.iter().map(|task| task.attempts).collect::<Vec<_>>(), [1, 1]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_says_how_many_and_how_long_within_bounds(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let agent = AgentId::new();
    for (limit, lease) in [
        (0, LEASE),
        (2001, LEASE),
        (1, Duration::ZERO),
        (1, queue::MAX_LEASE * 2),
    ] {
        let command = ClaimTasks { agent, limit, lease };
        let error = queue::claim(database.connection(), command).await.unwrap_err();
        assert!(matches!(error, QueueError::Invalid(_)), "{error:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_added_while_the_execution_is_open_and_not_after(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    let execution = started(db, me, &[1]).await.execution.id;
    let more = |execution, agents: &[AgentId]| EnqueueTasks {
        execution,
        tasks: agents.iter().map(|agent| NewTask::new(*agent, "count")).collect(),
    };
    let own = transaction::begin(db).await.unwrap();
    let nobody = AgentId::new();
    let error = queue::enqueue(&own, more(execution, &[me, nobody]))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, EnqueueError::UnknownAgents { agents } if *agents == [nobody]),
        "{error:?}"
    );
    let unknown = WorkflowExecutionId::new();
    let error = queue::enqueue(&own, more(unknown, &[me])).await.unwrap_err();
    assert!(
        matches!(error, EnqueueError::UnknownExecution { .. }),
        "{error:?}"
    );
    let error = queue::enqueue(&own, more(execution, &[])).await.unwrap_err();
    assert!(matches!(error, EnqueueError::Invalid(_)), "{error:?}");
    own.rollback().await.unwrap();
    let command = more(execution, &[me, me]);
    let added = queue::enqueue(db, command.clone()).await.unwrap();
    assert_eq!(added.tasks.len(), 2);
    assert_eq!(claimed(db, me, 10).await.len(), 3);
    let cancel = FinishExecution::new(execution, ExecutionResult::Cancelled { reason: None });
    executions::finish(db, cancel).await.unwrap();
    let error = queue::enqueue(db, more(execution, &[me])).await.unwrap_err();
    assert!(
        matches!(
            error,
            EnqueueError::ExecutionFinished {
                status: WorkflowExecutionStatus::Cancelled,
                ..
            }
        ),
        "{error:?}"
    );
    // What came through when it still could is known again.
    let again = queue::enqueue(db, command).await.unwrap();
    assert_eq!(
        again.tasks.iter().map(|task| task.id).collect::<Vec<_>>(),
        added.tasks.iter().map(|task| task.id).collect::<Vec<_>>()
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_past_its_sla_is_listed_by_age_until_it_is_done(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (me, you) = (agent(db).await, agent(db).await);
    let late = started(db, me, &[1, 1, 1, 1]).await;
    started(db, me, &[1]).await;
    let also = started(db, you, &[1]).await;
    let ago = match engine {
        Engine::Postgres => "created_at - interval '61 minutes'",
        Engine::Sqlite => "strftime('%Y-%m-%dT%H:%M:%S.000+00:00', created_at, '-61 minutes')",
    };
    for run in [&late, &also] {
        let hex = run.execution.id.as_uuid().simple().to_string();
        let id = match engine {
            Engine::Postgres => format!("'{hex}'"),
            Engine::Sqlite => format!("x'{hex}'"),
        };
        let sql = format!("UPDATE tasks SET created_at = {ago} WHERE workflow_execution_id = {id}");
        db.execute_unprepared(&sql).await.unwrap();
    }
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = PageRequest { after, limit: 2 };
        let page = queue::overdue(
            db,
            ListOverdue {
                agent: Some(me),
                page,
            },
        )
        .await
        .unwrap();
        found.extend(page.items.into_iter().map(|overdue| {
            assert_eq!((overdue.deadline - overdue.task.created_at).num_minutes(), 60);
            overdue.task.id
        }));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, late.tasks.iter().map(|task| task.id).collect::<Vec<_>>());
    assert_eq!(
        queue::overdue(db, ListOverdue::default())
            .await
            .unwrap()
            .items
            .len(),
        5
    );
    let cancel = FinishExecution::new(late.execution.id, ExecutionResult::Cancelled { reason: None });
    executions::finish(db, cancel).await.unwrap();
    assert_eq!(
        queue::overdue(db, ListOverdue::default())
            .await
            .unwrap()
            .items
            .len(),
        1
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_tasks_of_an_agent_are_listed_by_id_and_status(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    let run = started(db, me, &[1, 2, 3]).await;
    claimed(db, me, 1).await;
    assert_eq!(task_status(db, run.tasks[0].id).await, TaskStatus::InProgress);
    let page = queue::list(db, ListTasks::new(me)).await.unwrap();
    let mut ids: Vec<_> = run.tasks.iter().map(|task| task.id).collect();
    ids.reverse();
    assert_eq!(page.items.iter().map(|task| task.id).collect::<Vec<_>>(), ids);
    let query = ListTasks {
        status: Some(TaskStatus::Pending),
        page: PageRequest {
            after: None,
            limit: 1,
        },
        ..ListTasks::new(me)
    };
    let page = queue::list(db, query).await.unwrap();
    assert_eq!((page.items[0].id, page.next), (ids[0], Some(ids[0])));
}
