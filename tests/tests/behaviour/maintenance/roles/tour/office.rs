//! Agents, their work, the books, the figures and the machinery.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use entity::{AgentId, AgentType, GoalType, TransactionType, WorkflowExecutionId};
use sea_orm::DatabaseConnection;
use serde_json::json;
use service::agents::{
    self, AllowCollaboration, DecommissionAgent, DisallowCollaboration, GrantCapability, RegisterAgent,
};
use service::analytics::calculation::{Compute, compute};
use service::analytics::kpis::{DefineKpi, define};
use service::analytics::measurements::{NewMeasurement, OnConflict, RecordMeasurements, record};
use service::analytics::reports::{BuildReport, build};
use service::finance::attribution::{Attribute, AttributionModel, Touch, attribute, reattribute};
use service::finance::budgets::{self, Allocate, Correct, Spend, Transfer};
use service::finance::transactions::{self as journal, ListTransactions, NewTransaction, Record};
use service::goals::{self, CreateGoal};
use service::orders::{self, OrderLine, PayOrder, PlaceOrder, RefundOrder};
use service::system::configuration::{self, DeleteConfiguration, SetConfiguration};
use service::system::{self, AppendEvent};
use service::workflows::executions::{
    self, BeginExecution, ExecutionResult, FinishExecution, StartExecution,
};
use service::workflows::tasks::{
    self as queue, CancelTask, ClaimTasks, CompleteTask, EnqueueTasks, FailTask, Heartbeat, Lease, NewTask,
    ReleaseExpired,
};
use service::workflows::{self, DeleteWorkflow};
use tests::rows;

use crate::shop::{amount, stocked};

const LEASE: Duration = Duration::from_secs(600);

async fn agent(db: &DatabaseConnection, name: &str) -> AgentId {
    let command = RegisterAgent::new(name, AgentType::Director);
    let id = command.id;
    agents::register(db, command).await.unwrap();
    id
}

/// Agents, goals, workflows and their tasks, to the agent's last day.
pub(crate) async fn work(db: &DatabaseConnection) {
    let (me, heir) = (agent(db, "Me").await, agent(db, "Heir").await);
    agents::grant(db, GrantCapability::new(me, "tool", "mail"))
        .await
        .unwrap();
    agents::allow(db, AllowCollaboration::new(me, heir, "review"))
        .await
        .unwrap();
    let end = DisallowCollaboration {
        requesting: me,
        responding: heir,
        collaboration_type: "review".into(),
    };
    agents::disallow(db, end).await.unwrap();
    let goal = CreateGoal {
        owner: Some(me),
        ..CreateGoal::new("more", GoalType::Revenue)
    };
    goals::create(db, goal).await.unwrap();
    let execution = queued(db, me).await;
    agents::decommission(db, DecommissionAgent::new(me, heir))
        .await
        .unwrap();
    let end = ExecutionResult::Cancelled { reason: None };
    executions::finish(db, FinishExecution::new(execution, end))
        .await
        .unwrap();
    let unused = rows::insert(db, "workflows", []).await.id().into();
    workflows::delete(db, DeleteWorkflow { id: unused })
        .await
        .unwrap();
}

/// An execution with tasks that ended in every way and some that are open.
async fn queued(db: &DatabaseConnection, me: AgentId) -> WorkflowExecutionId {
    let workflow = rows::insert(db, "workflows", []).await.id().into();
    let start = StartExecution::new(workflow);
    let execution = start.id;
    executions::start(db, start).await.unwrap();
    executions::begin(db, BeginExecution { id: execution })
        .await
        .unwrap();
    let tasks = (0..5).map(|_| NewTask::new(me, "count")).collect();
    queue::enqueue(db, EnqueueTasks { execution, tasks })
        .await
        .unwrap();
    let (limit, lease) = (3, LEASE);
    let claim = ClaimTasks {
        agent: me,
        limit,
        lease,
    };
    let tasks = queue::claim(db, claim).await.unwrap().tasks;
    let lease = |n: usize| Lease::from(&tasks[n]);
    let beat = Heartbeat {
        lease: lease(0),
        extend: LEASE,
    };
    queue::heartbeat(db, beat).await.unwrap();
    queue::complete(db, CompleteTask::new(lease(0))).await.unwrap();
    queue::fail(db, FailTask::new(lease(1), "x", 2)).await.unwrap();
    let cancel = CancelTask {
        task: tasks[2].id,
        reason: None,
        finish_execution: false,
    };
    queue::cancel(db, cancel).await.unwrap();
    let short = ClaimTasks {
        agent: me,
        limit: 1,
        lease: Duration::from_millis(1),
    };
    queue::claim(db, short).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    queue::release_expired(db, ReleaseExpired::new(1)).await.unwrap();
    execution
}

