//! Refunds of orders take the attribution of their payments back.

use entity::{AgentId, OrderId, TransactionId, revenue_attribution};
use rstest::rstest;
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};
use service::finance::attribution::{Attribute, AttributionModel, Touch, attribute};
use service::orders::{self, PayOrder, RefundOrder};
use tests::{Engine, TestDatabase, rows};

use super::placed;
use crate::race::behind;
use crate::shop::{amount, stocked};

async fn agents(db: &DatabaseConnection, number: usize) -> Vec<AgentId> {
    let mut agents: Vec<AgentId> = Vec::new();
    for _ in 0..number {
        agents.push(rows::insert(db, "agents", []).await.id().into());
    }
    agents.sort();
    agents
}

/// An order of three, paid in parts of 97, 100 and 100.
async fn paid_in_parts(db: &DatabaseConnection) -> (OrderId, Vec<TransactionId>) {
    let noir = stocked(db, "NOIR", 9).await;
    let order = placed(db, &[(noir, 3)]).await.order.id;
    let mut payments = Vec::new();
    for part in ["97", "100", "100"] {
        let paid = orders::pay(db, PayOrder::new(order, amount(part))).await.unwrap();
        payments.push(paid.transaction.id);
    }
    (order, payments)
}

fn linear(transaction: TransactionId, agents: &[AgentId]) -> Attribute {
    let at = "2026-11-01T12:00:00Z".parse().unwrap();
    Attribute {
        transaction,
        model: AttributionModel::Linear,
        touches: agents.iter().map(|agent| Touch::new(*agent, at)).collect(),
    }
}

/// What the database credits to whom, by agent.
async fn credited(db: &DatabaseConnection, transaction: TransactionId) -> Vec<(AgentId, Decimal)> {
    let rows = revenue_attribution::Entity::find()
        .filter(revenue_attribution::Column::TransactionId.eq(transaction))
        .all(db)
        .await
        .unwrap();
    let mut credits: Vec<_> = rows
        .into_iter()
        .map(|row| (row.agent_id, row.attribution_percentage))
        .collect();
    credits.sort();
    credits
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refund_of_several_payments_takes_back_from_each_by_its_amount(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agents = agents(db, 2).await;
    let (order, payments) = paid_in_parts(db).await;
    attribute(db, linear(payments[0], &agents[..1])).await.unwrap();
    attribute(db, linear(payments[1], &agents)).await.unwrap();
    let refund = |value| RefundOrder::amount(order, amount(value));
    let refunded = orders::refund(db, refund("50")).await.unwrap().transaction.id;
    // Of 297 paid, 147 went to the first agent and 50 to the second; nobody brought the other 100.
    let partly = [(agents[0], amount("49.49")), (agents[1], amount("16.84"))];
    assert_eq!(credited(db, refunded).await, partly);
    attribute(db, linear(payments[2], &agents[1..])).await.unwrap();
    let later = orders::refund(db, refund("247")).await.unwrap().transaction.id;
    let wholly = [(agents[0], amount("49.49")), (agents[1], amount("50.51"))];
    for refund in [refunded, later] {
        assert_eq!(credited(db, refund).await, wholly);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn refunds_and_attributions_of_one_order_at_once_agree_in_the_end(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agents = agents(db, 3).await;
    let (order, payments) = paid_in_parts(db).await;
    let gate = "UPDATE transactions SET category = category";
    let refunds = behind(db, gate, 9, |n| {
        let db = db.clone();
        let command = linear(payments[n % 3], &agents[n % 3..=n % 3]);
        async move {
            if n < 3 {
                attribute(&db, command).await.unwrap();
                return None;
            }
            let refund = RefundOrder::amount(order, amount("10"));
            Some(orders::refund(&db, refund).await.unwrap().transaction.id)
        }
    })
    .await;
    let expected: Vec<_> = agents
        .iter()
        .copied()
        .zip(["32.66", "33.67", "33.67"].map(amount))
        .collect();
    for refund in refunds.into_iter().flatten() {
        assert_eq!(credited(db, refund).await, expected);
    }
}
