//! Whom an agent may ask, and for what.

mod ask;

use entity::{AgentCollaborationId, AgentId, agent_collaborations};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, TransactionTrait,
};
use thiserror::Error;

pub use ask::{Answer, AskAgent, Denial, may_ask};

use super::row::{self, Absent};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};
use crate::transaction;

/// A kind of request that one agent may make of another, and its terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowCollaboration {
    /// Who may ask.
    pub requesting: AgentId,
    /// Who is asked; another agent.
    pub responding: AgentId,
    /// For what. At most 100 characters.
    pub collaboration_type: String,
    /// From 1, the most urgent, to 10.
    pub priority: i32,
    /// Within how many minutes an answer is due; at least one.
    pub sla_minutes: i32,
}

impl AllowCollaboration {
    /// On the usual terms: priority 5, an answer within the hour.
    pub fn new(requesting: AgentId, responding: AgentId, collaboration_type: impl Into<String>) -> Self {
        Self {
            requesting,
            responding,
            collaboration_type: collaboration_type.into(),
            priority: 5,
            sla_minutes: 60,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if self.requesting == self.responding {
            checks.refuse("responding", Rule::Conflicts { other: "requesting" });
        }
        checks.name("collaboration_type", &self.collaboration_type, 100);
        checks.between("priority", self.priority, (1, 10));
        checks.positive("sla_minutes", self.sla_minutes);
        checks.finish()
    }
}

/// A kind of request that one agent may no longer make of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisallowCollaboration {
    /// Who may ask so far.
    pub requesting: AgentId,
    /// Who is asked.
    pub responding: AgentId,
    /// For what.
    pub collaboration_type: String,
}

/// What [`allow`] left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedCollaboration {
    /// The collaboration on the terms of the command.
    pub collaboration: agent_collaborations::Model,
}

/// What [`disallow`] removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisallowedCollaboration {
    /// The collaboration as it was; `None` when there was none.
    pub removed: Option<agent_collaborations::Model>,
}

/// Why a collaboration was not allowed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CollaborationError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such agent.
    #[error("there is no agent {agent}")]
    UnknownAgent {
        /// What was asked for.
        agent: AgentId,
    },
    /// Nobody asks an archived agent, and it asks nobody.
    #[error("agent {agent} is archived and collaborates no more")]
    ArchivedAgent {
        /// The agent.
        agent: AgentId,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<Absent> for CollaborationError {
    fn from(absent: Absent) -> Self {
        match absent {
            Absent::Unknown(agent) => Self::UnknownAgent { agent },
            Absent::Archived(agent) => Self::ArchivedAgent { agent },
        }
    }
}

impl Classified for CollaborationError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::UnknownAgent { .. } | Self::ArchivedAgent { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Allows an agent to ask another for something; allowing it again on other terms changes the terms.
///
/// Two statements: both agents are locked by id against being archived or deleted, and the collaboration written, whether it was
/// there or not. The same command again changes nothing.
///
/// # Errors
///
/// [`CollaborationError::UnknownAgent`] and [`CollaborationError::ArchivedAgent`]; [`CollaborationError::Invalid`] before anything
/// is sent, also for an agent that would ask itself.
pub async fn allow<C>(db: &C, command: AllowCollaboration) -> Result<AllowedCollaboration, CollaborationError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "agents.allow");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = upsert(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn upsert<C: ConnectionTrait>(
    db: &C,
    command: AllowCollaboration,
) -> Result<AllowedCollaboration, CollaborationError> {
    use agent_collaborations::Column;
    row::in_office(db, &[command.requesting, command.responding]).await??;
    let row = agent_collaborations::ActiveModel {
        id: Set(AgentCollaborationId::new()),
        requesting_agent_id: Set(command.requesting),
        responding_agent_id: Set(command.responding),
        collaboration_type: Set(command.collaboration_type),
        priority: Set(command.priority),
        sla_minutes: Set(command.sla_minutes),
        ..Default::default()
    };
    let key = [
        Column::RequestingAgentId,
        Column::RespondingAgentId,
        Column::CollaborationType,
    ];
    let collaboration = agent_collaborations::Entity::insert(row)
        .on_conflict(
            OnConflict::columns(key)
                .update_columns([Column::Priority, Column::SlaMinutes])
                .to_owned(),
        )
        .exec_with_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    Ok(AllowedCollaboration { collaboration })
}

/// Ends what [`allow`] began. One statement, and no refusal when there is nothing to end.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn disallow<C>(
    db: &C,
    command: DisallowCollaboration,
) -> Result<DisallowedCollaboration, CollaborationError>
where
    C: ConnectionTrait + TransactionTrait,
{
    use agent_collaborations::Column;
    let db = &operation::named(db, "agents.disallow");
    let mut checks = Checks::default();
    checks.name("collaboration_type", &command.collaboration_type, 100);
    checks.finish()?;
    let transaction = transaction::begin(db).await?;
    let outcome = agent_collaborations::Entity::delete_many()
        .filter(Column::RequestingAgentId.eq(command.requesting))
        .filter(Column::RespondingAgentId.eq(command.responding))
        .filter(Column::CollaborationType.eq(command.collaboration_type))
        .exec_with_returning(&transaction)
        .await
        .map_err(|error| CollaborationError::from(DatabaseError::from(error)));
    let removed = transaction::finish(transaction, outcome).await?;
    Ok(DisallowedCollaboration {
        removed: removed.into_iter().next(),
    })
}

/// Which collaborations to list: of one agent, in one of its roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListCollaborations {
    /// What this agent may ask of others.
    RequestedBy(AgentId, PageRequest<AgentCollaborationId>),
    /// What others may ask of this agent.
    AskedOf(AgentId, PageRequest<AgentCollaborationId>),
}

/// Lists collaborations of an agent by id. One statement; `idx_agent_collaborations_requesting_agent_id` and
/// `idx_agent_collaborations_responding_agent_id` serve it.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn collaborations<C: ConnectionTrait>(
    db: &C,
    query: ListCollaborations,
) -> Result<Page<agent_collaborations::Model, AgentCollaborationId>, DatabaseError> {
    use agent_collaborations::Column;
    let db = &operation::named(db, "agents.collaborations");
    let (role, agent, page) = match query {
        ListCollaborations::RequestedBy(agent, page) => (Column::RequestingAgentId, agent, page),
        ListCollaborations::AskedOf(agent, page) => (Column::RespondingAgentId, agent, page),
    };
    let limit = page.clamped();
    let select = agent_collaborations::Entity::find()
        .filter(role.eq(agent))
        .limit(limit + 1);
    let select = by_key(select, Direction::Ascending, Column::Id, page.after);
    Ok(Page::cut(select.all(db).await?, limit, |row| row.id))
}
