//! What agents can do, and who can do something.

mod able;
mod grant;

use entity::{AgentCapabilityId, AgentId, agent_capabilities};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use thiserror::Error;

pub use able::{Able, FindAble, able};
pub use grant::{GrantCapability, GrantedCapability, RevokeCapability, RevokedCapability, grant, revoke};

use super::row::Absent;
use crate::error::{Class, Classified, DatabaseError};
use crate::input::InvalidInput;
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};

/// Why a capability was neither granted nor revoked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CapabilityError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such agent.
    #[error("there is no agent {agent}")]
    UnknownAgent {
        /// What was asked for.
        agent: AgentId,
    },
    /// An archived agent gets no capabilities.
    #[error("agent {agent} is archived and gets no capabilities")]
    ArchivedAgent {
        /// The agent.
        agent: AgentId,
    },
    /// It was never granted.
    #[error("agent {agent} never had the capability {capability_type} {name:?}")]
    NeverGranted {
        /// The agent.
        agent: AgentId,
        /// The kind of capability.
        capability_type: String,
        /// Its name.
        name: String,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<Absent> for CapabilityError {
    fn from(absent: Absent) -> Self {
        match absent {
            Absent::Unknown(agent) => Self::UnknownAgent { agent },
            Absent::Archived(agent) => Self::ArchivedAgent { agent },
        }
    }
}

impl Classified for CapabilityError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_)
            | Self::UnknownAgent { .. }
            | Self::ArchivedAgent { .. }
            | Self::NeverGranted { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Which capabilities of an agent to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListCapabilities {
    /// Whose.
    pub agent: AgentId,
    /// Only those in force, or only those revoked.
    pub is_active: Option<bool>,
    /// Which page.
    pub page: PageRequest<AgentCapabilityId>,
}

impl ListCapabilities {
    /// The first page of all.
    #[must_use]
    pub fn of(agent: AgentId) -> Self {
        Self {
            agent,
            is_active: None,
            page: PageRequest::default(),
        }
    }
}

/// Lists the capabilities of an agent by id. One statement; `idx_agent_capabilities_agent_id` serves it.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn capabilities<C: ConnectionTrait>(
    db: &C,
    query: ListCapabilities,
) -> Result<Page<agent_capabilities::Model, AgentCapabilityId>, DatabaseError> {
    use agent_capabilities::Column;
    let db = &operation::named(db, "agents.capabilities");
    let limit = query.page.clamped();
    let mut select = agent_capabilities::Entity::find()
        .filter(Column::AgentId.eq(query.agent))
        .limit(limit + 1);
    if let Some(is_active) = query.is_active {
        select = select.filter(Column::IsActive.eq(is_active));
    }
    let select = by_key(select, Direction::Ascending, Column::Id, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |row| row.id))
}
