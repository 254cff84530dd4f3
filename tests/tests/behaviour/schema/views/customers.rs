use chrono::{DateTime, Duration, Utc};
use entity::customer_lifetime_value::Model;
use rstest::rstest;
use sea_orm::sea_query::Value;
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use super::{decimal, money, show};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn lifetime_value_counts_orders_and_takes_refunds_off(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let anna = rows::insert(db, "customers", []).await.id();
    let first: DateTime<Utc> = "2026-01-10T08:30:00.125Z".parse().unwrap();
    let last = noon(3);
    let old = order(&database, anna, "100.00", "completed", first).await;
    order(&database, anna, "50.50", "pending", last).await;
    order(&database, anna, "999.00", "cancelled", Utc::now()).await;
    // One names the customer, one only an order; the sale itself is no refund.
    refund(&database, "20.25", [("customer_id", anna.into())]).await;
    refund(&database, "5.25", [("order_id", old.into())]).await;
    let sale = [
        ("amount", money("100")),
        ("customer_id", anna.into()),
        ("order_id", old.into()),
    ];
    rows::insert(db, "transactions", sale).await;

    let shown = show(&database).await.customers;
    let expected = Model {
        customer_id: anna.into(),
        orders: 2,
        gross: decimal("150.50"),
        refunded: decimal("25.50"),
        net: decimal("125.00"),
        average_order: Some(decimal("75.25")),
        currency: Some("USD".to_owned()),
        first_order_at: Some(first),
        last_order_at: Some(last),
        days_since_last_order: Some(3),
    };
    assert_eq!(shown, [expected]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_customer_without_orders_is_shown_with_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let ben = rows::insert(database.connection(), "customers", []).await.id();
    // Nobody's order is not Ben's.
    rows::insert(database.connection(), "orders", []).await;
    let expected = Model {
        customer_id: ben.into(),
        orders: 0,
        gross: decimal("0"),
        refunded: decimal("0"),
        net: decimal("0"),
        average_order: None,
        currency: None,
        first_order_at: None,
        last_order_at: None,
        days_since_last_order: None,
    };
    assert_eq!(show(&database).await.customers, [expected]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_customer_with_two_currencies_has_none(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let cleo = rows::insert(database.connection(), "customers", []).await.id();
    for currency in ["USD", "EUR"] {
        let given = [("customer_id", cleo.into()), ("currency", currency.into())];
        rows::insert(database.connection(), "orders", given).await;
    }
    assert_eq!(show(&database).await.customers[0].currency, None);
}

async fn order(
    database: &TestDatabase,
    customer: Uuid,
    total: &str,
    status: &str,
    at: DateTime<Utc>,
) -> Uuid {
    let given = [
        ("customer_id", customer.into()),
        ("total_amount", money(total)),
        ("status", status.into()),
        ("created_at", at.into()),
    ];
    rows::insert(database.connection(), "orders", given).await.id()
}

async fn refund(database: &TestDatabase, amount: &str, of: [(&'static str, Value); 1]) {
    let [of] = of;
    let given = [("type", "refund".into()), ("amount", money(amount)), of];
    rows::insert(database.connection(), "transactions", given).await;
}

/// Some days ago at noon: the middle of a UTC day, whenever the test runs.
fn noon(days_ago: i64) -> DateTime<Utc> {
    (Utc::now() - Duration::days(days_ago))
        .date_naive()
        .and_hms_opt(12, 0, 0)
        .unwrap()
        .and_utc()
}
