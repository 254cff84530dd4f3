//! What is measured of the shop: KPIs, products by month, and reports.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeDelta, Utc, Weekday};
use entity::{KpiFrequency, KpiId, kpi_measurements, kpis, product_metrics, reports};
use rust_decimal::Decimal;
use serde_json::json;

use super::calendar::{Day, start};
use super::catalogue::cents;
use super::dice::{Of, Source};
use super::organisation::Staff;
use super::rows::Rows;
use super::shop::{Sales, Shop, Takings};
use crate::catalogue::ProductFigures;

/// Name, category, unit, target in hundredths, how often.
const KPIS: [(&str, &str, &str, i64, KpiFrequency); 8] = [
    ("Daily revenue", "sales", "USD", 500_000, KpiFrequency::Daily),
    ("Daily orders", "sales", "orders", 4_000, KpiFrequency::Daily),
    (
        "Mean order on Sundays",
        "sales",
        "USD",
        21_000,
        KpiFrequency::Weekly,
    ),
    ("First answer", "care", "minutes", 3_000, KpiFrequency::Weekly),
    (
        "Monthly revenue",
        "sales",
        "USD",
        15_000_000,
        KpiFrequency::Monthly,
    ),
    ("Refunded share", "quality", "percent", 400, KpiFrequency::Monthly),
    ("Contentment", "care", "percent", 9_200, KpiFrequency::Monthly),
    (
        "Energy per parcel",
        "operations",
        "kWh",
        120,
        KpiFrequency::Quarterly,
    ),
];

/// The shop's KPIs.
pub(super) fn kpis(source: &Source, from: DateTime<Utc>, staff: &Staff, rows: &mut Rows) -> Vec<KpiId> {
    let made = from - TimeDelta::days(8);
    let mut ids = Vec::new();
    for (n, (name, category, unit, target, frequency)) in KPIS.into_iter().enumerate() {
        let id = source.of(Of::Kpi, n as u64).id(made);
        rows.kpis.push(kpis::Model {
            id,
            name: name.to_owned(),
            category: category.to_owned(),
            calculation_sql: None,
            unit: Some(unit.to_owned()),
            target_value: Some(cents(target)),
            frequency,
            owner_agent_id: staff.lead(n),
            is_active: true,
            created_at: made,
        });
        ids.push(id);
    }
    ids
}

/// What was measured of a KPI over a period, at its end.
fn measure(shop: &Shop, kpi: usize, (from, to): (NaiveDate, NaiveDate), value: Decimal, rows: &mut Rows) {
    let Some(kpi_id) = shop.kpis.get(kpi).copied() else {
        return;
    };
    let (period_start, period_end) = (start(from), start(to + Days::new(1)));
    let measured_at = period_end - TimeDelta::seconds(1);
    let n = measured_at.timestamp().unsigned_abs() * 16 + kpi as u64;
    rows.kpi_measurements.push(kpi_measurements::Model {
        id: shop.source.of(Of::Measurement, n).id(measured_at),
        kpi_id,
        measured_at,
        value,
        period_start: Some(period_start),
        period_end: Some(period_end),
        metadata: json!({}),
    });
}

/// The measurements of a day, and of the week that ends with it.
pub(super) fn day(shop: &Shop, day: &Day, takings: Takings, rows: &mut Rows) {
    let (date, today) = (day.date, (day.date, day.date));
    measure(shop, 0, today, cents(takings.revenue), rows);
    measure(shop, 1, today, Decimal::from(takings.orders), rows);
    if date.weekday() == Weekday::Sun {
        let mut dice = shop
            .source
            .of(Of::Measurement, u64::from(date.num_days_from_ce().unsigned_abs()));
        measure(shop, 2, today, mean(takings).unwrap_or_default(), rows);
        let week = (date - Days::new(6), date);
        measure(shop, 3, week, cents(dice.between(1_200, 4_800)), rows);
    }
}

/// The figures of a month that is over, or of what has passed of it.
pub(super) fn month(
    shop: &Shop,
    n: usize,
    (first, last): (NaiveDate, NaiveDate),
    sales: &Sales,
    rows: &mut Rows,
) {
    let mut dice = shop.source.of(Of::Metric, n as u64);
    let all = sales.month;
    let share = Decimal::from(all.refunds * 100).checked_div(Decimal::from(all.revenue));
    measure(shop, 4, (first, last), cents(all.revenue), rows);
    measure(
        shop,
        5,
        (first, last),
        share.unwrap_or_default().round_dp(4),
        rows,
    );
    measure(shop, 6, (first, last), cents(dice.between(8_700, 9_700)), rows);
    if first.month().is_multiple_of(3) {
        measure(shop, 7, (first, last), cents(dice.between(90, 150)), rows);
    }
    products(shop, n, (first, last), sales, rows);
    for (k, kind) in ["sales", "marketing"].into_iter().enumerate() {
        report(shop, n * 10 + k, (kind, first, last), all, rows);
    }
}

fn products(shop: &Shop, n: usize, (first, last): (NaiveDate, NaiveDate), sales: &Sales, rows: &mut Rows) {
    for (k, product) in shop.catalogue.products.iter().enumerate() {
        let mut dice = shop.source.of(Of::Metric, ((n + 1) * 10_000 + k) as u64);
        let (purchases, revenue) = sales.products.get(&k).copied().unwrap_or_default();
        let views = purchases * dice.count(18, 60) + dice.count(0, 90);
        let figures = ProductFigures {
            product: *product,
            views,
            add_to_carts: purchases + (views - purchases) * dice.count(2, 9) / 100,
            purchases,
            revenue: cents(revenue),
        };
        let created_at = start(last) + TimeDelta::hours(23);
        rows.product_metrics.push(product_metrics::Model {
            id: dice.id(created_at),
            product_id: figures.product,
            period_start: first,
            period_end: last,
            views: figures.views,
            add_to_carts: figures.add_to_carts,
            purchases: figures.purchases,
            revenue: figures.revenue,
            conversion_rate: figures.conversion_rate(),
            average_order_value: figures.average_order_value(),
            created_at,
        });
    }
}

fn report(
    shop: &Shop,
    n: usize,
    (kind, first, last): (&str, NaiveDate, NaiveDate),
    all: Takings,
    rows: &mut Rows,
) {
    let mut dice = shop.source.of(Of::Report, n as u64);
    let generated_at = start(last) + TimeDelta::hours(23) + TimeDelta::minutes(dice.between(1, 50));
    let recipients = shop.staff.top.iter().chain(shop.staff.leads.iter().take(3));
    rows.reports.push(reports::Model {
        id: dice.id(generated_at),
        name: format!("{kind} {}", first.format("%Y-%m")),
        r#type: "monthly".to_owned(),
        created_by_agent_id: shop.staff.specialist(n % 10 + 4),
        recipient_agents: recipients.map(ToString::to_string).collect(),
        content: json!({
            "from": first,
            "to": last,
            "orders": all.orders,
            "revenue": cents(all.revenue),
            "refunds": cents(all.refunds),
            "mean_order": mean(all),
        }),
        generated_at,
        sent_at: dice.chance(900).then(|| generated_at + TimeDelta::minutes(5)),
    });
}

/// What an order came to, in the mean.
fn mean(takings: Takings) -> Option<Decimal> {
    cents(takings.revenue)
        .checked_div(Decimal::from(takings.orders))
        .map(|mean| mean.round_dp(2))
}
