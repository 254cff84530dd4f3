//! What is spent on campaigns, in the books.

use entity::{AgentId, TransactionId, TransactionType, agents, transactions};
use rust_decimal::Decimal;
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QuerySelect};

use crate::error::DatabaseError;

/// The category of everything that campaigns cost.
const CATEGORY: &str = "marketing";

/// A transaction of a campaign, dated by the instant that its id carries.
pub(super) struct Entry<'a> {
    pub(super) id: TransactionId,
    pub(super) kind: TransactionType,
    pub(super) amount: Decimal,
    pub(super) description: Option<&'a str>,
    pub(super) agent: Option<AgentId>,
    pub(super) payment_method: Option<&'a str>,
}

/// Writes it down. One statement.
pub(super) async fn record<C: ConnectionTrait>(db: &C, entry: Entry<'_>) -> Result<(), DatabaseError> {
    let mut row = transactions::ActiveModel {
        id: Set(entry.id),
        r#type: Set(entry.kind),
        category: Set(CATEGORY.into()),
        amount: Set(entry.amount),
        description: Set(entry.description.map(Into::into)),
        agent_id: Set(entry.agent),
        payment_method: Set(entry.payment_method.map(Into::into)),
        ..Default::default()
    };
    if let Some(instant) = entry.id.instant() {
        row.transaction_date = Set(instant.date_naive());
    }
    transactions::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Keeps the agent that an entry is going to name from being deleted, before the campaign is locked: who hands over what an agent owns
/// goes from it to its campaigns. Whether there is one, its key says. One statement, none without an agent.
pub(super) async fn keep_agent<C: ConnectionTrait>(
    db: &C,
    agent: Option<AgentId>,
) -> Result<(), DatabaseError> {
    if let Some(agent) = agent {
        let _kept: Option<AgentId> = agents::Entity::find_by_id(agent)
            .select_only()
            .column(agents::Column::Id)
            .lock(LockType::KeyShare)
            .into_tuple()
            .one(db)
            .await?;
    }
    Ok(())
}
