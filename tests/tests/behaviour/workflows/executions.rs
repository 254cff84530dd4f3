//! Starting, beginning, ending and finding runs.

use chrono::{Duration, Utc};
use entity::{AgentId, TaskStatus, WorkflowExecutionId, WorkflowExecutionStatus, WorkflowId};
use rstest::rstest;
use sea_orm::EntityTrait;
use serde_json::json;
use service::input::Rule;
use service::page::PageRequest;
use service::workflows::executions::{
    self, BeginExecution, ExecutionError, ExecutionResult, FinishExecution, GetExecution, ListExecutions,
    StartError, StartExecution,
};
use service::workflows::tasks::NewTask;
use service::{Class, Classified, transaction};
use tests::{Engine, TestDatabase, rows};

use super::{agent, started, status, task_status, workflow};

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

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn history_is_paged_from_the_newest_by_workflow_status_and_time(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (this, other) = (workflow(db).await, workflow(db).await);
    let now = Utc::now();
    let mut ids = Vec::new();
    for days in (0..6).rev() {
        let id = WorkflowExecutionId::at(now - Duration::days(days * 20));
        let command = StartExecution {
            id,
            ..StartExecution::new(this)
        };
        ids.push(executions::start(db, command).await.unwrap().execution.id);
    }
    executions::start(db, StartExecution::new(other)).await.unwrap();
    executions::begin(db, BeginExecution { id: ids[2] })
        .await
        .unwrap();
    ids.reverse();
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let query = ListExecutions {
            workflow: Some(this),
            page: PageRequest { after, limit: 4 },
            ..ListExecutions::default()
        };
        let page = executions::list(db, query).await.unwrap();
        found.extend(page.items.into_iter().map(|row| row.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, ids);
    let query = ListExecutions {
        workflow: Some(this),
        from: ids[4].instant(),
        to: ids[1].instant(),
        ..ListExecutions::default()
    };
    let page = executions::list(db, query).await.unwrap();
    assert_eq!(page.items.iter().map(|row| row.id).collect::<Vec<_>>(), ids[2..5]);
    let query = ListExecutions {
        status: Some(WorkflowExecutionStatus::Running),
        ..ListExecutions::default()
    };
    assert_eq!(executions::list(db, query).await.unwrap().items[0].id, ids[3]);
}
