//! Rows of `agents`: locked, and checked for being in office.

use std::collections::HashMap;

use entity::{AgentId, AgentStatus, agents};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use thiserror::Error;

use crate::batch::among;
use crate::error::DatabaseError;
use crate::input::Checks;

/// The most tools of one agent.
const MAX_TOOLS: usize = 250;

/// An agent that something was to be done for, and that is not there for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub(super) enum Absent {
    /// There is no such agent.
    #[error("there is no agent {0}")]
    Unknown(AgentId),
    /// It is archived.
    #[error("agent {0} is archived")]
    Archived(AgentId),
}

pub(super) fn check_tools(checks: &mut Checks, tools: &[String]) {
    checks.at_most("mcp_tools", tools.len(), MAX_TOOLS);
    for (i, tool) in tools.iter().enumerate() {
        checks.name(format!("mcp_tools[{i}]"), tool, 255);
    }
}

/// Locks one agent. One statement.
pub(super) async fn lock<C: ConnectionTrait>(
    db: &C,
    id: AgentId,
    lock: LockType,
) -> Result<Option<agents::Model>, DatabaseError> {
    Ok(agents::Entity::find_by_id(id).lock(lock).one(db).await?)
}

/// Makes sure that the agents exist and are not archived, and that nobody archives or deletes them before the transaction ends.
/// One statement; locks them by id, as a foreign key does.
pub(super) async fn in_office<C: ConnectionTrait>(
    db: &C,
    ids: &[AgentId],
) -> Result<Result<(), Absent>, DatabaseError> {
    let found: HashMap<AgentId, AgentStatus> = agents::Entity::find()
        .select_only()
        .columns([agents::Column::Id, agents::Column::Status])
        .filter(among(db, agents::Column::Id, ids.iter().copied()))
        .order_by_asc(agents::Column::Id)
        .lock(LockType::KeyShare)
        .into_tuple::<(AgentId, AgentStatus)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    for id in ids {
        match found.get(id) {
            None => return Ok(Err(Absent::Unknown(*id))),
            Some(AgentStatus::Archived) => return Ok(Err(Absent::Archived(*id))),
            Some(AgentStatus::Active | AgentStatus::Inactive) => {}
        }
    }
    Ok(Ok(()))
}

/// Writes an agent that is locked, and reads it back: on SQLite only a read after the UPDATE sees what its triggers did. Two
/// statements.
pub(super) async fn write<C: ConnectionTrait>(
    db: &C,
    id: AgentId,
    row: agents::ActiveModel,
) -> Result<agents::Model, DatabaseError> {
    let written = agents::Entity::update_many()
        .set(row)
        .filter(agents::Column::Id.eq(id))
        .exec(db)
        .await?;
    let agent = agents::Entity::find_by_id(id).one(db).await?;
    match agent {
        Some(agent) if written.rows_affected == 1 => Ok(agent),
        _ => Err(DatabaseError::Changed { table: "agents" }),
    }
}
