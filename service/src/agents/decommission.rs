//! Taking an agent out of office for good.

mod children;
mod work;

use entity::{AgentId, AgentStatus, AgentType, SystemEventId, agents};
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveValue::Set, ConnectionTrait, TransactionTrait};
use serde::{Deserialize, Serialize};
use serde_json::json;
use thiserror::Error;

use super::place::{self, Misplaced};
use super::row;
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::{self, Conflict, JournalError};
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
use crate::system::{self, AppendError, AppendEvent};
use crate::transaction;

/// The type of the event that [`decommission`] writes.
const EVENT: &str = "agent.decommissioned";

/// Who takes over from whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecommissionAgent {
    /// The id of the event that will tell of it, made by the caller: the same command under the same id happens once.
    pub id: SystemEventId,
    /// Who goes.
    pub agent: AgentId,
    /// Who gets the work.
    pub successor: AgentId,
    /// Who gets the children.
    pub children: ChildrenGoTo,
}

impl DecommissionAgent {
    /// The successor gets the children as well.
    #[must_use]
    pub fn new(agent: AgentId, successor: AgentId) -> Self {
        Self {
            id: SystemEventId::new(),
            agent,
            successor,
            children: ChildrenGoTo::Successor,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if self.id.instant().is_none() {
            checks.refuse("id", Rule::NotTimeOrdered);
        }
        if self.successor == self.agent {
            checks.refuse("successor", Rule::Conflicts { other: "agent" });
        }
        checks.finish()
    }
}

/// Under whom the children of an agent stand once it has gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChildrenGoTo {
    /// Under the successor. One that stands below the agent itself takes the agent's place first.
    #[default]
    Successor,
    /// Under the agent's own parent; they become roots when it has none.
    Grandparent,
}

/// What [`decommission`] did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecommissionedAgent {
    /// The agent, archived, where it stood.
    pub agent: agents::Model,
    /// Who took over.
    pub successor: AgentId,
    /// What changed hands.
    pub handed_over: HandedOver,
}

/// How many rows of each kind changed hands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    /// Agents that stood directly under it.
    pub children: u64,
    /// All its goals, archived ones included: an owner answers for what it owns, whatever its state.
    pub goals: u64,
    /// All its workflows.
    pub workflows: u64,
    /// Its tasks that were pending or in progress. Finished ones stay with whoever finished them.
    pub tasks: u64,
    /// How many of these tasks a worker was on. They are pending again and its lease has ended.
    pub leases_ended: u64,
    /// All its campaigns.
    pub campaigns: u64,
    /// All its KPIs.
    pub kpis: u64,
    /// All its budgets.
    pub budgets: u64,
}

/// Why an agent was not decommissioned.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DecommissionError {
    /// The command breaks rules that need no database; among others when an agent would succeed itself.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The id was used for another command.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// There is no such agent.
    #[error("there is no agent {agent}")]
    NotFound {
        /// What was asked for.
        agent: AgentId,
    },
    /// It has gone already, by another command.
    #[error("agent {agent} is archived already")]
    Archived {
        /// The agent.
        agent: AgentId,
    },
    /// There is no such successor.
    #[error("there is no agent {successor} to succeed")]
    UnknownSuccessor {
        /// What was asked for.
        successor: AgentId,
    },
    /// Who is archived succeeds nobody.
    #[error("agent {successor} is archived and succeeds nobody")]
    ArchivedSuccessor {
        /// The successor.
        successor: AgentId,
    },
    /// The successor stands below the agent and may not take its place.
    #[error(transparent)]
    Misplaced(#[from] Misplaced),
    /// Children that may not stand under whom they would go to.
    #[error("{} agents may not stand under the {leader_type} {leader}", children.len())]
    CannotLead {
        /// Under whom they would have stood.
        leader: AgentId,
        /// What that one is.
        leader_type: AgentType,
        /// Who may not, by id; never empty.
        children: Vec<AgentId>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<JournalError> for DecommissionError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Conflict(conflict) => conflict.into(),
            JournalError::Database(error) => error.into(),
        }
    }
}

