//! The operations of workflows, their executions and tasks.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use entity::{AgentId, GoalId, TaskId, WorkflowExecutionId, WorkflowId, tasks};
use sea_orm::DatabaseConnection;
use service::workflows::executions::{
    self, BeginExecution, ExecutionResult, FinishExecution, PurgeExecutions, StartExecution, StartedExecution,
};
use service::workflows::tasks::{
    self as queue, CancelTask, ClaimTasks, CompleteTask, EnqueueTasks, FailTask, Heartbeat, Heartbeats,
    Lease, NewTask, ReleaseExpired,
};
use service::workflows::{
    self, DefineWorkflow, DeleteWorkflow, HandOverWorkflow, LinkWorkflow, SwitchWorkflow, UpdateWorkflow,
};
use tests::rows;

use super::case::{Case, case};

const LEASE: Duration = Duration::from_secs(600);

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    let (me, heir) = (agent(db).await, agent(db).await);
    let mut cases = definitions(db, me, heir).await;
    cases.extend(runs(db, me).await);
    cases.extend(tasks(db, me).await);
    cases
}

async fn agent(db: &DatabaseConnection) -> AgentId {
    rows::insert(db, "agents", []).await.id().into()
}

async fn workflow(db: &DatabaseConnection) -> WorkflowId {
    rows::insert(db, "workflows", []).await.id().into()
}

async fn definitions(db: &DatabaseConnection, me: AgentId, heir: AgentId) -> Vec<Case> {
    let (here, nowhere) = (workflow(db).await, WorkflowId::new());
    let asleep = workflow(db).await;
    workflows::deactivate(db, SwitchWorkflow { id: asleep })
        .await
        .unwrap();
    let used = workflow(db).await;
    executions::start(db, StartExecution::new(used)).await.unwrap();
    let goal = GoalId::from(rows::insert(db, "goals", []).await.id());
    let renamed = |id| UpdateWorkflow {
        name: Some("count".into()),
        ..UpdateWorkflow::new(id)
    };
    let linked = |goal| LinkWorkflow {
        id: here,
        goal: Some(goal),
    };
    vec![
        case(
            workflows::define,
            DefineWorkflow::new(me, "restock"),
            DefineWorkflow::new(AgentId::new(), "restock"),
        ),
        case(workflows::update, renamed(here), renamed(nowhere)),
        case(
            workflows::activate,
            SwitchWorkflow { id: asleep },
            SwitchWorkflow { id: nowhere },
        ),
        case(
            workflows::deactivate,
            SwitchWorkflow { id: here },
            SwitchWorkflow { id: nowhere },
        ),
        case(
            workflows::hand_over,
            HandOverWorkflow { id: here, to: heir },
            HandOverWorkflow {
                id: here,
                to: AgentId::new(),
            },
        ),
        case(workflows::link, linked(goal), linked(GoalId::new())),
        case(
            workflows::delete,
            DeleteWorkflow { id: here },
            DeleteWorkflow { id: used },
        ),
    ]
}

async fn started(db: &DatabaseConnection, tasks: Vec<NewTask>) -> StartedExecution {
    let command = StartExecution {
        tasks,
        ..StartExecution::new(workflow(db).await)
    };
    executions::start(db, command).await.unwrap()
}

async fn runs(db: &DatabaseConnection, me: AgentId) -> Vec<Case> {
    let fresh = started(db, Vec::new()).await.execution.id;
    let over = started(db, Vec::new()).await.execution.id;
    executions::begin(db, BeginExecution { id: over }).await.unwrap();
    let cancelled = ExecutionResult::Cancelled { reason: None };
    executions::finish(db, FinishExecution::new(over, cancelled.clone()))
        .await
        .unwrap();
    let new = |workflow| StartExecution {
        tasks: vec![NewTask::new(me, "count")],
        ..StartExecution::new(workflow)
    };
    let before = |limit| PurgeExecutions {
        limit,
        ..PurgeExecutions::new(Utc::now() + TimeDelta::days(1))
    };
    vec![
        case(executions::start, new(workflow(db).await), new(WorkflowId::new())),
        case(
            executions::begin,
            BeginExecution { id: fresh },
            BeginExecution { id: over },
        ),
        case(
            executions::finish,
            FinishExecution::new(fresh, cancelled),
            FinishExecution::new(over, ExecutionResult::Succeeded),
        ),
        case(executions::purge, before(9), before(0)),
    ]
}

async fn tasks(db: &DatabaseConnection, me: AgentId) -> Vec<Case> {
    let run = started(db, vec![NewTask::new(me, "count")]).await;
    let enqueue = |execution| EnqueueTasks {
        execution,
        tasks: vec![NewTask::new(me, "count")],
    };
    let claim = |limit| ClaimTasks {
        agent: me,
        limit,
        lease: LEASE,
    };
    let cancel = |task| CancelTask {
        task,
        reason: None,
        finish_execution: true,
    };
    let mut cases = leases(db).await;
    cases.extend([
        case(
            queue::enqueue,
            enqueue(run.execution.id),
            enqueue(WorkflowExecutionId::new()),
        ),
        case(queue::claim, claim(2), claim(0)),
        case(queue::cancel, cancel(run.tasks[0].id), cancel(TaskId::new())),
    ]);
    cases
}

async fn leases(db: &DatabaseConnection) -> Vec<Case> {
    let worker = agent(db).await;
    started(
        db,
        vec![NewTask::new(worker, "count"), NewTask::new(worker, "order")],
    )
    .await;
    let expired = claimed(db, worker, Duration::from_millis(1)).await;
    let held = Lease::from(&claimed(db, worker, LEASE).await);
    let lost = Lease {
        attempt: held.attempt + 1,
        ..held
    };
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(expired.lease_expires_at.unwrap() < Utc::now());
    let extend = 2 * LEASE;
    let beats = |extend| Heartbeats {
        leases: vec![held],
        extend,
    };
    vec![
        case(
            queue::heartbeat,
            Heartbeat { lease: held, extend },
            Heartbeat { lease: lost, extend },
        ),
        case(queue::heartbeat_many, beats(extend), beats(Duration::ZERO)),
        case(queue::complete, CompleteTask::new(held), CompleteTask::new(lost)),
        case(
            queue::fail,
            FailTask::new(held, "no ink", 1),
            FailTask::new(lost, "no ink", 1),
        ),
        case(
            queue::release_expired,
            ReleaseExpired::new(3),
            ReleaseExpired::new(0),
        ),
    ]
}

async fn claimed(db: &DatabaseConnection, agent: AgentId, lease: Duration) -> tasks::Model {
    let limit = 1;
    let command = ClaimTasks { agent, limit, lease };
    queue::claim(db, command).await.unwrap().tasks.remove(0)
}
