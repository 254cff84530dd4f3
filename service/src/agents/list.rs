//! Pages of agents.

use entity::{AgentId, AgentStatus, AgentType, agents};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::error::DatabaseError;
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};

/// Where the agents of a list stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Under {
    /// Under nobody: the roots.
    Nobody,
    /// Directly under this agent.
    Agent(AgentId),
}

/// Which agents to list; no filter lists all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListAgents {
    /// Only those of this type.
    pub agent_type: Option<AgentType>,
    /// Only those with this status.
    pub status: Option<AgentStatus>,
    /// Only those that stand there.
    pub under: Option<Under>,
    /// From the oldest, or from the newest.
    pub direction: Direction,
    /// Which page.
    pub page: PageRequest<AgentId>,
}

/// Lists agents by id, which is the order in which this application registered them.
///
/// One statement; `idx_agents_type_id`, `idx_agents_status_id`, `idx_agents_parent_id_id` and the primary key serve it.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListAgents,
) -> Result<Page<agents::Model, AgentId>, DatabaseError> {
    let db = &operation::named(db, "agents.list");
    let limit = query.page.clamped();
    let mut select = agents::Entity::find().limit(limit + 1);
    if let Some(agent_type) = query.agent_type {
        select = select.filter(agents::Column::Type.eq(agent_type));
    }
    if let Some(status) = query.status {
        select = select.filter(agents::Column::Status.eq(status));
    }
    match query.under {
        Some(Under::Nobody) => select = select.filter(agents::Column::ParentId.is_null()),
        Some(Under::Agent(parent)) => select = select.filter(agents::Column::ParentId.eq(parent)),
        None => {}
    }
    let select = by_key(select, query.direction, agents::Column::Id, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |agent| agent.id))
}