impl From<AppendError> for DecommissionError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Invalid(invalid) => invalid.into(),
            AppendError::Conflict(conflict) => conflict.into(),
            AppendError::Database(error) => error.into(),
            // The agent is locked, so it is there.
            AppendError::UnknownAgents { .. } => DatabaseError::Changed { table: "agents" }.into(),
        }
    }
}

impl Classified for DecommissionError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_)
            | Self::Conflict(_)
            | Self::NotFound { .. }
            | Self::Archived { .. }
            | Self::UnknownSuccessor { .. }
            | Self::ArchivedSuccessor { .. }
            | Self::Misplaced(_)
            | Self::CannotLead { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Takes an agent out of office: its goals, workflows, open tasks, campaigns, KPIs and budgets go to the successor, its children
/// to whom the command says, the agent is archived, and a system event tells of it. All or nothing.
///
/// What the agent has done stays its own: finished tasks, content, reports, interactions, transactions, attribution, events,
/// configurations; its capabilities and collaborations stay on record and are no longer found. The agent keeps its place, as a
/// leaf. A successor that is inactive gets the work all the same.
///
/// A task that a worker is on becomes pending again under the successor, without a lease. Its attempt is fenced: what the worker
/// still reports for it is refused, and the next claim counts one attempt more.
///
/// 21 statements, one more on PostgreSQL and one more when the successor takes the agent's place. Queues behind whoever else is
/// placing agents, then locks the agent against new work, the successor against deletion, the children, and what is handed
/// over, table by table and by id. Work that is assigned to the agent meanwhile comes first and is handed over with the rest, or comes later
/// and is refused. The same command again returns the first outcome.
///
/// # Errors
///
/// The refusals of [`DecommissionError`].
pub async fn decommission<C>(
    db: &C,
    command: DecommissionAgent,
) -> Result<DecommissionedAgent, DecommissionError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "agents.decommission");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = hand_over(&transaction, &command).await;
    transaction::finish(transaction, outcome).await
}

async fn hand_over<C>(db: &C, command: &DecommissionAgent) -> Result<DecommissionedAgent, DecommissionError>
where
    C: ConnectionTrait + TransactionTrait,
{
    // Behind the queue a twin of this command has either finished or not begun.
    place::queue(db).await?;
    if let Some(first) = idempotency::replay(db, command.id, EVENT, command).await? {
        return Ok(first);
    }
    let agent = outgoing(db, command.agent).await?;
    let successor = incoming(db, command.successor).await?;
    let children = children::place(db, &agent, &successor, command.children).await?;
    let handed_over = HandedOver {
        children,
        ..work::hand_over(db, agent.id, successor.id).await?
    };
    let archived = agents::ActiveModel {
        status: Set(AgentStatus::Archived),
        ..Default::default()
    };
    let outcome = DecommissionedAgent {
        agent: row::write(db, agent.id, archived).await?,
        successor: successor.id,
        handed_over,
    };
    let event = AppendEvent {
        id: command.id,
        source_agent: Some(agent.id),
        details: json!({ "command": command, "outcome": outcome }),
        ..AppendEvent::new(
            EVENT,
            format!("{} was decommissioned, {} took over", agent.name, successor.name),
        )
    };
    system::append(db, event).await?;
    Ok(outcome)
}

/// The agent that goes, locked against everything that refers to it.
async fn outgoing<C: ConnectionTrait>(db: &C, agent: AgentId) -> Result<agents::Model, DecommissionError> {
    match row::lock(db, agent, LockType::Update).await? {
        None => Err(DecommissionError::NotFound { agent }),
        Some(row) if row.status == AgentStatus::Archived => Err(DecommissionError::Archived { agent }),
        Some(row) => Ok(row),
    }
}

/// The agent that takes over, locked against being deleted. Who would archive it queues.
async fn incoming<C: ConnectionTrait>(
    db: &C,
    successor: AgentId,
) -> Result<agents::Model, DecommissionError> {
    match row::lock(db, successor, LockType::KeyShare).await? {
        None => Err(DecommissionError::UnknownSuccessor { successor }),
        Some(row) if row.status == AgentStatus::Archived => {
            Err(DecommissionError::ArchivedSuccessor { successor })
        }
        Some(row) => Ok(row),
    }
}
