//! What the shop wants.

use chrono::{Days, TimeDelta};
use entity::{GoalId, GoalStatus, GoalType, goals};
use rust_decimal::Decimal;

use super::calendar::Calendar;
use super::dice::{Of, Source};
use super::rows::Rows;
use super::scale::{Scale, rounded, thousandths};
use super::staff::Staff;
use super::teams::Team;

/// How much a goal wants.
#[derive(Clone, Copy)]
enum Aim {
    /// So much.
    Of(i64),
    /// So many thousandths of what a year brings, in dollars.
    Revenue(i64),
    /// So many thousandths of a year's orders.
    Orders(i64),
}

/// Name, type, target, the number of the goal that it is a part of, and whose it is.
const GOALS: [(&str, GoalType, Aim, Option<usize>, Team); 12] = [
    (
        "Grow the yearly revenue",
        GoalType::Revenue,
        Aim::Revenue(1_200),
        None,
        Team::Whole,
    ),
    (
        "Sell more large formats",
        GoalType::Revenue,
        Aim::Revenue(300),
        Some(0),
        Team::Product,
    ),
    (
        "Win back quiet customers",
        GoalType::Revenue,
        Aim::Revenue(90),
        Some(0),
        Team::Marketing,
    ),
    (
        "Make the holidays count",
        GoalType::Revenue,
        Aim::Revenue(250),
        Some(0),
        Team::Marketing,
    ),
    (
        "Reach new homes",
        GoalType::Growth,
        Aim::Orders(800),
        None,
        Team::Social,
    ),
    (
        "Grow the newsletter",
        GoalType::Growth,
        Aim::Orders(500),
        Some(4),
        Team::Marketing,
    ),
    (
        "Open the trade channel",
        GoalType::Growth,
        Aim::Orders(80),
        Some(4),
        Team::Sales,
    ),
    (
        "Answer every question in time",
        GoalType::CustomerSatisfaction,
        Aim::Of(95),
        None,
        Team::Care,
    ),
    (
        "Fewer broken frames",
        GoalType::CustomerSatisfaction,
        Aim::Of(2),
        Some(7),
        Team::Operations,
    ),
    (
        "Run leaner",
        GoalType::Efficiency,
        Aim::Of(12),
        None,
        Team::Finance,
    ),
    (
        "Ship within two days",
        GoalType::Efficiency,
        Aim::Of(48),
        Some(9),
        Team::Operations,
    ),
    (
        "Spend less per order",
        GoalType::Efficiency,
        Aim::Of(9),
        Some(9),
        Team::Finance,
    ),
];

pub(super) fn goals(
    source: &Source,
    calendar: &Calendar,
    scale: &Scale,
    staff: &Staff,
    rows: &mut Rows,
) -> Vec<GoalId> {
    let set = calendar.from() - TimeDelta::days(30);
    let target = calendar.until().date_naive() + Days::new(90);
    let mut ids: Vec<GoalId> = Vec::new();
    for (n, (name, kind, aim, parent, team)) in GOALS.into_iter().enumerate() {
        let mut dice = source.of(Of::Plan, n as u64);
        let id = dice.id(set);
        rows.goals.push(goals::Model {
            id,
            name: name.to_owned(),
            description: Some(format!("{name}, measured every month.")),
            r#type: kind,
            target_value: Some(target_value(aim, scale)),
            target_date: Some(target),
            owner_agent_id: staff.owner(team),
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

fn target_value(aim: Aim, scale: &Scale) -> Decimal {
    const YEAR: i64 = 365;
    let units = match aim {
        Aim::Of(units) => units,
        Aim::Revenue(share) => rounded(thousandths(scale.revenue_of_days(YEAR) / 100, share), 100),
        Aim::Orders(share) => rounded(thousandths(scale.orders_of_days(YEAR) / 100, share), 10),
    };
    // What the column holds.
    Decimal::new(units.min(9_000_000_000) * 100, 2)
}
