//! A new agent.

use entity::{AgentId, AgentStatus, AgentType, agents};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait};
use thiserror::Error;

use super::place::{self, Misplaced, PLACE};
use super::row::check_tools;
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
use crate::transaction;

/// An agent to be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterAgent {
    /// Its id, made by the caller: the same command under the same id happens once.
    pub id: AgentId,
    /// What it is called; no two agents share a name. At most 255 characters.
    pub name: String,
    /// Its rank.
    pub agent_type: AgentType,
    /// Under whom it stands, see [`may_stand_under`](super::may_stand_under); `None` leaves it alone.
    pub parent: Option<AgentId>,
    /// Whether it starts paused instead of active.
    pub paused: bool,
    /// Any length.
    pub system_prompt: Option<String>,
    /// At most 250 of at most 255 characters.
    pub mcp_tools: Vec<String>,
}

impl RegisterAgent {
    /// An active agent that stands alone, without prompt and tools, under a new id.
    pub fn new(name: impl Into<String>, agent_type: AgentType) -> Self {
        Self {
            id: AgentId::new(),
            name: name.into(),
            agent_type,
            parent: None,
            paused: false,
            system_prompt: None,
            mcp_tools: Vec::new(),
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.name("name", &self.name, 255);
        if self.parent == Some(self.id) {
            checks.refuse("parent", Rule::Conflicts { other: "id" });
        }
        if let Some(prompt) = &self.system_prompt {
            checks.text("system_prompt", prompt, usize::MAX);
        }
        check_tools(&mut checks, &self.mcp_tools);
        checks.finish()
    }

    fn status(&self) -> AgentStatus {
        if self.paused {
            AgentStatus::Inactive
        } else {
            AgentStatus::Active
        }
    }

    fn row(&self) -> agents::ActiveModel {
        agents::ActiveModel {
            id: Set(self.id),
            name: Set(self.name.clone()),
            r#type: Set(self.agent_type),
            parent_id: Set(self.parent),
            status: Set(self.status()),
            system_prompt: Set(self.system_prompt.clone()),
            mcp_tools: Set(self.mcp_tools.clone().into()),
            ..Default::default()
        }
    }

    fn is(&self, row: &agents::Model) -> bool {
        row.name == self.name
            && row.r#type == self.agent_type
            && row.parent_id == self.parent
            && row.status == self.status()
            && row.system_prompt == self.system_prompt
            && row.mcp_tools.0 == self.mcp_tools
    }
}

/// What [`register`] wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredAgent {
    /// The agent.
    pub agent: agents::Model,
}

/// Why an agent was not registered.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The id was used for an agent that is, or has become, another.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// Another agent has the name.
    #[error("agent {agent} has the name {name:?}")]
    NameTaken {
        /// The name.
        name: String,
        /// Who has it.
        agent: AgentId,
    },
    /// It may not stand there.
    #[error(transparent)]
    Misplaced(#[from] Misplaced),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for RegisterError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::Conflict(_) | Self::NameTaken { .. } | Self::Misplaced(_) => {
                Class::Refused
            }
            Self::Database(error) => error.class(),
        }
    }
}

/// Registers an agent.
///
/// One statement, and one before it on PostgreSQL when the agent has a parent, which queues behind whoever else is placing
/// agents. The same command again returns the agent, for as long as nobody has changed it.
///
/// # Errors
///
/// [`RegisterError::Conflict`], [`RegisterError::NameTaken`] and [`RegisterError::Misplaced`], for which one or two more
/// statements are sent. [`RegisterError::Invalid`] before anything is sent.
pub async fn register<C>(db: &C, command: RegisterAgent) -> Result<RegisteredAgent, RegisterError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "agents.register");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &command).await;
    match transaction::finish(transaction, outcome).await {
        Ok(agent) => Ok(RegisteredAgent { agent }),
        Err(DatabaseError::Duplicate { .. }) => taken(db, command).await,
        Err(DatabaseError::InvalidValue { constraint }) if constraint == PLACE => {
            Err(misplaced(db, &command).await)
        }
        Err(DatabaseError::MissingReference { .. }) => Err(misplaced(db, &command).await),
        Err(error) => Err(error.into()),
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: &RegisterAgent) -> Result<agents::Model, DatabaseError> {
    if command.parent.is_some() {
        place::queue(db).await?;
    }
    Ok(agents::Entity::insert(command.row())
        .exec_with_returning(db)
        .await?)
}

/// The id or the name was there: a repetition, another agent under this id, or another agent of this name.
async fn taken<C: ConnectionTrait>(db: &C, command: RegisterAgent) -> Result<RegisteredAgent, RegisterError> {
    let found = agents::Entity::find_by_id(command.id).one(db).await;
    if let Some(agent) = found.map_err(DatabaseError::from)? {
        return if command.is(&agent) {
            Ok(RegisteredAgent { agent })
        } else {
            Err(Conflict {
                id: command.id.into(),
            }
            .into())
        };
    }
    match named(db, &command.name).await? {
        Some(agent) => Err(RegisterError::NameTaken {
            name: command.name,
            agent,
        }),
        // Whoever had it has given it up in the meantime.
        None => Err(DatabaseError::Changed { table: "agents" }.into()),
    }
}

/// Who has the name. One statement.
pub(super) async fn named<C: ConnectionTrait>(db: &C, name: &str) -> Result<Option<AgentId>, DatabaseError> {
    let row = agents::Entity::find()
        .filter(agents::Column::Name.eq(name))
        .one(db)
        .await?;
    Ok(row.map(|row| row.id))
}

async fn misplaced<C: ConnectionTrait>(db: &C, command: &RegisterAgent) -> RegisterError {
    let Some(parent) = command.parent else {
        return DatabaseError::Changed { table: "agents" }.into();
    };
    match place::explain(db, command.agent_type, parent).await {
        Ok(Some(misplaced)) => misplaced.into(),
        // It would be fine by now.
        Ok(None) => DatabaseError::Changed { table: "agents" }.into(),
        Err(error) => error.into(),
    }
}