/// Transactions, who earned them, and budgets.
pub(crate) async fn books(db: &DatabaseConnection) {
    let agents = [agent(db, "First").await, agent(db, "Last").await];
    let expense = NewTransaction::new(TransactionType::Expense, "rent", amount("9"));
    let transactions = vec![expense];
    journal::record(db, Record { transactions }).await.unwrap();
    let variant = stocked(db, "BLANC", 1).await;
    let order = PlaceOrder::new(vec![OrderLine::new(variant, 1)]);
    let order = orders::place(db, order).await.unwrap().order;
    orders::pay(db, PayOrder::new(order.id, order.total_amount))
        .await
        .unwrap();
    let newest = journal::list(db, ListTransactions::default()).await.unwrap();
    let transaction = newest.items[0].id;
    let by = |agents: &[AgentId]| Attribute {
        transaction,
        model: AttributionModel::Linear,
        touches: (0..)
            .zip(agents)
            .map(|(n, agent)| Touch::new(*agent, Utc::now() - TimeDelta::hours(9 - n)))
            .collect(),
    };
    attribute(db, by(&agents)).await.unwrap();
    orders::refund(db, RefundOrder::amount(order.id, amount("1")))
        .await
        .unwrap();
    reattribute(db, by(&agents[1..])).await.unwrap();

    let month = |category| Allocate::new(category, (2026, 11), amount("100"));
    let ads = budgets::allocate(db, month("ads")).await.unwrap().budget.id;
    let rent = budgets::allocate(db, month("rent")).await.unwrap().budget.id;
    budgets::spend(db, Spend::new(ads, amount("5"))).await.unwrap();
    budgets::correct(db, Correct::new(ads, amount("5"), "no"))
        .await
        .unwrap();
    budgets::transfer(db, Transfer::new(ads, rent, amount("5")))
        .await
        .unwrap();
}

/// KPIs, measured and calculated, and a report of them.
pub(crate) async fn figures(db: &DatabaseConnection) {
    let recorded = define(db, DefineKpi::new("visits", "sales"))
        .await
        .unwrap()
        .kpi
        .id;
    let command = DefineKpi {
        calculation_sql: Some("SELECT count(*) FROM orders".into()),
        ..DefineKpi::new("orders", "sales")
    };
    let calculated = define(db, command).await.unwrap().kpi.id;
    let now = Utc::now();
    for value in [1, 2] {
        let command = RecordMeasurements {
            measurements: vec![NewMeasurement::new(recorded, now, value.into())],
            on_conflict: OnConflict::Overwrite,
        };
        record(db, command).await.unwrap();
    }
    compute(db, Compute::new(calculated, now)).await.unwrap();
    build(db, BuildReport::new("now", "daily", [recorded, calculated], now))
        .await
        .unwrap();
}

/// Events and configurations.
pub(crate) async fn machinery(db: &DatabaseConnection) {
    let event = AppendEvent {
        details: json!({ "n": 1 }),
        ..AppendEvent::new("tick", "tick")
    };
    for _ in 0..2 {
        system::append(db, event.clone()).await.unwrap();
    }
    for value in [1, 2] {
        configuration::set(db, SetConfiguration::new("k", value))
            .await
            .unwrap();
    }
    configuration::delete(db, DeleteConfiguration::new("k"))
        .await
        .unwrap();
}
