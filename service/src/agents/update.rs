//! Changes to an agent.

use entity::{AgentId, AgentStatus, AgentType, agents};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    TransactionTrait,
};
use thiserror::Error;

use super::place::{self, Misplaced, may_stand_under};
use super::register::named;
use super::row::{self, check_tools};
use super::state::may_become;
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;

/// What to change of an agent. `None` leaves a value as it is; `Some(None)` clears one that may be absent.
///
/// Where it stands is changed by [`move_subtree`](super::move_subtree), and whether it is archived by
/// [`decommission`](super::decommission()).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of RegisterAgent, with its limits")]
pub struct UpdateAgent {
    /// Which agent.
    pub id: AgentId,
    pub name: Option<String>,
    pub agent_type: Option<AgentType>,
    /// Active or inactive.
    pub status: Option<AgentStatus>,
    pub system_prompt: Option<Option<String>>,
    pub mcp_tools: Option<Vec<String>>,
}

impl UpdateAgent {
    /// Changes nothing yet.
    #[must_use]
    pub fn new(id: AgentId) -> Self {
        Self {
            id,
            name: None,
            agent_type: None,
            status: None,
            system_prompt: None,
            mcp_tools: None,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if let Some(name) = &self.name {
            checks.name("name", name, 255);
        }
        if let Some(Some(prompt)) = &self.system_prompt {
            checks.text("system_prompt", prompt, usize::MAX);
        }
        check_tools(&mut checks, self.mcp_tools.as_deref().unwrap_or_default());
        checks.finish()
    }

    fn apply(self, mut row: agents::Model) -> agents::Model {
        row.name = self.name.unwrap_or(row.name);
        row.r#type = self.agent_type.unwrap_or(row.r#type);
        row.status = self.status.unwrap_or(row.status);
        row.system_prompt = self.system_prompt.unwrap_or(row.system_prompt);
        row.mcp_tools = self.mcp_tools.map_or(row.mcp_tools, Into::into);
        row
    }
}

/// What [`update`] left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdatedAgent {
    /// The agent as it is now.
    pub agent: agents::Model,
    /// Whether anything differed from what was there.
    pub changed: bool,
}

/// Why an agent was not changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such agent.
    #[error("there is no agent {id}")]
    NotFound {
        /// What was asked for.
        id: AgentId,
    },
    /// Its status does not become that by an update: the archive has one way in, [`decommission`](super::decommission()), and
    /// none out.
    #[error("a change of status from {from} to {to} is no update")]
    Status {
        /// What it is.
        from: AgentStatus,
        /// What it was to become.
        to: AgentStatus,
    },
    /// It is archived, and kept as it was.
    #[error("agent {id} is archived and kept as it was")]
    Archived {
        /// The agent.
        id: AgentId,
    },
    /// Another agent has the name.
    #[error("agent {agent} has the name {name:?}")]
    NameTaken {
        /// The name.
        name: String,
        /// Who has it.
        agent: AgentId,
    },
    /// As what it was to become it may not stand where it stands.
    #[error(transparent)]
    Misplaced(#[from] Misplaced),
    /// Some who stand under it may not stand under what it was to become.
    #[error("{} agents stand under it that may stand under no {agent_type}", children.len())]
    LeadsOthers {
        /// What it was to become.
        agent_type: AgentType,
        /// Who may not stand under that, by id; never empty.
        children: Vec<AgentId>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for UpdateError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_)
            | Self::NotFound { .. }
            | Self::Status { .. }
            | Self::Archived { .. }
            | Self::NameTaken { .. }
            | Self::Misplaced(_)
            | Self::LeadsOthers { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Changes an agent.
///
/// Locks the agent. Three statements, one when nothing differs; a change of type reads parent and children before, and queues
/// behind whoever else is placing agents (one more on PostgreSQL).
///
/// # Errors
///
/// The refusals of [`UpdateError`]. [`UpdateError::NameTaken`] costs one more statement.
pub async fn update<C>(db: &C, command: UpdateAgent) -> Result<UpdatedAgent, UpdateError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "agents.update");
    command.check()?;
    let name = command.name.clone();
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    match (transaction::finish(transaction, outcome).await, name) {
        (Err(UpdateError::Database(DatabaseError::Duplicate { .. })), Some(name)) => {
            match named(db, &name).await? {
                Some(agent) => Err(UpdateError::NameTaken { name, agent }),
                None => Err(DatabaseError::Changed { table: "agents" }.into()),
            }
        }
        (outcome, _) => outcome,
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: UpdateAgent) -> Result<UpdatedAgent, UpdateError> {
    let id = command.id;
    if command.agent_type.is_some() {
        place::queue(db).await?;
    }
    let Some(before) = row::lock(db, id, LockType::NoKeyUpdate).await? else {
        return Err(UpdateError::NotFound { id });
    };
    let from = before.status;
    let after = command.apply(before.clone());
    if !may_become(from, after.status) {
        return Err(UpdateError::Status {
            from,
            to: after.status,
        });
    }
    if after == before {
        return Ok(UpdatedAgent {
            agent: before,
            changed: false,
        });
    }
    if from == AgentStatus::Archived {
        return Err(UpdateError::Archived { id });
    }
    if after.r#type != before.r#type {
        fits_its_neighbours(db, &after).await?;
    }
    let row = agents::ActiveModel {
        name: Set(after.name),
        r#type: Set(after.r#type),
        status: Set(after.status),
        system_prompt: Set(after.system_prompt),
        mcp_tools: Set(after.mcp_tools),
        ..Default::default()
    };
    let agent = row::write(db, id, row).await?;
    Ok(UpdatedAgent { agent, changed: true })
}

/// Whether an agent of its new type may stand between its parent and its children. One statement.
async fn fits_its_neighbours<C: ConnectionTrait>(db: &C, agent: &agents::Model) -> Result<(), UpdateError> {
    let mut neighbours = Condition::any().add(agents::Column::ParentId.eq(agent.id));
    if let Some(parent) = agent.parent_id {
        neighbours = neighbours.add(agents::Column::Id.eq(parent));
    }
    let neighbours = agents::Entity::find()
        .filter(neighbours)
        .order_by_asc(agents::Column::Id)
        .all(db)
        .await
        .map_err(DatabaseError::from)?;
    let (above, below): (Vec<_>, Vec<_>) = neighbours
        .into_iter()
        .partition(|row| Some(row.id) == agent.parent_id);
    if let Some(parent) = above.first()
        && !may_stand_under(agent.r#type, Some(parent.r#type))
    {
        return Err(Misplaced::Rank {
            agent_type: agent.r#type,
            parent: parent.id,
            parent_type: parent.r#type,
        }
        .into());
    }
    let children: Vec<_> = below
        .into_iter()
        .filter(|child| !may_stand_under(child.r#type, Some(agent.r#type)))
        .map(|child| child.id)
        .collect();
    if children.is_empty() {
        Ok(())
    } else {
        Err(UpdateError::LeadsOthers {
            agent_type: agent.r#type,
            children,
        })
    }
}
