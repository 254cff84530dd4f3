//! Who answers for a budget.

use entity::{AgentId, AgentStatus, agents};
use sea_orm::sea_query::LockType;
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect};

use super::error::BudgetError;
use crate::error::DatabaseError;

/// Whether the agent may own something, which stays so until the transaction ends. One statement.
pub(super) async fn check<C: ConnectionTrait>(db: &C, agent: AgentId) -> Result<(), BudgetError> {
    let status: Option<AgentStatus> = agents::Entity::find_by_id(agent)
        .select_only()
        .column(agents::Column::Status)
        .lock(LockType::Share)
        .into_tuple()
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    match status {
        None => Err(BudgetError::UnknownOwner { agent }),
        Some(AgentStatus::Archived) => Err(BudgetError::ArchivedOwner { agent }),
        Some(AgentStatus::Active | AgentStatus::Inactive) => Ok(()),
    }
}
