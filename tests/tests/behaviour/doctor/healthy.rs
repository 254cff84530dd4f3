//! A healthy database: nothing is found, nothing is changed, nobody waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rstest::rstest;
use sea_orm::ConnectionTrait;
use service::orders::{self, ConfirmOrder, FulfilOrder, OrderLine, PayOrder, PlaceOrder};
use tests::Engine;

use super::bed::Bed;
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
