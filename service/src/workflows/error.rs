//! Why a workflow was not defined, changed or found.

use entity::{AgentId, GoalId, WorkflowId};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::InvalidInput;

/// Why a workflow was not defined, changed or found.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WorkflowError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such workflow.
    #[error("there is no workflow {id}")]
    NotFound {
        /// What was asked for.
        id: WorkflowId,
    },
    /// Another workflow stands for this one of n8n.
    #[error("workflow {owner} is n8n's {n8n_workflow_id} already")]
    Taken {
        /// n8n's id.
        n8n_workflow_id: String,
        /// Who has it.
        owner: WorkflowId,
    },
    /// There is no such agent.
    #[error("there is no agent {agent}")]
    UnknownAgent {
        /// What was asked for.
        agent: AgentId,
    },
    /// The agent is retired.
    #[error("agent {agent} is archived")]
    ArchivedAgent {
        /// The agent.
        agent: AgentId,
    },
    /// There is no such goal.
    #[error("there is no goal {goal}")]
    UnknownGoal {
        /// What was asked for.
        goal: GoalId,
    },
    /// The goal is retired.
    #[error("goal {goal} is archived")]
    ArchivedGoal {
        /// The goal.
        goal: GoalId,
    },
    /// The id stands for another workflow, or for this one after it was changed.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for WorkflowError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_)
            | Self::NotFound { .. }
            | Self::Taken { .. }
            | Self::UnknownAgent { .. }
            | Self::ArchivedAgent { .. }
            | Self::UnknownGoal { .. }
            | Self::ArchivedGoal { .. }
            | Self::Conflict(_) => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}
