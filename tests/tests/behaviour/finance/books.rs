//! Rows to keep books about.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::{
    AgentId, BudgetId, CampaignId, OrderId, TransactionId, TransactionType, revenue_attribution, transactions,
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter, Set};
use service::finance::attribution::{Attribute, AttributionModel, Touch};
use service::finance::budgets::{self, Allocate};
use service::finance::transactions::{self as journal, NewTransaction, Record};
use tests::rows;

use crate::shop::amount;

pub(super) async fn agent(db: &impl ConnectionTrait) -> AgentId {
    rows::insert(db, "agents", []).await.id().into()
}

pub(super) async fn agents(db: &impl ConnectionTrait, number: usize) -> Vec<AgentId> {
    let mut agents = Vec::new();
    for _ in 0..number {
        agents.push(agent(db).await);
    }
    agents.sort();
    agents
}

pub(super) async fn campaign(db: &impl ConnectionTrait) -> CampaignId {
    rows::insert(db, "campaigns", []).await.id().into()
}

pub(super) async fn order(db: &impl ConnectionTrait) -> OrderId {
    rows::insert(db, "orders", []).await.id().into()
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Noon of a day, UTC.
pub(super) fn noon(text: &str) -> DateTime<Utc> {
    format!("{text}T12:00:00Z").parse().unwrap()
}

/// Revenue by card that no order brought.
pub(super) fn revenue(value: &str) -> NewTransaction {
    NewTransaction {
        payment_method: Some("card".into()),
        ..NewTransaction::new(TransactionType::Revenue, "consulting", amount(value))
    }
}

pub(super) fn expense(category: &str, value: &str) -> NewTransaction {
    NewTransaction::new(TransactionType::Expense, category, amount(value))
}

pub(super) async fn recorded(db: &DatabaseConnection, new: NewTransaction) -> TransactionId {
    let command = Record {
        transactions: vec![new],
    };
    journal::record(db, command).await.unwrap().transactions[0].id
}

/// What the operations of an order write.
pub(super) async fn of_order(
    db: &impl ConnectionTrait,
    order: OrderId,
    kind: TransactionType,
    value: &str,
    at: DateTime<Utc>,
) -> TransactionId {
    let id = TransactionId::at(at);
    let row = transactions::ActiveModel {
        id: Set(id),
        r#type: Set(kind),
        category: Set("orders".into()),
        amount: Set(amount(value)),
        currency: Set("USD".into()),
        order_id: Set(Some(order)),
        transaction_date: Set(at.date_naive()),
        ..Default::default()
    };
    transactions::Entity::insert(row)
        .exec_without_returning(db)
        .await
        .unwrap();
    id
}

/// Touches an hour apart, in the order of the agents.
pub(super) fn touches(agents: &[AgentId]) -> Vec<Touch> {
    (0..)
        .zip(agents)
        .map(|(n, agent)| Touch::new(*agent, noon("2026-11-01") + TimeDelta::hours(n)))
        .collect()
}

pub(super) fn attribute(
    transaction: TransactionId,
    model: AttributionModel,
    agents: &[AgentId],
) -> Attribute {
    Attribute {
        transaction,
        model,
        touches: touches(agents),
    }
}

/// What the database holds: agent, campaign and percentage, by agent and campaign.
pub(super) async fn credited(
    db: &impl ConnectionTrait,
    transaction: TransactionId,
) -> Vec<(AgentId, Option<CampaignId>, Decimal)> {
    let rows = revenue_attribution::Entity::find()
        .filter(revenue_attribution::Column::TransactionId.eq(transaction))
        .all(db)
        .await
        .unwrap();
    let mut credits: Vec<_> = rows
        .into_iter()
        .map(|row| (row.agent_id, row.campaign_id, row.attribution_percentage))
        .collect();
    credits.sort();
    credits
}

/// A budget of November.
pub(super) async fn budget(db: &DatabaseConnection, category: &str, value: &str) -> BudgetId {
    let command = Allocate::new(category, (2026, 11), amount(value));
    budgets::allocate(db, command).await.unwrap().budget.id
}

/// What the database holds of a budget: allocated and spent.
pub(super) async fn amounts(db: &impl ConnectionTrait, budget: BudgetId) -> [Decimal; 2] {
    let row = budgets::get(db, budget).await.unwrap();
    [row.allocated_amount, row.spent_amount]
}

/// Archives an agent, past whatever decommissioning hands over.
pub(super) async fn archive(db: &impl ConnectionTrait, agent: AgentId) {
    use sea_orm::ActiveModelTrait;
    let archived = entity::agents::ActiveModel {
        id: Set(agent),
        status: Set(entity::AgentStatus::Archived),
        ..Default::default()
    };
    archived.update(db).await.unwrap();
}
