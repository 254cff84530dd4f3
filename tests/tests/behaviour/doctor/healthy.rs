//! A healthy database: nothing is found, nothing is changed, nobody waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use entity::SystemEventId;
use rstest::rstest;
use sea_orm::ConnectionTrait;
use service::maintenance::doctor::{self, Selection};
use service::orders::{self, ConfirmOrder, FulfilOrder, OrderLine, PayOrder, PlaceOrder};
use service::system::{self, AppendEvent};
use tests::Engine;

use super::bed::{Bed, names};
use super::trade::trade;
use crate::shop::stocked;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn writers_that_go_on_meanwhile_cause_no_finding(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    let variant = stocked(&bed.db, "BLANC", 10_000).await;
    let done = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (db, done) = (bed.db.clone(), done.clone());
        async move {
            let mut orders = 0;
            while !done.load(Ordering::Relaxed) {
                let command = PlaceOrder::new(vec![OrderLine::new(variant, 2)]);
                let order = orders::place(&db, command).await.unwrap().order;
                orders::confirm(&db, ConfirmOrder { id: order.id }).await.unwrap();
                orders::pay(&db, PayOrder::new(order.id, order.total_amount))
                    .await
                    .unwrap();
                orders::fulfil(&db, FulfilOrder::all(order.id)).await.unwrap();
                orders += 1;
            }
            orders
        }
    });
    for _ in 0..5 {
        let examination = bed.examine().await;
        assert!(examination.is_healthy(), "{examination:#?}");
    }
    done.store(true, Ordering::Relaxed);
    let orders: u32 = writer.await.unwrap();
    assert!(orders > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_only_read_can_examine() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    trade(&bed.db).await;
    let role = format!("reader_{}", bed.text("SELECT current_database()").await);
    bed.run(&format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'reads'; GRANT USAGE ON SCHEMA public TO {role}; \
         GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"
    ))
    .await;
    let mut url: url::Url = bed.database.url().parse().unwrap();
    url.set_username(&role).unwrap();
    url.set_password(Some("reads")).unwrap();
    let reader = service::connect(url.as_str(), &Default::default()).await.unwrap();
    let selection = service::maintenance::doctor::Selection::default();
    let examination = service::maintenance::doctor::examine(&reader, &selection)
        .await
        .unwrap();
    // The tests' own server does not vacuum by itself.
    let others = || {
        examination
            .findings
            .iter()
            .filter(|finding| finding.check != "server.autovacuum")
    };
    assert_eq!(others().count(), 0, "{examination:#?}");
    reader.close().await.unwrap();
    bed.db
        .execute_unprepared(&format!("DROP OWNED BY {role}; DROP ROLE {role}"))
        .await
        .unwrap();
}

/// Of an old month that was kept, or brought back by itself, does not follow that everything since is known.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_old_month_alone_makes_no_fault_of_what_went_after_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    let kept = AppendEvent {
        id: SystemEventId::at("2020-01-15T00:00:00Z".parse().unwrap()),
        ..AppendEvent::new("shop.opened", "The first month")
    };
    system::append(&bed.db, kept).await.unwrap();
    // Made, and charged, in months that have gone.
    bed.run(
        "UPDATE budgets SET created_at = '2020-06-01T00:00:00.000+00:00', spent_amount = spent_amount + 0.01",
    )
    .await;
    let counters = Selection::only(["budgets.spent", "campaigns.spent", "stock.unexplained"]).unwrap();
    let examination = doctor::examine(&bed.db, &counters).await.unwrap();
    assert!(examination.is_healthy(), "{examination:#?}");
}

/// The months of an order's money go one after the other, the oldest first.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refund_whose_payment_went_with_an_older_month_is_no_fault(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    let refunded = "SELECT order_id FROM transactions WHERE type = 'refund' \
        AND order_id IN (SELECT id FROM orders WHERE status = 'completed')";
    bed.run(&format!(
        "DELETE FROM transactions WHERE type = 'revenue' AND order_id IN ({refunded})"
    ))
    .await;
    let payments = Selection::only(["payments"]).unwrap();
    let examination = doctor::examine(&bed.db, &payments).await.unwrap();
    assert_eq!(
        names(&examination),
        ["payments.financial_status", "payments.refunded"],
        "the order is of this month"
    );
    bed.run(&format!(
        "UPDATE orders SET created_at = '2020-06-01T00:00:00.000+00:00' WHERE id IN ({refunded})"
    ))
    .await;
    let examination = doctor::examine(&bed.db, &payments).await.unwrap();
    assert!(examination.is_healthy(), "{examination:#?}");
}

/// The check of the JSON says so; those that read inside of it go on without.
#[tokio::test(flavor = "multi_thread")]
async fn details_that_are_no_json_stop_no_other_check() {
    let Some(bed) = Bed::new(Engine::Sqlite).await else {
        return;
    };
    trade(&bed.db).await;
    for kind in ["budget.spent", "campaign.spent", "stock.reserved"] {
        system::append(&bed.db, AppendEvent::new(kind, "broken"))
            .await
            .unwrap();
    }
    bed.run(
        "PRAGMA ignore_check_constraints = on; \
         UPDATE system_events SET details = '{broken' WHERE message = 'broken'; \
         PRAGMA ignore_check_constraints = off",
    )
    .await;
    let counters = Selection::only(["budgets.spent", "campaigns.spent", "stock.unexplained"]).unwrap();
    let examination = doctor::examine(&bed.db, &counters).await.unwrap();
    assert!(examination.is_healthy(), "{examination:#?}");
}
