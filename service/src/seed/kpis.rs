//! What the shop measures itself by.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{KpiFrequency, KpiId, kpis};
use rust_decimal::Decimal;

use super::catalogue::cents;
use super::dice::{Of, Source};
use super::rows::Rows;
use super::scale::{Scale, rounded, thousandths};
use super::staff::Staff;
use super::teams::Team;

/// The most that the columns of targets and measurements are given, in hundredths: they hold ten digits before the point.
const MOST: i64 = 900_000_000_000;

/// What a KPI is to reach.
#[derive(Clone, Copy)]
enum Target {
    /// So many hundredths.
    Of(i64),
    /// What an order brings.
    Order,
    /// A tenth more than so many ordinary days bring.
    Revenue(i64),
    /// A tenth more orders than an ordinary day brings.
    Orders,
}

/// Name, category, unit, target, how often, and who answers for it.
const KPIS: [(&str, &str, &str, Target, KpiFrequency, Team); 8] = [
    (
        "Daily revenue",
        "sales",
        "USD",
        Target::Revenue(1),
        KpiFrequency::Daily,
        Team::Finance,
    ),
    (
        "Daily orders",
        "sales",
        "orders",
        Target::Orders,
        KpiFrequency::Daily,
        Team::Marketing,
    ),
    (
        "Mean order on Sundays",
        "sales",
        "USD",
        Target::Order,
        KpiFrequency::Weekly,
        Team::Product,
    ),
    (
        "First answer",
        "care",
        "minutes",
        Target::Of(3_000),
        KpiFrequency::Weekly,
        Team::Care,
    ),
    (
        "Monthly revenue",
        "sales",
        "USD",
        Target::Revenue(30),
        KpiFrequency::Monthly,
        Team::Finance,
    ),
    (
        "Refunded share",
        "quality",
        "percent",
        Target::Of(400),
        KpiFrequency::Monthly,
        Team::Operations,
    ),
    (
        "Contentment",
        "care",
        "percent",
        Target::Of(9_200),
        KpiFrequency::Monthly,
        Team::Care,
    ),
    (
        "Energy per parcel",
        "operations",
        "kWh",
        Target::Of(120),
        KpiFrequency::Quarterly,
        Team::Operations,
    ),
];

/// The shop's KPIs.
pub(super) fn kpis(
    source: &Source,
    from: DateTime<Utc>,
    scale: &Scale,
    staff: &Staff,
    rows: &mut Rows,
) -> Vec<KpiId> {
    let made = from - TimeDelta::days(8);
    let mut ids = Vec::new();
    for (n, (name, category, unit, target, frequency, team)) in KPIS.into_iter().enumerate() {
        let id = source.of(Of::Kpi, n as u64).id(made);
        rows.kpis.push(kpis::Model {
            id,
            name: name.to_owned(),
            category: category.to_owned(),
            calculation_sql: None,
            unit: Some(unit.to_owned()),
            target_value: Some(cents(hundredths(target, scale))),
            frequency,
            owner_agent_id: staff.owner(team),
            is_active: true,
            created_at: made,
        });
        ids.push(id);
    }
    ids
}

fn hundredths(target: Target, scale: &Scale) -> i64 {
    const MORE: i64 = 1_100;
    let hundredths = match target {
        Target::Of(hundredths) => hundredths,
        Target::Order => rounded(scale.order, 100),
        Target::Revenue(days) => rounded(thousandths(scale.revenue_of_days(days), MORE), 100),
        Target::Orders => rounded(thousandths(scale.orders_of_days(1), MORE), 1),
    };
    hundredths.min(MOST)
}

/// What is measured, as far as the column holds it: a very large shop takes more in a month.
pub(super) fn measured(value: Decimal) -> Decimal {
    value.min(cents(MOST))
}
