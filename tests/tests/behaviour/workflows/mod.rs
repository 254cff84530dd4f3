//! Workflows, their executions, and the queue of tasks.

mod definitions;
mod deletion;
mod executions;
mod fencing;
mod finishing;
mod heartbeats;
mod history;
mod in_flight;
mod lock_order;
mod model;
mod plans;
mod purge;
mod queue;
mod races;
mod repetition;
mod starting;
mod statements;

use std::time::Duration;

use entity::{AgentId, TaskStatus, WorkflowExecutionId, WorkflowExecutionStatus, WorkflowId, tasks};
use sea_orm::{ConnectionTrait, EntityTrait, TransactionTrait};
use service::workflows::executions::{StartExecution, StartedExecution, start};
use service::workflows::tasks::{ClaimTasks, NewTask, claim};
use tests::rows;

/// Long enough for any test.
const LEASE: Duration = Duration::from_secs(600);

pub(crate) async fn agent(db: &impl ConnectionTrait) -> AgentId {
    rows::insert(db, "agents", []).await.id().into()
}

async fn workflow(db: &impl ConnectionTrait) -> WorkflowId {
    rows::insert(db, "workflows", []).await.id().into()
}

/// An execution of a workflow of its own, with a task of each priority for the agent.
async fn started<C>(db: &C, agent: AgentId, priorities: &[i32]) -> StartedExecution
where
    C: ConnectionTrait + TransactionTrait,
{
    let tasks = priorities.iter().map(|priority| NewTask {
        priority: *priority,
        ..NewTask::new(agent, "count")
    });
    let command = StartExecution {
        tasks: tasks.collect(),
        ..StartExecution::new(workflow(db).await)
    };
    start(db, command).await.unwrap()
}

async fn claimed<C>(db: &C, agent: AgentId, limit: u32) -> Vec<tasks::Model>
where
    C: ConnectionTrait + TransactionTrait,
{
    claimed_for(db, agent, limit, LEASE).await
}

async fn claimed_for<C>(db: &C, agent: AgentId, limit: u32, lease: Duration) -> Vec<tasks::Model>
where
    C: ConnectionTrait + TransactionTrait,
{
    let command = ClaimTasks { agent, limit, lease };
    claim(db, command).await.unwrap().tasks
}

/// A task that was claimed with a lease that is over by now.
async fn expired<C>(db: &C, agent: AgentId) -> tasks::Model
where
    C: ConnectionTrait + TransactionTrait,
{
    let task = claimed_for(db, agent, 1, Duration::from_millis(20))
        .await
        .remove(0);
    tokio::time::sleep(Duration::from_millis(40)).await;
    task
}

async fn task_status(db: &impl ConnectionTrait, id: entity::TaskId) -> TaskStatus {
    let row = tasks::Entity::find_by_id(id).one(db).await.unwrap();
    row.unwrap().status
}

async fn status(db: &impl ConnectionTrait, id: WorkflowExecutionId) -> WorkflowExecutionStatus {
    let row = entity::workflow_executions::Entity::find_by_id(id).one(db).await;
    row.unwrap().unwrap().status
}
