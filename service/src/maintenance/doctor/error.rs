//! Why an examination ended early.

use sea_orm::{DbErr, RuntimeErr, SqlxError};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};

/// Why an examination ended early.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum ExamineError {
    /// While the schema was read.
    #[error("the schema could not be read{}", of_others(locked))]
    Schema {
        /// What the database reported.
        source: DatabaseError,
        /// After a lock timeout, the tables that others had for themselves a moment later.
        locked: Vec<String>,
    },
    /// While a check was made, which says what was read.
    #[error("{check} could not be checked{}", of_others(locked))]
    Check {
        /// The check's name.
        check: &'static str,
        /// What the database reported.
        source: DatabaseError,
        /// After a lock timeout, the tables that others had for themselves a moment later.
        locked: Vec<String>,
    },
    /// Before, or at the end.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

fn of_others(locked: &[String]) -> String {
    if locked.is_empty() {
        String::new()
    } else {
        format!(", somebody else has for himself: {}", locked.join(", "))
    }
}

impl ExamineError {
    /// Where tables may be named that others have locked.
    pub(super) fn locked_mut(&mut self) -> Option<&mut Vec<String>> {
        match self {
            Self::Schema {
                source: DatabaseError::LockTimeout,
                locked,
            }
            | Self::Check {
                source: DatabaseError::LockTimeout,
                locked,
                ..
            } => Some(locked),
            _ => None,
        }
    }
}

impl From<DbErr> for ExamineError {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}

impl From<ExamineError> for DatabaseError {
    fn from(error: ExamineError) -> Self {
        match error {
            ExamineError::Schema { source, .. }
            | ExamineError::Check { source, .. }
            | ExamineError::Database(source) => source,
        }
    }
}

impl Classified for ExamineError {
    fn class(&self) -> Class {
        match self {
            Self::Schema { source, .. } | Self::Check { source, .. } | Self::Database(source) => {
                source.class()
            }
        }
    }
}

/// What the database says of the rows that a query met, such as a text that is not the number that it should be; nothing for an error of
/// the connection, of time or of rights, of which the next query would only say the same.
pub(super) fn of_rows(error: &DbErr) -> Option<String> {
    let known = DatabaseError::from(error.clone());
    let is_of_rows = matches!(
        known,
        DatabaseError::Unexpected(_)
            | DatabaseError::NumberOutOfRange
            | DatabaseError::InvalidText
            | DatabaseError::TextTooLong
    );
    is_of_rows.then(|| said(error))
}

fn said(error: &DbErr) -> String {
    if let DbErr::Conn(RuntimeErr::SqlxError(e))
    | DbErr::Exec(RuntimeErr::SqlxError(e))
    | DbErr::Query(RuntimeErr::SqlxError(e)) = error
        && let SqlxError::Database(e) = e.as_ref()
    {
        return e.message().to_owned();
    }
    error.to_string()
}
