//! One agent by what identifies it.

use std::fmt;

use entity::{AgentId, agents};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::input::is_storable;
use crate::operation;

/// What identifies an agent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AgentKey {
    /// By its id.
    Id(AgentId),
    /// By its name, spelled exactly so.
    Name(String),
}

impl From<AgentId> for AgentKey {
    fn from(id: AgentId) -> Self {
        Self::Id(id)
    }
}

impl fmt::Display for AgentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::Name(name) => write!(f, "{name:?}"),
        }
    }
}

/// Why an agent was not returned.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GetError {
    /// There is no such agent.
    #[error("there is no agent {key}")]
    NotFound {
        /// What was asked for.
        key: AgentKey,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for GetError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Finds the agent with this key, of any status. One statement.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    key: impl Into<AgentKey>,
) -> Result<Option<agents::Model>, DatabaseError> {
    let db = &operation::named(db, "agents.find");
    let condition = match key.into() {
        AgentKey::Id(id) => agents::Column::Id.eq(id),
        AgentKey::Name(name) if is_storable(&name) => agents::Column::Name.eq(name),
        AgentKey::Name(_) => return Ok(None),
    };
    Ok(agents::Entity::find().filter(condition).one(db).await?)
}

/// Reads the agent with this key, of any status. One statement.
///
/// # Errors
///
/// [`GetError::NotFound`] when there is none.
pub async fn get<C: ConnectionTrait>(db: &C, key: impl Into<AgentKey>) -> Result<agents::Model, GetError> {
    let db = &operation::named(db, "agents.get");
    let key = key.into();
    match find(db, key.clone()).await? {
        Some(agent) => Ok(agent),
        None => Err(GetError::NotFound { key }),
    }
}
