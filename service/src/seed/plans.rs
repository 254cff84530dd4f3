//! What the shop wants, and how it goes about it: goals and workflows.

use chrono::{DateTime, Days, TimeDelta, Utc};
use entity::{GoalId, GoalStatus, GoalType, WorkflowId, WorkflowTriggerType, goals, workflows};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::calendar::Calendar;
use super::dice::{Of, Source};
use super::organisation::Staff;
use super::rows::Rows;

/// Name, type, target, and the number of the goal that it is a part of.
const GOALS: [(&str, GoalType, i64, Option<usize>); 12] = [
    ("Grow the yearly revenue", GoalType::Revenue, 2_400_000, None),
    ("Sell more large formats", GoalType::Revenue, 600_000, Some(0)),
    ("Win back quiet customers", GoalType::Revenue, 180_000, Some(0)),
    ("Make the holidays count", GoalType::Revenue, 500_000, Some(0)),
    ("Reach new homes", GoalType::Growth, 40_000, None),
    ("Grow the newsletter", GoalType::Growth, 25_000, Some(4)),
    ("Open the trade channel", GoalType::Growth, 900, Some(4)),
    (
        "Answer every question in time",
        GoalType::CustomerSatisfaction,
        95,
        None,
    ),
    ("Fewer broken frames", GoalType::CustomerSatisfaction, 2, Some(7)),
    ("Run leaner", GoalType::Efficiency, 12, None),
    ("Ship within two days", GoalType::Efficiency, 48, Some(9)),
    ("Spend less per order", GoalType::Efficiency, 9, Some(9)),
];

/// Name, trigger, what it is told of it, the number of its goal, the kinds of its tasks.
const WORKFLOWS: [(&str, WorkflowTriggerType, &str, usize, &[&str]); 12] = [
    (
        "Order intake",
        WorkflowTriggerType::Webhook,
        "orders/create",
        0,
        &["check_address", "check_stock", "thank_customer"],
    ),
    (
        "Dispatch parcels",
        WorkflowTriggerType::Event,
        "order.paid",
        10,
        &["print_label", "pack", "hand_over"],
    ),
    (
        "Daily stock check",
        WorkflowTriggerType::Schedule,
        "0 5 * * *",
        10,
        &["count_low", "suggest_reorder"],
    ),
    (
        "Answer questions",
        WorkflowTriggerType::Webhook,
        "mail/received",
        7,
        &["read_message", "draft_answer"],
    ),
    (
        "Handle returns",
        WorkflowTriggerType::Event,
        "order.returned",
        8,
        &["inspect", "refund", "restock"],
    ),
    (
        "Weekly newsletter",
        WorkflowTriggerType::Schedule,
        "0 9 * * 2",
        5,
        &["choose_pictures", "write_copy", "proofread", "send"],
    ),
    (
        "Post pictures",
        WorkflowTriggerType::Schedule,
        "0 12 * * *",
        4,
        &["choose_pictures", "publish"],
    ),
    (
        "Win back",
        WorkflowTriggerType::Schedule,
        "0 8 1 * *",
        2,
        &["find_quiet", "write_offer"],
    ),
    (
        "Trade enquiry",
        WorkflowTriggerType::Webhook,
        "trade/enquiry",
        6,
        &["qualify", "quote"],
    ),
    (
        "Close the month",
        WorkflowTriggerType::Schedule,
        "0 6 1 * *",
        9,
        &["collect_costs", "compare_budget", "report"],
    ),
    (
        "Price review",
        WorkflowTriggerType::Manual,
        "",
        1,
        &["collect_prices", "propose"],
    ),
    (
        "Holiday rehearsal",
        WorkflowTriggerType::Manual,
        "",
        3,
        &["load_test", "plan_shifts"],
    ),
];

/// A workflow that is executed.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) id: WorkflowId,
    /// The kinds of its tasks.
    pub(super) tasks: &'static [&'static str],
}

pub(super) fn goals(source: &Source, calendar: &Calendar, staff: &Staff, rows: &mut Rows) -> Vec<GoalId> {
    let set = calendar.from() - TimeDelta::days(30);
    let target = calendar.until().date_naive() + Days::new(90);
    let mut ids: Vec<GoalId> = Vec::new();
    for (n, (name, kind, target_value, parent)) in GOALS.into_iter().enumerate() {
        let mut dice = source.of(Of::Plan, n as u64);
        let id = dice.id(set);
        rows.goals.push(goals::Model {
            id,
            name: name.to_owned(),
            description: Some(format!("{name}, measured every month.")),
            r#type: kind,
            target_value: Some(Decimal::new(target_value * 100, 2)),
            target_date: Some(target),
            owner_agent_id: staff.lead(n),
            parent_goal_id: parent.and_then(|parent| ids.get(parent).copied()),
            status: if n == 11 {
                GoalStatus::Archived
            } else {
                GoalStatus::Active
            },
            created_at: set,
            updated_at: set,
        });
        ids.push(id);
    }
    ids
}

pub(super) fn workflows(
    source: &Source,
    from: DateTime<Utc>,
    staff: &Staff,
    goals: &[GoalId],
    rows: &mut Rows,
) -> Vec<Plan> {
    let made = from - TimeDelta::days(20);
    let mut plans = Vec::new();
    for (n, (name, trigger_type, trigger, goal, tasks)) in WORKFLOWS.into_iter().enumerate() {
        let mut dice = source.of(Of::Plan, 1_000 + n as u64);
        let Some(owner_agent_id) = staff.lead(n) else {
            break;
        };
        let id = dice.id(made);
        rows.workflows.push(workflows::Model {
            id,
            name: name.to_owned(),
            description: Some(format!("{name}: {}.", tasks.join(", ").replace('_', " "))),
            goal_id: goals.get(goal).copied(),
            owner_agent_id,
            n8n_workflow_id: Some(format!("wf-{:04}", 100 + n)),
            trigger_type,
            trigger_config: trigger_config(trigger_type, trigger),
            is_active: n != 11,
            created_at: made,
            updated_at: made,
        });
        plans.push(Plan { id, tasks });
    }
    plans
}

fn trigger_config(kind: WorkflowTriggerType, text: &str) -> Value {
    match kind {
        WorkflowTriggerType::Manual => json!({}),
        WorkflowTriggerType::Schedule => json!({ "cron": text }),
        WorkflowTriggerType::Webhook => json!({ "path": text }),
        WorkflowTriggerType::Event => json!({ "event": text }),
    }
}
