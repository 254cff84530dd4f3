//! A refund takes its attribution back.

use entity::TransactionType::{Refund, Revenue};
use entity::agent_performance;
use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait};
use service::finance::attribution::{AttributionModel, attribute, reattribute};
use tests::{Engine, TestDatabase};

use super::books::{self, agents, credited, noon, of_order, order};
use crate::shop::amount;

const LINEAR: AttributionModel = AttributionModel::Linear;

/// What the view credits each agent with.
async fn performance(db: &DatabaseConnection, engine: Engine) -> Vec<rust_decimal::Decimal> {
    if engine == Engine::Postgres {
        db.execute_unprepared("REFRESH MATERIALIZED VIEW agent_performance")
            .await
            .unwrap();
    }
    let mut rows = agent_performance::Entity::find().all(db).await.unwrap();
    rows.sort_by_key(|row| row.agent_id);
    rows.into_iter().map(|row| row.revenue_credited).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refund_follows_a_payment_that_is_attributed_afterwards(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agents = agents(db, 2).await;
    let order = order(db).await;
    let payment = of_order(db, order, Revenue, "100", noon("2026-11-10")).await;
    let refund = of_order(db, order, Refund, "40", noon("2026-11-11")).await;
    attribute(db, books::attribute(payment, LINEAR, &agents))
        .await
        .unwrap();
    let halves = [(agents[0], None, amount("50")), (agents[1], None, amount("50"))];
    assert_eq!(credited(db, refund).await, halves);
    assert_eq!(performance(db, engine).await, [amount("30"), amount("30")]);
    reattribute(
        db,
        books::attribute(payment, AttributionModel::FirstTouch, &agents),
    )
    .await
    .unwrap();
    // Whoever got nothing gives nothing back.
    assert_eq!(credited(db, refund).await, [(agents[0], None, amount("100"))]);
    assert_eq!(performance(db, engine).await, [amount("60"), amount("0")]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn several_payments_count_by_their_amounts(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agents = agents(db, 3).await;
    let order = order(db).await;
    let small = of_order(db, order, Revenue, "10", noon("2026-10-10")).await;
    let large = of_order(db, order, Revenue, "20", noon("2026-11-10")).await;
    let mut refunds = Vec::new();
    for value in ["5", "25"] {
        refunds.push(of_order(db, order, Refund, value, noon("2026-11-11")).await);
    }
    attribute(db, books::attribute(small, LINEAR, &agents[..1]))
        .await
        .unwrap();
    for refund in &refunds {
        assert_eq!(credited(db, *refund).await, [(agents[0], None, amount("33.33"))]);
    }
    attribute(db, books::attribute(large, LINEAR, &agents))
        .await
        .unwrap();
    for refund in &refunds {
        assert_eq!(
            credited(db, *refund).await,
            [
                (agents[0], None, amount("55.56")),
                (agents[1], None, amount("22.22")),
                (agents[2], None, amount("22.22"))
            ]
        );
    }
}
