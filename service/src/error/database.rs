//! The failures that the database itself reports, the same on both engines.

use std::sync::Arc;

use sea_orm::{DbErr, RuntimeErr, SqlxError, SqlxPostgresError, SqlxSqliteError};
use thiserror::Error;

use super::{Class, Classified, postgres, sqlite};

/// A failure that the database or the connection to it reported.
///
/// Tables and constraints have the schema's names (`fk_<table>_<column>`, `chk_<table>_<what>`, `idx_<table>_<columns>`,
/// `<table>_pkey`), also where PostgreSQL reports a partition or SQLite reports columns.
///
/// SQLite never says which foreign key failed, so `table` and `constraint` of [`Restricted`](Self::Restricted) and
/// [`MissingReference`](Self::MissingReference) are `None` there; [`DatabaseError::of_deletion_of`] finds the former out. Nor does
/// it distinguish a missing parent from a `NO ACTION` parent that still has children: the statement tells, which is why a
/// deletion maps its error with that, or with [`DatabaseError::of_deletion`]. Operations that can fail this way find the rows
/// themselves and report them in their own error.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// No row had the key that the statement named.
    #[error("the row does not exist")]
    NotFound,
    /// A unique index or primary key already holds this value.
    #[error("{constraint} already holds this value")]
    Duplicate {
        /// Name of the unique index, or `<table>_pkey`.
        constraint: String,
    },
    /// Rows of another table still refer to the row that was to go.
    #[error("rows of {} still refer to it", table.as_deref().unwrap_or("another table"))]
    Restricted {
        /// The table whose rows stand in the way; on SQLite unknown unless asked for.
        table: Option<String>,
        /// The foreign key; on SQLite unknown unless asked for.
        constraint: Option<String>,
    },
    /// The row refers to a row that does not exist.
    #[error("{} refers to a row that does not exist", constraint.as_deref().unwrap_or("a foreign key"))]
    MissingReference {
        /// The table that was written; unknown on SQLite.
        table: Option<String>,
        /// The foreign key; unknown on SQLite.
        constraint: Option<String>,
    },
    /// A CHECK does not accept the value.
    #[error("{constraint} does not accept the value")]
    InvalidValue {
        /// Name of the CHECK, or of the rule that a trigger guards.
        constraint: String,
    },
    /// A column that needs a value got none.
    #[error("{table}.{column} needs a value")]
    MissingValue {
        /// The table that was written.
        table: String,
        /// The column that has no value.
        column: String,
    },
    /// A text that is too long for its column. Only PostgreSQL limits it; the operations check before either engine sees it.
    #[error("a text is too long for its column")]
    TextTooLong,
    /// A number that its column cannot hold.
    #[error("a number is outside the range of its column")]
    NumberOutOfRange,
    /// A text that is no text: a NUL or an invalid byte sequence.
    #[error("a text holds a byte that cannot be stored")]
    InvalidText,
    /// Two transactions could not both have happened in the order they saw.
    #[error("the transaction could not be serialized with another one")]
    Serialization,
    /// The server ended one of several transactions that waited for one another.
    #[error("the transaction was the victim of a deadlock")]
    Deadlock,
    /// A lock was not free within the lock timeout.
    #[error("a lock was not free in time")]
    LockTimeout,
    /// Another connection is writing to the SQLite file.
    #[error("the database is busy")]
    Busy,
    /// A row changed between being locked and being written, which a lock taken by somebody else's code can explain.
    #[error("rows of {table} changed under the operation")]
    Changed {
        /// The table whose rows were not as expected.
        table: &'static str,
    },
    /// No connection of the pool became free in time. An unreachable server shows itself like this as well.
    #[error("no connection became available in time")]
    NoConnection,
    /// The connection broke before anything was committed.
    #[error("the connection was lost")]
    ConnectionLost,
    /// The connection broke while the server was committing: the operation has happened, or it has not.
    #[error("the connection was lost during the commit, whose outcome is unknown")]
    OutcomeUnknown,
    /// The server closed the connection because the transaction did nothing for too long.
    #[error("the transaction was idle for too long")]
    IdleInTransaction,
    /// The statement ran into the statement timeout, or was cancelled.
    #[error("the statement was cancelled or ran out of time")]
    StatementTimeout,
    /// The role that is connected has not been granted this. The README lists which rights what needs.
    #[error("the role may not do this: {message}")]
    NotPermitted {
        /// What PostgreSQL says, which names the table, the view or the function.
        message: String,
    },
    /// The disk is full.
    #[error("the database has no space left")]
    StorageFull,
    /// Anything else, most likely a mistake in a statement or a schema that is not the expected one.
    #[error("the database failed unexpectedly")]
    Unexpected(#[source] DbErr),
}

