use chrono::{DateTime, Duration, Utc};
use entity::product_performance::Model;
use rstest::rstest;
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use super::{decimal, money, show};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn performance_adds_up_sales_returns_interest_and_stock(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let product = rows::insert(database.connection(), "products", []).await.id();
    let (small, large) = (
        variant(&database, product).await,
        variant(&database, product).await,
    );
    let long_ago = Utc::now() - Duration::days(200);
    let recently = Utc::now() - Duration::days(3);
    sell(&database, small, (2, 1), "200.00", "completed", long_ago).await;
    sell(&database, large, (1, 0), "50.50", "pending", recently).await;
    sell(&database, large, (9, 0), "900.00", "cancelled", recently).await;
    measure(&database, product, "2026-01-01", (100, 10, 5)).await;
    measure(&database, product, "2026-01-02", (100, 15, 5)).await;
    stock(&database, small, 10, 2).await;
    stock(&database, large, 5, 0).await;

    let expected = Model {
        product_id: product.into(),
        units: 3,
        orders: 2,
        revenue: decimal("250.50"),
        refunds: decimal("100.00"),
        views: 200,
        add_to_carts: 25,
        conversion: Some(decimal("0.05")),
        stock_on_hand: 17,
        // 15 to sell, at one in thirty days.
        days_of_stock_left: Some(decimal("450.0")),
    };
    assert_eq!(show(&database).await.products, [expected]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_nobody_saw_is_shown_with_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let product = rows::insert(database.connection(), "products", []).await.id();
    let expected = Model {
        product_id: product.into(),
        units: 0,
        orders: 0,
        revenue: decimal("0"),
        refunds: decimal("0"),
        views: 0,
        add_to_carts: 0,
        conversion: None,
        stock_on_hand: 0,
        days_of_stock_left: None,
    };
    assert_eq!(show(&database).await.products, [expected]);
}

pub(super) async fn variant(database: &TestDatabase, product: Uuid) -> Uuid {
    rows::insert(
        database.connection(),
        "product_variants",
        [("product_id", product.into())],
    )
    .await
    .id()
}

/// Sells the first number of units, of which the second came back.
pub(super) async fn sell(
    database: &TestDatabase,
    variant: Uuid,
    units: (i32, i32),
    total: &str,
    status: &str,
    at: DateTime<Utc>,
) {
    let (sold, returned) = units;
    let order = [("status", status.into()), ("created_at", at.into())];
    let order = rows::insert(database.connection(), "orders", order).await.id();
    let item = [
        ("order_id", order.into()),
        ("product_variant_id", variant.into()),
        ("quantity", sold.into()),
        ("quantity_returned", returned.into()),
        ("total_amount", money(total)),
    ];
    rows::insert(database.connection(), "order_items", item).await;
}

/// Records a day's views, additions to a cart, and purchases.
pub(super) async fn measure(database: &TestDatabase, product: Uuid, day: &str, counts: (i32, i32, i32)) {
    let day: chrono::NaiveDate = day.parse().unwrap();
    let (views, add_to_carts, purchases) = counts;
    let given = [
        ("product_id", product.into()),
        ("period_start", day.into()),
        ("period_end", day.into()),
        ("views", views.into()),
        ("add_to_carts", add_to_carts.into()),
        ("purchases", purchases.into()),
    ];
    rows::insert(database.connection(), "product_metrics", given).await;
}

pub(super) async fn stock(database: &TestDatabase, variant: Uuid, available: i32, reserved: i32) {
    let given = [
        ("product_variant_id", variant.into()),
        ("quantity_available", available.into()),
        ("quantity_reserved", reserved.into()),
    ];
    rows::insert(database.connection(), "inventory", given).await;
}
