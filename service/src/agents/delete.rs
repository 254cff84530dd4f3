//! Deleting an agent that nothing is left of.

use entity::AgentId;
use sea_orm::{ConnectionTrait, TransactionTrait};

use crate::deletion::{self, Delete, DeletionError, Report, Row};
use crate::operation;

/// The agent to delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeleteAgent {
    /// Its id.
    pub id: AgentId,
}

/// Deletes an agent that has no children, owns nothing, wrote no content, was given no task and was credited with nothing. Its
/// capabilities and collaborations go with it; reports, interactions, transactions, events and configurations stay and forget it.
///
/// This is [`deletion::delete`](crate::deletion::delete()) of the agent's row, with its locks and its report;
/// [`deletion::plan`](crate::deletion::plan()) says beforehand what would happen. Whoever has work or a past is decommissioned
/// instead.
///
/// # Errors
///
/// [`DeletionError::NotFound`]; [`DeletionError::Blocked`] with everything that stands in the way.
pub async fn delete<C>(db: &C, command: DeleteAgent) -> Result<Report, DeletionError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "agents.delete");
    let row = Row::Agent(command.id);
    deletion::delete(db, Delete { row }).await
}
