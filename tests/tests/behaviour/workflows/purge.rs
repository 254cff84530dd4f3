//! History that is removed on purpose.

use chrono::{Duration, Utc};
use entity::{WorkflowExecutionId, tasks, workflow_executions};
use rstest::rstest;
use sea_orm::EntityTrait;
use service::transaction;
use service::workflows::executions::{
    self, ExecutionResult, FinishExecution, PurgeError, PurgeExecutions, PurgedExecutions, StartExecution,
};
use service::workflows::tasks::NewTask;
use tests::{Engine, TestDatabase};

use super::{agent, workflow};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn finished_executions_before_a_time_go_in_batches_and_are_counted(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (me, workflow) = (agent(db).await, workflow(db).await);
    let now = Utc::now();
    for days in 1..=8 {
        let command = StartExecution {
            id: WorkflowExecutionId::at(now - Duration::days(days * 10)),
            tasks: vec![NewTask::new(me, "count"), NewTask::new(me, "order")],
            running: true,
            ..StartExecution::new(workflow)
        };
        let id = executions::start(db, command).await.unwrap().execution.id;
        // The oldest of all still runs.
        if days < 8 {
            let cancel = FinishExecution::new(id, ExecutionResult::Cancelled { reason: None });
            executions::finish(db, cancel).await.unwrap();
        }
    }
    let purge = PurgeExecutions {
        limit: 3,
        ..PurgeExecutions::new(now - Duration::days(25))
    };
    let own = transaction::begin(db).await.unwrap();
    executions::purge(&own, purge).await.unwrap();
    own.rollback().await.unwrap();
    let purged = |executions, tasks| PurgedExecutions { executions, tasks };
    assert_eq!(executions::purge(db, purge).await.unwrap(), purged(3, 6));
    let elsewhere = PurgeExecutions {
        workflow: Some(entity::WorkflowId::new()),
        ..purge
    };
    assert_eq!(executions::purge(db, elsewhere).await.unwrap(), purged(0, 0));
    let here = PurgeExecutions {
        workflow: Some(workflow),
        ..purge
    };
    assert_eq!(executions::purge(db, here).await.unwrap(), purged(2, 4));
    assert_eq!(executions::purge(db, purge).await.unwrap(), purged(0, 0));
    let left = workflow_executions::Entity::find().all(db).await.unwrap();
    assert_eq!(left.len(), 3);
    assert!(left.iter().any(|row| row.completed_at.is_none()));
    assert_eq!(tasks::Entity::find().all(db).await.unwrap().len(), 6);
    let error = executions::purge(db, PurgeExecutions { limit: 0, ..purge })
        .await
        .unwrap_err();
    assert!(matches!(error, PurgeError::Invalid(_)), "{error:?}");
}
