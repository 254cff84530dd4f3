//! Months of history with everything in them that a file could get wrong.

use chrono::{DateTime, Duration, Utc};
use entity::{
    AgentId, CampaignId, CustomerId, RevenueAttributionId, SystemEventId, TaskId, TaskStatus, TransactionId,
    TransactionType, WorkflowExecutionId, WorkflowExecutionStatus, WorkflowId, revenue_attribution,
    system_events, tasks, transactions, workflow_executions,
};
use rust_decimal::Decimal;
use sea_orm::{DatabaseConnection, EntityTrait, QueryOrder, Set};
use serde_json::json;
use tests::rows;

use super::month;

/// Whom the history is about.
#[derive(Clone, Copy, Debug)]
pub(in crate::maintenance) struct World {
    pub(super) agent: AgentId,
    pub(super) source: AgentId,
    pub(super) workflow: WorkflowId,
    pub(super) campaign: CampaignId,
    pub(super) customer: CustomerId,
}

pub(in crate::maintenance) async fn world(db: &DatabaseConnection) -> World {
    let workflow = rows::insert(db, "workflows", []).await;
    World {
        agent: rows::insert(db, "agents", []).await.id().into(),
        source: rows::insert(db, "agents", []).await.id().into(),
        workflow: workflow.id().into(),
        campaign: rows::insert(db, "campaigns", []).await.id().into(),
        customer: rows::insert(db, "customers", []).await.id().into(),
    }
}

/// Texts that end a field, a line or a file where they are not understood.
const TEXTS: [&str; 8] = [
    "",
    "plain",
    "comma, \"quote\" and 'apostrophe'",
    "two\nlines\r\nand a third\r",
    "\\N and \\.",
    "\\.",
    " Zoë 🖼️ 壁 \u{202e}",
    "\t;|",
];

/// Writes `n` rows of each kind over the month, two tasks and two shares each.
pub(in crate::maintenance) async fn fill(db: &DatabaseConnection, world: &World, of: &str, n: usize) {
    let start = month(of).start();
    for at in 0..n {
        let instant =
            start + Duration::milliseconds(1_234 * at as i64) + Duration::microseconds(at as i64 % 7);
        execution(db, world, instant, TEXTS[at % TEXTS.len()]).await;
        money(db, world, instant, at).await;
        let event = system_events::ActiveModel {
            id: Set(SystemEventId::at(instant)),
            event_type: Set("test.happened".into()),
            message: Set(TEXTS[(at + 3) % TEXTS.len()].into()),
            source_agent_id: Set(at.is_multiple_of(2).then_some(world.source)),
            details: Set(json!({ "text": TEXTS[at % TEXTS.len()], "number": 1.5, "nested": [null, {}] })),
            created_at: Set(instant),
            ..Default::default()
        };
        system_events::Entity::insert(event).exec(db).await.unwrap();
    }
}

async fn execution(db: &DatabaseConnection, world: &World, instant: DateTime<Utc>, text: &str) {
    let id = WorkflowExecutionId::at(instant);
    let row = workflow_executions::ActiveModel {
        id: Set(id),
        workflow_id: Set(world.workflow),
        execution_id: Set(Some(text.into())),
        status: Set(WorkflowExecutionStatus::Failed),
        metrics: Set(json!({ "ms": 12, "of": text })),
        error_message: Set((!text.is_empty()).then(|| text.into())),
        started_at: Set(Some(instant)),
        completed_at: Set(Some(instant + Duration::microseconds(1))),
        created_at: Set(instant),
        ..Default::default()
    };
    workflow_executions::Entity::insert(row).exec(db).await.unwrap();
    for priority in [1, 10] {
        let task = tasks::ActiveModel {
            id: Set(TaskId::new()),
            workflow_execution_id: Set(id),
            assigned_agent_id: Set(world.agent),
            task_type: Set("draft".into()),
            priority: Set(priority),
            status: Set(TaskStatus::Completed),
            error_message: Set(Some(text.into())),
            completed_at: Set(Some(instant)),
            // A task may be made long after its execution: the execution says when it goes.
            created_at: Set(instant + Duration::days(40)),
            ..Default::default()
        };
        tasks::Entity::insert(task).exec(db).await.unwrap();
    }
}

async fn money(db: &DatabaseConnection, world: &World, instant: DateTime<Utc>, at: usize) {
    let id = TransactionId::at(instant);
    let row = transactions::ActiveModel {
        id: Set(id),
        r#type: Set(TransactionType::Adjustment),
        category: Set("shipping, of \"parts\"".into()),
        amount: Set(Decimal::new([22_590, 999_999_999_999, 0, 1][at % 4], 2)),
        description: Set((!at.is_multiple_of(3)).then(|| TEXTS[at % TEXTS.len()].into())),
        customer_id: Set(at.is_multiple_of(2).then_some(world.customer)),
        transaction_date: Set(instant.date_naive()),
        created_at: Set(instant),
        ..Default::default()
    };
    transactions::Entity::insert(row).exec(db).await.unwrap();
    for (cents, campaign) in [(6_667, Some(world.campaign)), (3_333, None)] {
        let share = revenue_attribution::ActiveModel {
            id: Set(RevenueAttributionId::new()),
            transaction_id: Set(id),
            agent_id: Set(world.agent),
            campaign_id: Set(campaign),
            attribution_percentage: Set(Decimal::new(cents, 2)),
            created_at: Set(instant),
            ..Default::default()
        };
        revenue_attribution::Entity::insert(share).exec(db).await.unwrap();
    }
}

/// Every row of the five tables, by id.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::maintenance) struct Everything {
    pub(in crate::maintenance) executions: Vec<workflow_executions::Model>,
    pub(in crate::maintenance) tasks: Vec<tasks::Model>,
    pub(in crate::maintenance) transactions: Vec<transactions::Model>,
    pub(in crate::maintenance) shares: Vec<revenue_attribution::Model>,
    pub(in crate::maintenance) events: Vec<system_events::Model>,
}

impl Everything {
    pub(in crate::maintenance) async fn of(db: &DatabaseConnection) -> Self {
        macro_rules! all {
            ($table:ident) => {
                $table::Entity::find()
                    .order_by_asc($table::Column::Id)
                    .all(db)
                    .await
                    .unwrap()
            };
        }
        Self {
            executions: all!(workflow_executions),
            tasks: all!(tasks),
            transactions: all!(transactions),
            shares: all!(revenue_attribution),
            events: all!(system_events),
        }
    }

    /// Executions, tasks, transactions, shares, events.
    pub(in crate::maintenance) fn counts(&self) -> [usize; 5] {
        [
            self.executions.len(),
            self.tasks.len(),
            self.transactions.len(),
            self.shares.len(),
            self.events.len(),
        ]
    }
}
