//! Starting runs.

use entity::{AgentId, WorkflowExecutionStatus, WorkflowId};
use rstest::rstest;
use sea_orm::EntityTrait;
use serde_json::json;
use service::input::Rule;
use service::workflows::executions::{self, GetExecution, StartError, StartExecution};
use service::workflows::tasks::NewTask;
use service::{Class, Classified, transaction};
use tests::{Engine, TestDatabase, rows};

use super::{agent, workflow};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_execution_starts_with_its_tasks_and_its_id_tells_when(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agent = agent(db).await;
    let command = StartExecution {
        execution_id: Some("n8n-17".into()),
        input: json!({"sku": "NOIR"}),
        tasks: vec![NewTask::new(agent, "count"), NewTask::new(agent, "order")],
        ..StartExecution::new(workflow(db).await)
    };
    let started = executions::start(db, command.clone()).await.unwrap();
    assert_eq!(started.execution.status, WorkflowExecutionStatus::Pending);
    assert_eq!(Some(started.execution.created_at), command.id.instant());
    assert_eq!(started.execution.started_at, None);
    let ids: Vec<_> = started.tasks.iter().map(|task| task.id).collect();
    assert_eq!(ids, command.tasks.iter().map(|task| task.id).collect::<Vec<_>>());
    let read = executions::get(db, GetExecution { id: command.id })
        .await
        .unwrap();
    assert_eq!(read.execution, started.execution);
    assert_eq!(read.tasks, started.tasks);

    let at_once = StartExecution {
        running: true,
        ..StartExecution::new(command.workflow)
    };
    let execution = executions::start(db, at_once).await.unwrap().execution;
    assert_eq!(execution.status, WorkflowExecutionStatus::Running);
    assert!(execution.started_at.is_some());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_start_is_refused_for_what_is_missing_inactive_or_archived(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let unknown = WorkflowId::new();
    let own = transaction::begin(db).await.unwrap();
    let error = executions::start(&own, StartExecution::new(unknown))
        .await
        .unwrap_err();
    assert!(
        matches!(error, StartError::UnknownWorkflow { workflow } if workflow == unknown),
        "{error:?}"
    );
    let off = rows::insert(&own, "workflows", [("is_active", false.into())])
        .await
        .id()
        .into();
    let error = executions::start(&own, StartExecution::new(off))
        .await
        .unwrap_err();
    assert!(
        matches!(error, StartError::InactiveWorkflow { workflow } if workflow == off),
        "{error:?}"
    );
    assert_eq!(error.class(), Class::Refused);
    let archived: AgentId = rows::insert(&own, "agents", [("status", "archived".into())])
        .await
        .id()
        .into();
    let nobody = AgentId::new();
    let workflow = workflow(&own).await;
    let with = |agents: &[AgentId]| StartExecution {
        tasks: agents.iter().map(|agent| NewTask::new(*agent, "count")).collect(),
        ..StartExecution::new(workflow)
    };
    let error = executions::start(&own, with(&[archived, nobody]))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, StartError::UnknownAgents { agents } if *agents == [nobody]),
        "{error:?}"
    );
    let error = executions::start(&own, with(&[archived])).await.unwrap_err();
    assert!(
        matches!(&error, StartError::ArchivedAgents { agents } if *agents == [archived]),
        "{error:?}"
    );
    // The refusals left the caller's transaction usable, and nothing in it.
    executions::start(&own, with(&[])).await.unwrap();
    own.commit().await.unwrap();
    assert_eq!(
        entity::workflow_executions::Entity::find()
            .all(db)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_no_column_holds_is_refused_with_its_field(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let task = NewTask {
        priority: 11,
        sla_minutes: 0,
        input: json!([1]),
        ..NewTask::new(AgentId::new(), " ")
    };
    let command = StartExecution {
        id: uuid::Uuid::new_v4().into(),
        input: json!({"nul": "\0"}),
        tasks: vec![
            task.clone(),
            NewTask {
                input: json!({}),
                ..task
            },
        ],
        ..StartExecution::new(WorkflowId::new())
    };
    let StartError::Invalid(input) = executions::start(db, command).await.unwrap_err() else {
        panic!()
    };
    let fields: Vec<_> = input
        .problems
        .iter()
        .map(|problem| problem.field.as_str())
        .collect();
    assert_eq!(
        fields,
        [
            "id",
            "input",
            "tasks[0].task_type",
            "tasks[0].priority",
            "tasks[0].input",
            "tasks[0].sla_minutes",
            "tasks[1].task_type",
            "tasks[1].priority",
            "tasks[1].sla_minutes",
            "tasks[1].id"
        ]
    );
    assert_eq!(input.problems[0].rule, Rule::NotTimeOrdered);
    assert_eq!(input.problems[9].rule, Rule::Repeated);
}
