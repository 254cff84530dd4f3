//! What came back, and what did not.

use std::ops::ControlFlow;
use std::path::PathBuf;

use serde::Serialize;
use thiserror::Error;
use uuid::Uuid;

use super::super::archive::ArchiveError;
use super::super::{Month, Partitioned};
use crate::error::{Class, Classified, DatabaseError};
use crate::maintenance::lock::LockError;

/// Which archive is to come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restore {
    /// The directory of an archive, or of one month of it.
    pub directory: PathBuf,
}

/// What came back, the oldest month first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RestoreReport {
    /// Whether it was stopped before the end.
    pub interrupted: bool,
    /// The months that were worked on.
    pub months: Vec<RestoredMonth>,
}

impl RestoreReport {
    /// Whether every month has come back, into its own partitions.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.interrupted && self.months.iter().all(|month| month.in_default.is_empty())
    }
}

/// What came back of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RestoredMonth {
    /// Which month.
    pub month: Month,
    /// Its tables, parents before children.
    pub tables: Vec<RestoredTable>,
    /// The partitioned tables that have no partition of this month yet, because their locks were not free or a table has its name:
    /// its rows lie in the default partition. [`ensure`](super::super::ensure) moves them.
    pub in_default: Vec<Partitioned>,
}

/// What came back of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RestoredTable {
    /// The table.
    pub table: &'static str,
    /// Rows that were written.
    pub restored: u64,
    /// Rows that were there already, just as they were archived.
    pub present: u64,
    /// References that were left out, because what they refer to has been deleted since.
    pub cleared: u64,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestoreProgress {
    /// The month that was last worked on.
    pub month: Month,
    /// How many months are done.
    pub done: usize,
    /// Of how many.
    pub months: usize,
    /// How many rows have been read.
    pub rows: u64,
}

/// Told how far a run is; breaks to stop it there.
pub type RestoreWatch<'a> = dyn FnMut(RestoreProgress) -> ControlFlow<()> + Send + 'a;

/// Why a run ended early. The months before it are there.
#[derive(Debug, Error)]
#[error("{source}")]
pub struct RestoreFailure {
    /// The months before.
    pub so_far: RestoreReport,
    /// What happened.
    #[source]
    pub source: RestoreError,
}

/// Why a month did not come back. Nothing of it has on PostgreSQL, and whole batches on SQLite.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// The archive cannot be read, or is not as it was written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The archive has a table or columns that the schema has not.
    #[error(
        "the archive, of schema {schema_version}, has {table}{} which this schema has not",
        if columns.is_empty() { String::from(",") } else { format!(" with the columns {},", columns.join(", ")) }
    )]
    UnknownColumns {
        /// The table.
        table: String,
        /// The columns; none when the table itself is unknown.
        columns: Vec<String>,
        /// The last migration of the archive.
        schema_version: String,
    },
    /// Rows are there with other values.
    #[error("{rows} rows of {table} are there with other values, the first is {}", first[0])]
    Different {
        /// The table.
        table: &'static str,
        /// How many; on SQLite in the batch that found them.
        rows: u64,
        /// The first of them by id, at least one and at most five.
        first: Vec<Uuid>,
    },
    /// What rows refer to has been deleted, and they may not be without it.
    #[error("{table}.{column} refers to rows of {parent} that have been deleted, the first is {}", first[0])]
    Missing {
        /// The table.
        table: &'static str,
        /// Its column.
        column: &'static str,
        /// The table it refers to.
        parent: &'static str,
        /// The first of the missing rows by id, at least one and at most five.
        first: Vec<Uuid>,
    },
    /// Somebody else drops or restores months.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for RestoreError {
    fn class(&self) -> Class {
        match self {
            Self::Archive(error) => error.class(),
            Self::UnknownColumns { .. } | Self::Different { .. } | Self::Missing { .. } => Class::Refused,
            Self::Lock(error) => error.class(),
            Self::Database(error) => error.class(),
        }
    }
}

impl Classified for RestoreFailure {
    fn class(&self) -> Class {
        self.source.class()
    }
}
