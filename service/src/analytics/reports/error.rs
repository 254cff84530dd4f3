//! Why a report is not stored, sent or found.

use chrono::{DateTime, Utc};
use entity::{AgentId, KpiId, ReportId};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::InvalidInput;

/// Why an operation on a report was refused.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The id belongs to another report.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// There is no such report.
    #[error("there is no report {id}")]
    NotFound {
        /// What was asked for.
        id: ReportId,
    },
    /// Author or recipients that do not exist.
    #[error("{} of the agents do not exist", agents.len())]
    UnknownAgents {
        /// All of them; never empty.
        agents: Vec<AgentId>,
    },
    /// KPIs that do not exist.
    #[error("{} of the KPIs do not exist", kpis.len())]
    UnknownKpis {
        /// All of them; never empty.
        kpis: Vec<KpiId>,
    },
    /// The report's series would have more buckets than a series may have.
    #[error("the series would have more than {max} buckets")]
    TooManyBuckets {
        /// The limit.
        max: usize,
    },
    /// It was sent at another time.
    #[error("report {id} was sent at {sent_at}")]
    AlreadySent {
        /// The report.
        id: ReportId,
        /// When.
        sent_at: DateTime<Utc>,
    },
    /// It cannot have been sent before there was anything to send.
    #[error("report {id} was generated later, at {generated_at}")]
    NotYetGenerated {
        /// The report.
        id: ReportId,
        /// When.
        generated_at: DateTime<Utc>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for ReportError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}
