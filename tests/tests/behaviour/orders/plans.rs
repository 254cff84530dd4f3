//! What PostgreSQL makes of the reads of orders, on a hundred thousand of them.

use chrono::{DateTime, Utc};
use entity::{CustomerId, OrderFinancialStatus, OrderFulfillmentStatus, OrderStatus};
use service::PageRequest;
use service::orders::{self, ListOrders, OrderCursor, OrderKey, OrdersOf};

use crate::plan::{Watched, id};

/// Most orders are done; one in fifty waits, and one in sixty was sent in part.
const FILL: &str = "
INSERT INTO customers (id, email)
SELECT pg_temp.id(n), 'c' || n || '@example.com' FROM generate_series(1, 10000) n;
INSERT INTO orders (id, order_number, customer_id, status, financial_status, fulfillment_status, subtotal_amount, total_amount,
                    created_at)
SELECT pg_temp.id(n), 'o' || n, pg_temp.id(n % 10000 + 1), CASE WHEN n % 50 = 0 THEN 'pending' ELSE 'completed' END,
       CASE WHEN n % 50 = 0 THEN 'unpaid' ELSE 'paid' END, CASE WHEN n % 60 = 0 THEN 'partial' ELSE 'fulfilled' END, 1, 1,
       timestamptz '2026-01-01Z' + n * interval '1 minute'
FROM generate_series(1, 100000) n;
INSERT INTO order_items (id, order_id, sku, title, quantity, price, total_amount)
SELECT pg_temp.id(n), pg_temp.id(n), 'sku', 'title', 1, 1, 1 FROM generate_series(1, 100000) n;
INSERT INTO transactions (id, type, category, amount, order_id, transaction_date)
SELECT uuid_v7_lowest(at), 'revenue', 'order', 1, pg_temp.id(n), (at AT TIME ZONE 'UTC')::date
FROM (SELECT n, date_trunc('month', now()) - interval '1 month' + n * interval '6 minutes' AS at
      FROM generate_series(1, 100000) n) e";

fn middle() -> DateTime<Utc> {
    "2026-02-05T12:00:00Z".parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_of_orders_walk_through_no_big_table() {
    let Some(watched) = Watched::filled(FILL).await else {
        return;
    };
    for (of, index) in [
        (OrdersOf::Anybody, "created_at"),
        (OrdersOf::Customer(CustomerId::from(id(77))), "customer"),
        (OrdersOf::Status(OrderStatus::Pending), "status"),
        (
            OrdersOf::FinancialStatus(OrderFinancialStatus::Unpaid),
            "financial_status",
        ),
        (
            OrdersOf::FulfillmentStatus(OrderFulfillmentStatus::Partial),
            "fulfillment_status",
        ),
    ] {
        let after = OrderCursor {
            created_at: middle(),
            id: id(50_000).into(),
        };
        for after in [None, Some(after)] {
            let query = ListOrders {
                of,
                page: PageRequest { after, limit: 50 },
                ..Default::default()
            };
            orders::list(&watched.db, query).await.unwrap();
            let plan = watched.read_no_whole_table().await;
            assert!(plan.contains(index), "{of:?}: {plan}");
            // Of one customer there are few.
            assert!(!plan.contains("Sort") || index == "customer", "{of:?}: {plan}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_and_a_page_of_a_hundred_are_found_by_indexes() {
    let Some(watched) = Watched::filled(FILL).await else {
        return;
    };
    orders::get(&watched.db, OrderKey::Number("o777".into()))
        .await
        .unwrap();
    for plan in watched.plans().await {
        assert!(
            !plan.contains("Seq Scan on order") && !plan.contains("Seq Scan on customers"),
            "{plan}"
        );
        assert!(!plan.contains("Seq Scan on transactions_y"), "{plan}");
    }
    let query = ListOrders {
        from: Some(middle()),
        page: PageRequest {
            after: None,
            limit: 100,
        },
        ..Default::default()
    };
    assert_eq!(orders::page(&watched.db, query).await.unwrap().items.len(), 100);
    for plan in watched.plans().await {
        assert!(
            !plan.contains("Seq Scan on order") && !plan.contains("Seq Scan on customers"),
            "{plan}"
        );
        assert!(!plan.contains("Seq Scan on transactions_y"), "{plan}");
    }
}
