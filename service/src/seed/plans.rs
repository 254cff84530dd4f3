//! How the shop goes about what it wants: workflows.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{GoalId, WorkflowId, workflows};

use super::dice::{Of, Source};
use super::duties::Duty;
use super::rows::Rows;
use super::staff::Staff;
use super::teams::Team;
use super::triggers::{Cause, On, Trigger};

/// The kinds of a workflow's tasks, and whose work they are.
type Tasks = &'static [(&'static str, Duty)];

/// Name, trigger, the number of its goal, whose it is, its tasks.
const WORKFLOWS: [(&str, Trigger, usize, Team, Tasks); 12] = [
    (
        "Order intake",
        Trigger::Webhook(Cause::Ordered, "orders/create"),
        0,
        Team::Operations,
        &[
            ("check_address", Duty::Storefront),
            ("check_stock", Duty::Stock),
            ("thank_customer", Duty::Answers),
        ],
    ),
    (
        "Dispatch parcels",
        Trigger::Event(Cause::Paid, "order.paid"),
        10,
        Team::Operations,
        &[
            ("print_label", Duty::Parcels),
            ("pack", Duty::Parcels),
            ("hand_over", Duty::Parcels),
        ],
    ),
    (
        "Daily stock check",
        Trigger::Schedule(5, On::EveryDay),
        10,
        Team::Operations,
        &[("count_low", Duty::Stock), ("suggest_reorder", Duty::Stock)],
    ),
    (
        "Answer questions",
        Trigger::Webhook(Cause::Asked, "mail/received"),
        7,
        Team::Care,
        &[("read_message", Duty::Answers), ("draft_answer", Duty::Answers)],
    ),
    (
        "Handle returns",
        Trigger::Event(Cause::Returned, "order.returned"),
        8,
        Team::Care,
        &[
            ("inspect", Duty::Parcels),
            ("refund", Duty::Costs),
            ("restock", Duty::Stock),
        ],
    ),
    (
        "Weekly newsletter",
        Trigger::Schedule(9, On::Tuesdays),
        5,
        Team::Marketing,
        &[
            ("choose_pictures", Duty::Words),
            ("write_copy", Duty::Words),
            ("proofread", Duty::Letters),
            ("send", Duty::Letters),
        ],
    ),
    (
        "Post pictures",
        Trigger::Schedule(12, On::EveryDay),
        4,
        Team::Social,
        &[("select_post", Duty::Posts), ("publish", Duty::Posts)],
    ),
    (
        "Win back",
        Trigger::Schedule(8, On::FirstOfMonth),
        2,
        Team::Marketing,
        &[("find_quiet", Duty::Figures), ("write_offer", Duty::Offers)],
    ),
    (
        "Trade enquiry",
        Trigger::Webhook(Cause::Enquired, "trade/enquiry"),
        6,
        Team::Sales,
        &[("qualify", Duty::Trade), ("quote", Duty::Trade)],
    ),
    (
        "Close the month",
        Trigger::Schedule(6, On::FirstOfMonth),
        9,
        Team::Finance,
        &[
            ("collect_costs", Duty::Costs),
            ("compare_budget", Duty::Costs),
            ("report", Duty::Yields),
        ],
    ),
    (
        "Price review",
        Trigger::Manual,
        1,
        Team::Product,
        &[("collect_prices", Duty::Trends), ("propose", Duty::Range)],
    ),
    (
        "Holiday rehearsal",
        Trigger::Manual,
        3,
        Team::Technology,
        &[("load_test", Duty::Watch), ("plan_shifts", Duty::Parcels)],
    ),
];

/// The one that was only planned.
const REHEARSAL: usize = 11;

/// A workflow that is executed.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) id: WorkflowId,
    pub(super) trigger: Trigger,
    pub(super) tasks: Tasks,
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
    for (n, (name, trigger, goal, team, tasks)) in WORKFLOWS.into_iter().enumerate() {
        let mut dice = source.of(Of::Plan, 1_000 + n as u64);
        let Some(owner_agent_id) = staff.owner(team) else {
            break;
        };
        let id = dice.id(made);
        let kinds: Vec<_> = tasks.iter().map(|(kind, _)| kind.replace('_', " ")).collect();
        rows.workflows.push(workflows::Model {
            id,
            name: name.to_owned(),
            description: Some(format!("{name}: {}.", kinds.join(", "))),
            goal_id: goals.get(goal).copied(),
            owner_agent_id,
            n8n_workflow_id: Some(format!("wf-{:04}", 100 + n)),
            trigger_type: trigger.kind(),
            trigger_config: trigger.config(),
            is_active: n != REHEARSAL,
            created_at: made,
            updated_at: made,
        });
        if n != REHEARSAL {
            plans.push(Plan { id, trigger, tasks });
        }
    }
    plans
}
