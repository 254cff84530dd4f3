//! Whether the database holds what the model does.

use chrono::{DateTime, Utc};
use entity::{TaskStatus, WorkflowExecutionStatus, tasks, workflow_executions};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::Value;

use super::drive::{Driver, FIRST_EXPIRY};
use super::request::Request;
use super::world::{Execution, Lease, Message, Task, World};

pub(super) async fn same(driver: &Driver, world: &World, request: &Request) {
    let tasks = tasks::Entity::find()
        .order_by_asc(tasks::Column::Id)
        .all(&driver.db)
        .await
        .unwrap();
    let executions = workflow_executions::Entity::find()
        .order_by_asc(workflow_executions::Column::Id)
        .all(&driver.db)
        .await
        .unwrap();
    let now = Utc::now();
    let rows = (tasks.len(), executions.len());
    assert_eq!(
        rows,
        (world.tasks.len(), world.executions.len()),
        "after {request:?}"
    );
    for (n, (row, expected)) in tasks.iter().zip(&world.tasks).enumerate() {
        assert_eq!(driver.number_of_task(row.id), n);
        assert_eq!(&task(driver, row, now), expected, "task {n} after {request:?}");
    }
    for (n, (row, expected)) in executions.iter().zip(&world.executions).enumerate() {
        assert_eq!(driver.number(row.id), n);
        let error = row.error_message.as_deref();
        if expected.message == Message::OfTask {
            assert_eq!(error, first_error(row, &tasks), "execution {n} after {request:?}");
        }
        let held = execution(driver, row, &expected.message);
        assert_eq!(&held, expected, "execution {n} after {request:?}");
    }
}

fn task(driver: &Driver, row: &tasks::Model, now: DateTime<Utc>) -> Task {
    let agents = &driver.staff.agents;
    let ended = !matches!(row.status, TaskStatus::Pending | TaskStatus::InProgress);
    assert_eq!(row.completed_at.is_some(), ended, "{row:?}");
    assert_eq!(row.started_at.is_some(), row.attempts > 0, "{row:?}");
    assert!(!ended || row.started_at <= row.completed_at, "{row:?}");
    Task {
        execution: driver.number(row.workflow_execution_id),
        agent: agents
            .iter()
            .position(|agent| *agent == row.assigned_agent_id)
            .unwrap(),
        priority: row.priority,
        status: row.status,
        attempts: row.attempts,
        lease: lease(row.lease_expires_at, now),
        output: row.output_data.get("n").and_then(Value::as_i64),
        error: row.error_message.clone(),
    }
}

fn lease(until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Lease {
    match until {
        None => Lease::None,
        // It was written a moment ago.
        Some(until) if until > now => Lease::Lasts(((until - now).num_minutes() + 30) / 60),
        Some(until) => Lease::Over((until - FIRST_EXPIRY).num_seconds()),
    }
}

fn execution(driver: &Driver, row: &workflow_executions::Model, expected: &Message) -> Execution {
    use WorkflowExecutionStatus::{Pending, Running};
    let workflows = &driver.staff.workflows;
    assert_eq!(row.started_at.is_some(), row.status != Pending, "{row:?}");
    let ended = !matches!(row.status, Pending | Running);
    assert_eq!(row.completed_at.is_some(), ended, "{row:?}");
    Execution {
        workflow: workflows.iter().position(|id| *id == row.workflow_id).unwrap(),
        input: row.input_data["n"].as_i64().unwrap(),
        status: row.status,
        output: row.output_data.get("n").and_then(Value::as_i64),
        message: match (row.error_message.as_deref(), expected) {
            (None, _) => Message::None,
            (Some(_), Message::OfTask) => Message::OfTask,
            (Some("failure"), _) => Message::Told("failure"),
            (Some(other), _) => panic!("{other}"),
        },
    }
}

/// That of the first task of the execution to fail, by the database's clock, then by id.
fn first_error<'a>(execution: &workflow_executions::Model, tasks: &'a [tasks::Model]) -> Option<&'a str> {
    let own = tasks
        .iter()
        .filter(|task| task.workflow_execution_id == execution.id && task.status == TaskStatus::Failed);
    own.min_by_key(|task| (task.completed_at, task.id))
        .and_then(|task| task.error_message.as_deref())
}
