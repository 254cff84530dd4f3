//! A workflow, an execution of it, and tasks.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use entity::{WorkflowExecutionId, WorkflowId};
use sea_orm::DatabaseConnection;
use service::workflows::executions::{
    self, ExecutionResult, FinishExecution, PurgeExecutions, StartExecution,
};
use service::workflows::tasks::{
    self as queue, ClaimTasks, CompleteTask, EnqueueTasks, Heartbeats, Lease, NewTask, ReleaseExpired,
};
use service::workflows::{self, DefineWorkflow, HandOverWorkflow, LinkWorkflow, UpdateWorkflow};

use super::Work;
use crate::composition::case::{Case, obliging};
use crate::race::turn_round;

const LEASE: Duration = Duration::from_secs(600);

pub(super) async fn cases(db: &DatabaseConnection, work: &Work) -> Vec<Case> {
    let new = DefineWorkflow {
        goal: Some(work.goals[0]),
        ..DefineWorkflow::new(work.owner, "restock")
    };
    let workflow = workflows::define(db, new.clone()).await.unwrap().id;
    let run = StartExecution {
        tasks: (0..4).map(|_| NewTask::new(work.owner, "count")).collect(),
        ..StartExecution::new(workflow)
    };
    let run = executions::start(db, run).await.unwrap().execution.id;
    let held = claimed(db, work, 2, LEASE).await;
    claimed(db, work, 1, Duration::from_millis(1)).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    turn_round(db, "tasks").await;
    let again = DefineWorkflow {
        id: WorkflowId::new(),
        ..new
    };
    let mut cases = definitions(work, workflow);
    cases.push(obliging(workflows::define, again));
    cases.extend(runs(work, workflow, run));
    cases.extend(leases(held));
    cases
}

async fn claimed(db: &DatabaseConnection, work: &Work, limit: u32, lease: Duration) -> Vec<Lease> {
    let agent = work.owner;
    let command = ClaimTasks { agent, limit, lease };
    let tasks = queue::claim(db, command).await.unwrap().tasks;
    tasks.iter().map(Lease::from).collect()
}

fn definitions(work: &Work, id: WorkflowId) -> Vec<Case> {
    let renamed = UpdateWorkflow {
        name: Some("count".into()),
        ..UpdateWorkflow::new(id)
    };
    let goal = Some(work.goals[2]);
    vec![
        obliging(workflows::update, renamed),
        obliging(workflows::hand_over, HandOverWorkflow { id, to: work.heir }),
        obliging(workflows::hand_over, HandOverWorkflow { id, to: work.child }),
        obliging(workflows::link, LinkWorkflow { id, goal }),
    ]
}

fn runs(work: &Work, workflow: WorkflowId, execution: WorkflowExecutionId) -> Vec<Case> {
    let tasks = [work.owner, work.heir].map(|agent| NewTask::new(agent, "count"));
    let tasks = tasks.to_vec();
    let start = StartExecution {
        tasks: tasks.clone(),
        ..StartExecution::new(workflow)
    };
    let cancelled = ExecutionResult::Cancelled { reason: None };
    let tomorrow = Utc::now() + TimeDelta::days(1);
    vec![
        obliging(executions::start, start),
        obliging(executions::finish, FinishExecution::new(execution, cancelled)),
        obliging(executions::purge, PurgeExecutions::new(tomorrow)),
        obliging(queue::enqueue, EnqueueTasks { execution, tasks }),
    ]
}

fn leases(leases: Vec<Lease>) -> Vec<Case> {
    let one = leases[0];
    let extend = 2 * LEASE;
    vec![
        obliging(queue::complete, CompleteTask::new(one)),
        obliging(queue::heartbeat_many, Heartbeats { leases, extend }),
        obliging(queue::release_expired, ReleaseExpired::new(3)),
    ]
}