impl DatabaseError {
    /// Reads the error of a statement that deletes rows: a foreign key that fails then means that rows still refer to them.
    #[must_use]
    pub fn of_deletion(error: DbErr) -> Self {
        match Self::from(error) {
            Self::MissingReference { table, constraint } => Self::Restricted { table, constraint },
            other => other,
        }
    }

    /// Reads the error of a COMMIT, or of a write that commits by itself.
    ///
    /// A connection that breaks then, here or between a pooler and the server, leaves open whether the write happened. A server that says that it is shutting down has not
    /// committed, and neither has a pool that had no connection to give.
    #[must_use]
    pub fn of_commit(error: DbErr) -> Self {
        let broke_off = match &error {
            DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) => {
                match e.as_ref() {
                    SqlxError::Io(_) | SqlxError::Tls(_) | SqlxError::WorkerCrashed => true,
                    // What stands between here and the server lost it, and tells so in the server's words.
                    SqlxError::Database(e) => e.code().is_some_and(|code| code.starts_with("08")),
                    _ => false,
                }
            }
            _ => false,
        };
        if broke_off {
            Self::OutcomeUnknown
        } else {
            Self::from(error)
        }
    }
}

impl Classified for DatabaseError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound
            | Self::Duplicate { .. }
            | Self::Restricted { .. }
            | Self::MissingReference { .. }
            | Self::InvalidValue { .. }
            | Self::MissingValue { .. }
            | Self::TextTooLong
            | Self::NumberOutOfRange
            | Self::InvalidText
            | Self::NotPermitted { .. } => Class::Refused,
            Self::Serialization
            | Self::Deadlock
            | Self::LockTimeout
            | Self::Busy
            | Self::Changed { .. }
            | Self::NoConnection
            | Self::ConnectionLost
            | Self::IdleInTransaction => Class::Retryable,
            Self::OutcomeUnknown | Self::StatementTimeout | Self::StorageFull | Self::Unexpected(_) => {
                Class::Broken
            }
        }
    }
}

impl From<DbErr> for DatabaseError {
    fn from(error: DbErr) -> Self {
        let known = match &error {
            DbErr::RecordNotFound(_) | DbErr::RecordNotUpdated => Some(Self::NotFound),
            DbErr::ConnectionAcquire(_) => Some(Self::NoConnection),
            DbErr::Conn(RuntimeErr::SqlxError(e))
            | DbErr::Exec(RuntimeErr::SqlxError(e))
            | DbErr::Query(RuntimeErr::SqlxError(e)) => of_driver(e),
            _ => None,
        };
        known.unwrap_or(Self::Unexpected(error))
    }
}

fn of_driver(error: &Arc<SqlxError>) -> Option<DatabaseError> {
    match error.as_ref() {
        SqlxError::Database(e) => {
            if let Some(e) = e.try_downcast_ref::<SqlxPostgresError>() {
                postgres::classify(e)
            } else if let Some(e) = e.try_downcast_ref::<SqlxSqliteError>() {
                sqlite::classify(e)
            } else {
                None
            }
        }
        SqlxError::PoolTimedOut => Some(DatabaseError::NoConnection),
        SqlxError::Io(_) | SqlxError::Tls(_) | SqlxError::PoolClosed | SqlxError::WorkerCrashed => {
            Some(DatabaseError::ConnectionLost)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a server says to a COMMIT.
    #[derive(Debug)]
    struct Answer(&'static str);

    impl std::fmt::Display for Answer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }
    }

    impl std::error::Error for Answer {}

    impl sea_orm::sqlx::error::DatabaseError for Answer {
        fn message(&self) -> &str {
            self.0
        }

        fn code(&self) -> Option<std::borrow::Cow<'_, str>> {
            Some(self.0.into())
        }

        fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> sea_orm::sqlx::error::ErrorKind {
            sea_orm::sqlx::error::ErrorKind::Other
        }
    }

    #[test]
    fn a_wire_that_is_cut_during_a_commit_leaves_its_outcome_open() {
        let cut = || {
            let cause = SqlxError::Io(std::io::ErrorKind::ConnectionReset.into());
            DbErr::Query(RuntimeErr::SqlxError(Arc::new(cause)))
        };
        assert!(matches!(
            DatabaseError::from(cut()),
            DatabaseError::ConnectionLost
        ));
        let unknown = DatabaseError::of_commit(cut());
        assert!(matches!(unknown, DatabaseError::OutcomeUnknown));
        assert!(!unknown.is_retryable());
        let of_a_pooler = || {
            let cause = SqlxError::Database(Box::new(Answer("08P01")));
            DbErr::Query(RuntimeErr::SqlxError(Arc::new(cause)))
        };
        let unknown = DatabaseError::of_commit(of_a_pooler());
        assert!(matches!(unknown, DatabaseError::OutcomeUnknown));
        let never_sent = DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::Timeout);
        assert!(DatabaseError::of_commit(never_sent).is_retryable());
    }
}
