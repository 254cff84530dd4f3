//! What is measured of the shop: its KPIs, products by month, and reports.

use chrono::{Datelike as _, Days, Months, NaiveDate, TimeDelta, Weekday};
use entity::{kpi_measurements, product_metrics, reports};
use rust_decimal::Decimal;
use serde_json::json;

use super::calendar::{Day, month_of, start};
use super::catalogue::cents;
use super::dice::Of;
use super::duties::Duty;
use super::kpis::measured;
use super::rows::Rows;
use super::shop::{Sales, Shop, Takings};
use super::teams::Team;
use crate::catalogue::ProductFigures;

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
        value: measured(value),
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
        let week = (shop.calendar.no_earlier(date - Days::new(6)), date);
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
        let quarter = month_of(first) - Months::new(2);
        let quarter = (shop.calendar.no_earlier(quarter), last);
        measure(shop, 7, quarter, cents(dice.between(90, 150)), rows);
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
    let mut recipients: Vec<_> = [Team::Whole, Team::Marketing, Team::Finance, Team::Insight]
        .into_iter()
        .filter_map(|team| shop.staff.owner(team))
        .map(|agent| agent.to_string())
        .collect();
    recipients.dedup();
    rows.reports.push(reports::Model {
        id: dice.id(generated_at),
        name: format!("{kind} {}", first.format("%Y-%m")),
        r#type: "monthly".to_owned(),
        created_by_agent_id: shop.staff.who(Duty::Figures, &mut dice),
        recipient_agents: recipients.into_iter().collect(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::calendar::Calendar;
    use crate::seed::dice::Source;

    /// The columns hold ten digits before the point, and SQLite would not mind.
    #[test]
    fn what_a_huge_shop_takes_is_measured_as_far_as_the_column_holds_it() {
        let (first, until): (NaiveDate, NaiveDate) =
            ("2024-03-01".parse().unwrap(), "2024-04-01".parse().unwrap());
        let (source, mut rows) = (Source::new(1), Rows::default());
        let calendar = Calendar::new(&source, 100, first, until);
        let shop = Shop::open(source, calendar, 100, None, &mut rows).unwrap();
        let takings = Takings {
            orders: 100_000_000,
            revenue: 12_345_678_901_234,
            refunds: 0,
        };
        let sales = Sales {
            month: takings,
            ..Sales::default()
        };
        day(&shop, &shop.calendar.days[30], takings, &mut rows);
        month(&shop, 0, (first, until - Days::new(1)), &sales, &mut rows);
        let most = rows.kpi_measurements.iter().map(|measured| measured.value).max();
        assert_eq!(most, Some(Decimal::from(9_000_000_000_i64)));
    }
}
