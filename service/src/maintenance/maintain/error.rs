//! Why a step, or a part of one, failed.

use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
#[cfg(feature = "archive")]
use crate::maintenance::lock::LockError;
#[cfg(feature = "archive")]
use crate::maintenance::partitions::drop::DropError;
use crate::maintenance::vacuum::VacuumError;
use crate::maintenance::views::RefreshError;
use crate::workflows::tasks::QueueError;

/// What the parts of the steps report.
#[derive(Debug, Error)]
pub(super) enum StepError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[cfg(feature = "archive")]
    #[error(transparent)]
    Drop(#[from] DropError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error(transparent)]
    Refresh(#[from] RefreshError),
    #[error(transparent)]
    Vacuum(#[from] VacuumError),
}

impl Classified for StepError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            #[cfg(feature = "archive")]
            Self::Drop(error) => error.class(),
            Self::Queue(error) => error.class(),
            Self::Refresh(error) => error.class(),
            Self::Vacuum(error) => error.class(),
        }
    }
}

impl StepError {
    /// What the database reported.
    const fn database(&self) -> Option<&DatabaseError> {
        match self {
            Self::Database(error) | Self::Queue(QueueError::Database(error)) => Some(error),
            #[cfg(feature = "archive")]
            Self::Drop(DropError::Database(error)) => Some(error),
            Self::Refresh(RefreshError::View { source, .. }) => Some(source),
            Self::Vacuum(VacuumError::Failed { source, .. } | VacuumError::Database(source)) => Some(source),
            #[cfg(feature = "archive")]
            Self::Drop(_) => None,
            Self::Queue(_) | Self::Vacuum(_) => None,
        }
    }

    /// Whether a statement, or the wait for a connection or on SQLite for the file, took too long.
    pub(super) const fn is_timeout(&self) -> bool {
        matches!(
            self.database(),
            Some(
                DatabaseError::StatementTimeout
                    | DatabaseError::LockTimeout
                    | DatabaseError::Busy
                    | DatabaseError::NoConnection
            )
        )
    }

    /// Whether somebody else has what it takes, and the next run may have it.
    pub(super) const fn is_busy(&self) -> bool {
        #[cfg(feature = "archive")]
        if matches!(self, Self::Drop(DropError::Lock(LockError::Held { .. }))) {
            return true;
        }
        matches!(
            self.database(),
            Some(DatabaseError::LockTimeout | DatabaseError::Busy)
        )
    }
}
