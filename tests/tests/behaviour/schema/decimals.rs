//! Decimals come back as they went in, up to their declared precision, on both engines.

use rstest::rstest;
use rust_decimal::Decimal;
use tests::{Engine, TestDatabase, rows};

use super::live::{get, query};

/// Each decimal column: its digits and scale, and the highest value that its CHECK lets through, if it has less.
const DECIMALS: &[(&str, &str, u32, u32, Option<&str>)] = &[
    ("goals", "target_value", 12, 2, None),
    ("products", "base_price", 10, 2, None),
    ("products", "cost", 10, 2, None),
    ("product_variants", "price", 10, 2, None),
    ("product_metrics", "revenue", 12, 2, None),
    ("product_metrics", "conversion_rate", 5, 4, Some("1")),
    ("product_metrics", "average_order_value", 10, 2, None),
    ("orders", "subtotal_amount", 12, 2, None),
    ("orders", "discount_amount", 12, 2, None),
    ("orders", "tax_amount", 12, 2, None),
    ("orders", "shipping_amount", 12, 2, None),
    ("orders", "total_amount", 12, 2, None),
    ("order_items", "price", 10, 2, None),
    ("order_items", "discount_amount", 10, 2, None),
    ("order_items", "tax_amount", 10, 2, None),
    ("order_items", "total_amount", 12, 2, None),
    ("customer_segment_members", "score", 5, 2, Some("100")),
    ("customer_interactions", "sentiment_score", 3, 2, Some("1")),
    ("campaigns", "budget", 10, 2, None),
    ("campaigns", "spent", 10, 2, None),
    ("kpis", "target_value", 14, 4, None),
    ("kpi_measurements", "value", 14, 4, None),
    ("transactions", "amount", 12, 2, None),
    ("budgets", "allocated_amount", 12, 2, None),
    ("budgets", "spent_amount", 12, 2, None),
    ("revenue_attribution", "attribution_percentage", 5, 2, Some("100")),
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_all_its_digits_comes_back(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    for (table, column, digits, scale, highest) in DECIMALS {
        let values = values(*digits, *scale, *highest);
        for value in &values {
            rows::insert(database.connection(), table, [(*column, (*value).into())]).await;
        }
        let sql = format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL");
        let read = query(&database, &sql).await;
        let read: Vec<Decimal> = read
            .iter()
            .map(|row| get::<Decimal>(row, 0).round_dp(*scale))
            .collect();
        for value in values {
            assert!(
                read.contains(&value),
                "{table}.{column}: {value} is not among {read:?}"
            );
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_sum_rounded_to_its_scale_is_exact(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let order = rows::insert(database.connection(), "orders", []).await.id();
    // 0.1 has no exact binary form: a hundred of them are not 10 before they are rounded.
    for _ in 0..100 {
        let amount = Decimal::new(10, 2);
        rows::insert(
            database.connection(),
            "order_items",
            [("order_id", order.into()), ("total_amount", amount.into())],
        )
        .await;
    }
    let sum = query(&database, "SELECT round(sum(total_amount), 2) FROM order_items").await;
    assert_eq!(get::<Decimal>(&sum[0], 0), Decimal::from(10));
}

/// The smallest, the largest, and some that have no exact binary form.
fn values(digits: u32, scale: u32, highest: Option<&str>) -> Vec<Decimal> {
    let all_nines = Decimal::new(10_i64.pow(digits) - 1, scale);
    let highest = highest.map_or(all_nines, |highest| highest.parse().unwrap());
    let step = Decimal::new(1, scale);
    let third = (highest / Decimal::from(3)).round_dp(scale);
    vec![Decimal::ZERO, step, third, highest - step, highest]
}
