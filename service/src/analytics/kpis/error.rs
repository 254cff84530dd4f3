//! Why a KPI is not defined, changed or found.

use entity::{AgentId, KpiId};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::InvalidInput;

/// Why an operation on a KPI was refused.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KpiError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The id belongs to a KPI with other content.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// There is no such KPI.
    #[error("there is no KPI {id}")]
    NotFound {
        /// What was asked for.
        id: KpiId,
    },
    /// Another KPI has this name.
    #[error("KPI {by} is already called {name}")]
    NameTaken {
        /// The name.
        name: String,
        /// The KPI that has it.
        by: KpiId,
    },
    /// The agent that should own it does not exist.
    #[error("there is no agent {agent} to own the KPI")]
    UnknownOwner {
        /// Which agent.
        agent: AgentId,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for KpiError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_)
            | Self::Conflict(_)
            | Self::NotFound { .. }
            | Self::NameTaken { .. }
            | Self::UnknownOwner { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}
