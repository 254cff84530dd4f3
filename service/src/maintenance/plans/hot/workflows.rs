//! The queue of tasks, and who may take them.

use std::time::Duration;

use chrono::Utc;
use entity::{AgentId, agent_capabilities, tasks};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use super::super::error::TrialError;
use super::super::probe::Probe;
use super::super::sample;
use super::HotOperation;
use crate::agents::{self, FindAble};
use crate::error::DatabaseError;
use crate::workflows::executions::{self, StartExecution, StartedExecution};
use crate::workflows::tasks::{
    self as queue, ClaimTasks, CompleteTask, EnqueueTasks, Heartbeat, Lease, ListOverdue, ListTasks, NewTask,
    ReleaseExpired,
};
use crate::workflows::{self, DefineWorkflow};

pub(super) const HOT: &[HotOperation] = &[
    HotOperation::new("workflows.executions.start", (6, 6), |p| Box::pin(start(p)))
        .touching(&[("workflow_executions", 1)])
        .within(400),
    HotOperation::new("workflows.tasks.enqueue", (3, 3), |p| Box::pin(enqueue(p)))
        .touching(&[("workflow_executions", 1)])
        .within(300),
    HotOperation::new("workflows.tasks.claim", (1, 2), |p| Box::pin(claim(p)))
        .using(&["idx_tasks_claim"])
        .within(300),
    HotOperation::new("workflows.tasks.heartbeat", (1, 1), |p| Box::pin(heartbeat(p)))
        .using(&["tasks_pkey"])
        .within(300),
    HotOperation::new("workflows.tasks.complete", (3, 3), |p| Box::pin(complete(p)))
        .using(&["tasks_pkey", "idx_tasks_workflow_execution_id"])
        .touching(&[("workflow_executions", 1)])
        .within(300),
    HotOperation::new("workflows.tasks.release_expired", (5, 5), |p| {
        Box::pin(release_expired(p))
    })
    .using(&["idx_tasks_lease"])
    .touching(&[("workflow_executions", 1)])
    .within(300),
    HotOperation::new("workflows.tasks.overdue", (1, 1), |p| Box::pin(overdue(p)))
        .using(&["idx_tasks_open"])
        .within(10000),
    HotOperation::new("workflows.tasks.list", (1, 1), |p| Box::pin(list(p)))
        .using(&["idx_tasks_assigned_agent_id_id"])
        .within(300),
    HotOperation::new("agents.able", (1, 1), |p| Box::pin(able(p)))
        .using(&["idx_tasks_agent_status"])
        .within(300),
];

const LEASE: Duration = Duration::from_secs(60);

/// The start of an execution with a task for the agent, of a workflow that is made for it.
async fn execution(probe: &Probe, agent: AgentId) -> Result<StartExecution, TrialError> {
    let workflow = DefineWorkflow {
        is_active: true,
        ..DefineWorkflow::new(agent, "trial")
    };
    let workflow = workflows::define(probe.quiet(), workflow).await?;
    Ok(StartExecution {
        tasks: vec![NewTask::new(agent, "trial")],
        ..StartExecution::new(workflow.id)
    })
}

async fn started(probe: &Probe, agent: AgentId) -> Result<StartedExecution, TrialError> {
    let start = execution(probe, agent).await?;
    Ok(executions::start(probe.quiet(), start).await?)
}

/// A task that was just claimed.
async fn claimed(probe: &Probe) -> Result<tasks::Model, TrialError> {
    let agent = sample::agent(probe.quiet()).await?;
    started(probe, agent).await?;
    let (limit, lease) = (1, LEASE);
    let claim = ClaimTasks { agent, limit, lease };
    let claimed = queue::claim(probe.quiet(), claim).await?;
    claimed
        .tasks
        .into_iter()
        .next()
        .ok_or(TrialError::NoRow("task to claim"))
}

async fn start(probe: &Probe) -> Result<(), TrialError> {
    let agent = sample::agent(probe.quiet()).await?;
    executions::start(probe, execution(probe, agent).await?).await?;
    Ok(())
}

async fn enqueue(probe: &Probe) -> Result<(), TrialError> {
    let agent = sample::agent(probe.quiet()).await?;
    let execution = started(probe, agent).await?.execution.id;
    let tasks = vec![NewTask::new(agent, "trial")];
    queue::enqueue(probe, EnqueueTasks { execution, tasks }).await?;
    Ok(())
}

async fn claim(probe: &Probe) -> Result<(), TrialError> {
    let agent = sample::agent(probe.quiet()).await?;
    started(probe, agent).await?;
    let (limit, lease) = (10, LEASE);
    queue::claim(probe, ClaimTasks { agent, limit, lease }).await?;
    Ok(())
}

async fn heartbeat(probe: &Probe) -> Result<(), TrialError> {
    let lease = Lease::from(&claimed(probe).await?);
    let extend = LEASE;
    queue::heartbeat(probe, Heartbeat { lease, extend }).await?;
    Ok(())
}

async fn complete(probe: &Probe) -> Result<(), TrialError> {
    let lease = Lease::from(&claimed(probe).await?);
    queue::complete(probe, CompleteTask::new(lease)).await?;
    Ok(())
}

async fn release_expired(probe: &Probe) -> Result<(), TrialError> {
    let task = claimed(probe).await?;
    let long_ago = Utc::now() - chrono::Duration::days(1);
    tasks::Entity::update_many()
        .col_expr(tasks::Column::LeaseExpiresAt, Expr::value(long_ago))
        .filter(tasks::Column::Id.eq(task.id))
        .exec(probe.quiet())
        .await
        .map_err(DatabaseError::from)?;
    let limit = 10;
    queue::release_expired(
        probe,
        ReleaseExpired {
            limit,
            ..ReleaseExpired::new(3)
        },
    )
    .await?;
    Ok(())
}

async fn overdue(probe: &Probe) -> Result<(), TrialError> {
    queue::overdue(probe, ListOverdue::default()).await?;
    Ok(())
}

async fn list(probe: &Probe) -> Result<(), TrialError> {
    let agent = sample::agent(probe.quiet()).await?;
    queue::list(probe, ListTasks::new(agent)).await?;
    Ok(())
}

async fn able(probe: &Probe) -> Result<(), TrialError> {
    let newest = agent_capabilities::Entity::find().order_by_desc(agent_capabilities::Column::Id);
    let capability = newest.one(probe.quiet()).await.map_err(DatabaseError::from)?;
    let capability = capability.ok_or(TrialError::NoRow("capability of an agent"))?;
    let query = FindAble::new(capability.capability_type, capability.capability_name);
    agents::able(probe, query).await?;
    Ok(())
}
