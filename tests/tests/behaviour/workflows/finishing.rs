//! Executions that end with their last task.

use entity::WorkflowExecutionStatus;
use rstest::rstest;
use service::workflows::tasks::{self as queue, CompleteTask, FailTask};
use tests::{Engine, TestDatabase};

use super::{agent, claimed, started, status};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_last_task_ends_the_execution_and_no_earlier_one(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    let id = started(db, me, &[1, 2, 3]).await.execution.id;
    let tasks = claimed(db, me, 3).await;
    let first = queue::complete(db, CompleteTask::new((&tasks[0]).into()))
        .await
        .unwrap();
    assert_eq!(first.finished, None);
    let retried = queue::fail(db, FailTask::new((&tasks[1]).into(), "x", 2))
        .await
        .unwrap();
    assert_eq!(retried.finished, None);
    queue::complete(db, CompleteTask::new((&tasks[2]).into()))
        .await
        .unwrap();
    assert_eq!(
        status(db, id).await,
        WorkflowExecutionStatus::Running,
        "one is tried again"
    );
    let again = claimed(db, me, 1).await;
    let last = queue::complete(db, CompleteTask::new((&again[0]).into()))
        .await
        .unwrap();
    let execution = last.finished.unwrap();
    assert_eq!(execution.status, WorkflowExecutionStatus::Succeeded);
    assert_eq!(execution.completed_at, last.task.completed_at);
    assert_eq!(execution.error_message, None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn one_task_that_failed_fails_the_execution_in_the_end(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    let id = started(db, me, &[1, 2]).await.execution.id;
    let tasks = claimed(db, me, 2).await;
    queue::fail(db, FailTask::new((&tasks[0]).into(), "no paper", 1))
        .await
        .unwrap();
    assert_eq!(status(db, id).await, WorkflowExecutionStatus::Running);
    let last = queue::complete(db, CompleteTask::new((&tasks[1]).into()))
        .await
        .unwrap();
    let execution = last.finished.unwrap();
    assert_eq!(execution.status, WorkflowExecutionStatus::Failed);
    assert_eq!(execution.error_message.as_deref(), Some("no paper"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_execution_stays_open_for_whoever_does_not_ask_for_its_end(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let me = agent(db).await;
    let id = started(db, me, &[1]).await.execution.id;
    let tasks = claimed(db, me, 1).await;
    let command = CompleteTask {
        finish_execution: false,
        ..CompleteTask::new((&tasks[0]).into())
    };
    assert_eq!(queue::complete(db, command).await.unwrap().finished, None);
    assert_eq!(status(db, id).await, WorkflowExecutionStatus::Running);
}
