//! Why an execution did not move.

use entity::{WorkflowExecutionId, WorkflowExecutionStatus};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::InvalidInput;

/// Why an execution was not found, begun or finished.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExecutionError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such execution.
    #[error("there is no execution {id}")]
    NotFound {
        /// What was asked for.
        id: WorkflowExecutionId,
    },
    /// A move that [`may_move`](super::may_move) does not allow.
    #[error("execution {id} is {from} and cannot become {to}")]
    IllegalMove {
        /// The execution.
        id: WorkflowExecutionId,
        /// What it is.
        from: WorkflowExecutionStatus,
        /// What it was to become.
        to: WorkflowExecutionStatus,
    },
    /// An execution cannot succeed while work is left to do.
    #[error("execution {id} has {open} open tasks")]
    OpenTasks {
        /// The execution.
        id: WorkflowExecutionId,
        /// How many of its tasks are pending or in progress; never zero.
        open: u64,
    },
    /// It has been finished in this way, with another output, other metrics or another error.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for ExecutionError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_)
            | Self::NotFound { .. }
            | Self::IllegalMove { .. }
            | Self::OpenTasks { .. }
            | Self::Conflict(_) => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}
