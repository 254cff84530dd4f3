//! Why no plan was made.

use std::error::Error;

use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};

/// The name of no hot operation.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no hot operation {name}{}", similar.map(|name| format!("; did you mean {name}?")).unwrap_or_default())]
pub struct UnknownOperation {
    /// What was asked for.
    pub name: String,
    /// The one whose name is closest, if any is close.
    pub similar: Option<&'static str>,
}

/// Why an operation was not explained.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExplainError {
    /// The database is too empty to try it.
    #[error("{operation} cannot be tried: the database has no {needs}")]
    NoRow {
        /// The operation.
        operation: &'static str,
        /// What it takes.
        needs: &'static str,
    },
    /// The operation refused what the database has to offer.
    #[error("{operation} cannot be tried on what the database has")]
    Refused {
        /// The operation.
        operation: &'static str,
        /// What a caller could do about it.
        class: Class,
        /// Its refusal.
        source: Box<dyn Error + Send + Sync>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for ExplainError {
    fn class(&self) -> Class {
        match self {
            Self::NoRow { .. } => Class::Refused,
            Self::Refused { class, .. } => *class,
            Self::Database(error) => error.class(),
        }
    }
}

/// Why a trial ended early.
pub(super) enum TrialError {
    NoRow(&'static str),
    Refused(Class, Box<dyn Error + Send + Sync>),
}

impl<E: Classified + Send + Sync + 'static> From<E> for TrialError {
    fn from(error: E) -> Self {
        Self::Refused(error.class(), Box::new(error))
    }
}

impl TrialError {
    pub(super) fn of(self, operation: &'static str) -> ExplainError {
        match self {
            Self::NoRow(needs) => ExplainError::NoRow { operation, needs },
            Self::Refused(class, source) => ExplainError::Refused {
                operation,
                class,
                source,
            },
        }
    }
}
