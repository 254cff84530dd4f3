//! Beginning and ending runs.

use entity::{TaskStatus, WorkflowExecutionId, WorkflowExecutionStatus};
use rstest::rstest;
use serde_json::json;
use service::transaction;
use service::workflows::executions::{
    self, BeginExecution, ExecutionError, ExecutionResult, FinishExecution,
};
use tests::{Engine, TestDatabase};

use super::{agent, started, status, task_status};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_execution_moves_forward_and_in_no_other_way(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agent = agent(db).await;
    let id = started(db, agent, &[]).await.execution.id;
    let succeed = FinishExecution {
        output: json!({"sold": 3}),
        metrics: json!({"ms": 12.5}),
        ..FinishExecution::new(id, ExecutionResult::Succeeded)
    };
    let error = executions::finish(db, succeed.clone()).await.unwrap_err();
    assert!(
        matches!(
            error,
            ExecutionError::IllegalMove {
                from: WorkflowExecutionStatus::Pending,
                to: WorkflowExecutionStatus::Succeeded,
                ..
            }
        ),
        "{error:?}"
    );
    let running = executions::begin(db, BeginExecution { id }).await.unwrap();
    assert_eq!(
        executions::begin(db, BeginExecution { id }).await.unwrap(),
        running
    );
    let done = executions::finish(db, succeed.clone()).await.unwrap().execution;
    assert_eq!(done.status, WorkflowExecutionStatus::Succeeded);
    assert_eq!(
        (&done.output_data, &done.metrics),
        (&succeed.output, &succeed.metrics)
    );
    assert_eq!(done.started_at, running.started_at);
    assert!(done.completed_at >= done.started_at);
    let again = executions::finish(db, succeed.clone()).await.unwrap();
    assert_eq!(again.execution, done);
    let other = FinishExecution {
        output: json!({}),
        ..succeed
    };
    let error = executions::finish(db, other).await.unwrap_err();
    assert!(matches!(error, ExecutionError::Conflict(_)), "{error:?}");
    for error in [
        executions::begin(db, BeginExecution { id }).await.unwrap_err(),
        executions::finish(
            db,
            FinishExecution::new(id, ExecutionResult::Cancelled { reason: None }),
        )
        .await
        .unwrap_err(),
    ] {
        assert!(
            matches!(
                error,
                ExecutionError::IllegalMove {
                    from: WorkflowExecutionStatus::Succeeded,
                    ..
                }
            ),
            "{error:?}"
        );
    }
    let id = WorkflowExecutionId::new();
    let error = executions::begin(db, BeginExecution { id }).await.unwrap_err();
    assert!(matches!(error, ExecutionError::NotFound { .. }), "{error:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_execution_that_fails_or_is_cancelled_cancels_its_open_tasks(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(true, false)] fails: bool,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agent = agent(db).await;
    let run = started(db, agent, &[1, 2, 3]).await;
    let id = run.execution.id;
    let result = if fails {
        executions::begin(db, BeginExecution { id }).await.unwrap();
        let error = FinishExecution::new(id, ExecutionResult::Succeeded);
        let error = executions::finish(db, error).await.unwrap_err();
        assert!(
            matches!(error, ExecutionError::OpenTasks { open: 3, .. }),
            "{error:?}"
        );
        ExecutionResult::Failed {
            error: "no paper".into(),
        }
    } else {
        ExecutionResult::Cancelled { reason: None }
    };
    let own = transaction::begin(db).await.unwrap();
    executions::finish(&own, FinishExecution::new(id, result.clone()))
        .await
        .unwrap();
    own.rollback().await.unwrap();
    assert_eq!(
        task_status(db, run.tasks[0].id).await,
        TaskStatus::Pending,
        "rolled back"
    );
    let finished = executions::finish(db, FinishExecution::new(id, result.clone()))
        .await
        .unwrap();
    let ids: Vec<_> = run.tasks.iter().map(|task| task.id).collect();
    assert_eq!(finished.cancelled, ids);
    assert_eq!(status(db, id).await, finished.execution.status);
    for id in ids {
        assert_eq!(task_status(db, id).await, TaskStatus::Cancelled);
    }
    let again = executions::finish(db, FinishExecution::new(id, result))
        .await
        .unwrap();
    assert_eq!(again, finished);
}
