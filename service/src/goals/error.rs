//! Why a goal was not made, changed, moved or found.

use entity::{AgentId, GoalId, KpiId};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::InvalidInput;

/// Why a goal was not made, changed, moved or found.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GoalError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such goal.
    #[error("there is no goal {id}")]
    NotFound {
        /// What was asked for.
        id: GoalId,
    },
    /// An archived goal stays as and where it was.
    #[error("goal {id} is archived")]
    Archived {
        /// The goal.
        id: GoalId,
    },
    /// There is no such goal to stand under.
    #[error("there is no goal {parent} to stand under")]
    UnknownParent {
        /// What was asked for.
        parent: GoalId,
    },
    /// Nothing new stands under an archived goal.
    #[error("goal {parent}, to stand under, is archived")]
    ArchivedParent {
        /// The goal.
        parent: GoalId,
    },
    /// The new parent is the goal itself or stands below it.
    #[error("goal {id} would stand under itself, by way of {parent}")]
    Circle {
        /// The goal.
        id: GoalId,
        /// Where it was to go.
        parent: GoalId,
    },
    /// Goals stand below it that are not archived.
    #[error("{} goals below it are not archived", subgoals.len())]
    OpenSubgoals {
        /// All of them by id; never empty.
        subgoals: Vec<GoalId>,
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
    /// KPIs that do not exist.
    #[error("{} of the KPIs do not exist", kpis.len())]
    UnknownKpis {
        /// All of them; never empty.
        kpis: Vec<KpiId>,
    },
    /// KPIs were given for goals that are not in the tree, or archived.
    #[error("{} of the goals with KPIs are not in the tree", goals.len())]
    OutsideTree {
        /// All of them; never empty.
        goals: Vec<GoalId>,
    },
    /// The id stands for another goal, or for this one after it was changed.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for GoalError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_)
            | Self::NotFound { .. }
            | Self::Archived { .. }
            | Self::UnknownParent { .. }
            | Self::ArchivedParent { .. }
            | Self::Circle { .. }
            | Self::OpenSubgoals { .. }
            | Self::UnknownAgent { .. }
            | Self::ArchivedAgent { .. }
            | Self::UnknownKpis { .. }
            | Self::OutsideTree { .. }
            | Self::Conflict(_) => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}
