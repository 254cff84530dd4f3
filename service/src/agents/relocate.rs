//! Moving an agent, and with it everybody below it.

use entity::{AgentId, AgentStatus, agents};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, TransactionTrait};
use thiserror::Error;

use super::hierarchy::{Placed, line_up};
use super::place::{self, Misplaced};
use super::row;
use crate::error::{Class, Classified, DatabaseError};
use crate::operation;
use crate::transaction;

/// The rule that no agent is its own ancestor, as the database knows it.
const ACYCLIC: &str = "chk_agents_acyclic";

/// Where an agent goes, together with its subtree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoveAgent {
    /// Which agent.
    pub id: AgentId,
    /// Under whom; `None` makes it a root.
    pub parent: Option<AgentId>,
}

/// What [`move_subtree`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedAgent {
    /// The agent where it stands now.
    pub agent: agents::Model,
    /// Where it stood before; the same place when it was there already.
    pub from: Option<AgentId>,
}

/// Why an agent was not moved.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MoveError {
    /// There is no such agent.
    #[error("there is no agent {id}")]
    NotFound {
        /// What was asked for.
        id: AgentId,
    },
    /// An archived agent stays where it was.
    #[error("agent {id} is archived and stays where it was")]
    Archived {
        /// The agent.
        id: AgentId,
    },
    /// The new parent is the agent itself or stands below it.
    #[error("{} would make a circle of {} agents", circle.last().map_or("", |(_, name)| name), circle.len())]
    Circle {
        /// Ids and names along the circle: first the agent, each further one under the one before it, last the new parent.
        circle: Vec<(AgentId, String)>,
    },
    /// It may not stand there.
    #[error(transparent)]
    Misplaced(#[from] Misplaced),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for MoveError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound { .. } | Self::Archived { .. } | Self::Circle { .. } | Self::Misplaced(_) => {
                Class::Refused
            }
            Self::Database(error) => error.class(),
        }
    }
}

/// Moves an agent and its subtree under another agent, or makes it a root.
///
/// Queues behind whoever else is placing agents (one statement on PostgreSQL). Four statements besides; three
/// for a new root, one when it stands there already, so the same command again changes nothing.
///
/// # Errors
///
/// The refusals of [`MoveError`]. Two moves that would make a circle only together are one after the other: the second is refused
/// with [`MoveError::Circle`].
pub async fn move_subtree<C>(db: &C, command: MoveAgent) -> Result<MovedAgent, MoveError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "agents.move_subtree");
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    match (transaction::finish(transaction, outcome).await, command.parent) {
        (Err(MoveError::Database(DatabaseError::InvalidValue { constraint })), Some(parent))
            if constraint == ACYCLIC =>
        {
            // Somebody placed agents without queueing first, and the schema noticed.
            let line = line_up(db, parent).await?;
            not_below(command.id, &line)?;
            Err(DatabaseError::Changed { table: "agents" }.into())
        }
        (outcome, _) => outcome,
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: MoveAgent) -> Result<MovedAgent, MoveError> {
    let MoveAgent { id, parent } = command;
    place::queue(db).await?;
    // Nobody moves, retypes or archives it behind the queue, so looking is enough.
    let found = agents::Entity::find_by_id(id).one(db).await;
    let Some(agent) = found.map_err(DatabaseError::from)? else {
        return Err(MoveError::NotFound { id });
    };
    let from = agent.parent_id;
    if from == parent {
        return Ok(MovedAgent { agent, from });
    }
    if agent.status == AgentStatus::Archived {
        return Err(MoveError::Archived { id });
    }
    if let Some(parent) = parent {
        let line = line_up(db, parent).await?;
        not_below(id, &line)?;
        let above = line.first().map(|above| (above.agent.r#type, above.agent.status));
        place::judge(agent.r#type, parent, above)?;
    }
    let row = agents::ActiveModel {
        parent_id: Set(parent),
        ..Default::default()
    };
    let agent = row::write(db, id, row).await?;
    Ok(MovedAgent { agent, from })
}

/// Refuses when the agent is in the line from its new parent to the root.
fn not_below(id: AgentId, line: &[Placed]) -> Result<(), MoveError> {
    let Some(at) = line.iter().position(|above| above.agent.id == id) else {
        return Ok(());
    };
    let circle = line[..=at]
        .iter()
        .rev()
        .map(|placed| (placed.agent.id, placed.agent.name.clone()));
    Err(MoveError::Circle {
        circle: circle.collect(),
    })
}
