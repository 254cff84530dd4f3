//! Why a segment is not as its caller wants it.

use entity::CustomerSegmentId;
use thiserror::Error;

use super::criteria::CriteriaError;
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::InvalidInput;

/// Why a segment was not created, changed, read or computed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SegmentError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The criteria are not understood: those of the command, or those that something else wrote into the row.
    #[error(transparent)]
    Criteria(#[from] CriteriaError),
    /// The id belongs to a segment that was created with other content.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// There is no such segment.
    #[error("there is no segment {id}")]
    NotFound {
        /// What was asked for.
        id: CustomerSegmentId,
    },
    /// Another segment has the name.
    #[error("the name belongs to segment {owner}")]
    NameTaken {
        /// The segment that has it.
        owner: CustomerSegmentId,
    },
    /// The segment is archived, and its members stay as they are.
    #[error("segment {id} is archived")]
    Archived {
        /// The segment.
        id: CustomerSegmentId,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for SegmentError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            Self::Invalid(_)
            | Self::Criteria(_)
            | Self::Conflict(_)
            | Self::NotFound { .. }
            | Self::NameTaken { .. }
            | Self::Archived { .. } => Class::Refused,
        }
    }
}
