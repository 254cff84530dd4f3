//! Many connections, one payment.

use entity::TransactionType::{Refund, Revenue};
use rstest::rstest;
use rust_decimal::Decimal;
use service::finance::attribution::{AttributeError, AttributionModel, attribute};
use tests::{Engine, TestDatabase};

use super::books::{self, agents, credited, noon, of_order, order, recorded, revenue};
use crate::race::behind;
use crate::shop::amount;

const MODELS: [AttributionModel; 4] = [
    AttributionModel::FirstTouch,
    AttributionModel::LastTouch,
    AttributionModel::Linear,
    AttributionModel::PositionBased,
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_several_models_at_once_one_attributes_and_a_hundred_percent_is_the_limit(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agents = agents(db, 4).await;
    let payment = recorded(db, revenue("100")).await;
    // Everybody needs the agents, after having looked whether somebody else was first.
    let outcomes = behind(db, "UPDATE agents SET name = name", 12, |n| {
        let db = db.clone();
        let command = books::attribute(payment, MODELS[n % 4], &agents);
        async move { attribute(&db, command).await }
    })
    .await;
    let winners: Vec<_> = outcomes
        .iter()
        .filter_map(|outcome| outcome.as_ref().ok())
        .collect();
    // The three that sent the same command get the same answer.
    assert_eq!(winners.len(), 3, "{outcomes:?}");
    assert!(winners.iter().all(|outcome| *outcome == winners[0]));
    for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert!(matches!(error, AttributeError::Conflict(_)), "{error:?}");
    }
    let shares = credited(db, payment).await;
    assert_eq!(shares.iter().map(|share| share.2).sum::<Decimal>(), amount("100"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refund_follows_payments_that_are_attributed_at_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agents = agents(db, 6).await;
    let order = order(db).await;
    let mut payments = Vec::new();
    for _ in 0..6 {
        payments.push(of_order(db, order, Revenue, "10", noon("2026-11-10")).await);
    }
    let refund = of_order(db, order, Refund, "60", noon("2026-11-11")).await;
    let outcomes = behind(db, "UPDATE transactions SET category = category", 6, |n| {
        let db = db.clone();
        let command = books::attribute(payments[n], AttributionModel::Linear, &agents[n..=n]);
        async move { attribute(&db, command).await }
    })
    .await;
    for outcome in outcomes {
        outcome.unwrap();
    }
    let shares = credited(db, refund).await;
    assert_eq!(shares.len(), 6, "{shares:?}");
    assert_eq!(shares.iter().map(|share| share.2).sum::<Decimal>(), amount("100"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_who_is_being_archived_is_credited_with_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agents = agents(db, 1).await;
    let payment = recorded(db, revenue("100")).await;
    let outcomes = behind(db, "UPDATE agents SET status = 'archived'", 4, |_| {
        let db = db.clone();
        let command = books::attribute(payment, AttributionModel::Linear, &agents);
        async move { attribute(&db, command).await }
    })
    .await;
    for outcome in outcomes {
        assert!(
            matches!(&outcome, Err(AttributeError::ArchivedAgents { agents: archived }) if *archived == agents),
            "{outcome:?}"
        );
    }
    assert_eq!(credited(db, payment).await, []);
}
