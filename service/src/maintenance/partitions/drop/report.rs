//! What a run did, or would do, month by month.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use chrono::NaiveDate;
use serde::Serialize;
use thiserror::Error;
use uuid::Uuid;

use super::super::Month;
use super::super::archive::ArchiveError;
use super::super::family::UnknownKey;
use crate::error::{Class, Classified, DatabaseError};
use crate::maintenance::lock::LockError;

/// Which history is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropBefore {
    /// Months that lie wholly before this day go; the month of the run never does.
    pub before: NaiveDate,
    /// Where the rows are kept: a directory, made when it is missing, that gets one directory for each month.
    pub archive: Option<PathBuf>,
    /// Only say what a run would do.
    pub dry_run: bool,
    /// After this no further month is begun, on SQLite no batch, and on PostgreSQL no statement goes on: that month stays whole.
    pub deadline: Option<Instant>,
}

impl DropBefore {
    /// Everything before that day, without an archive.
    #[must_use]
    pub const fn new(before: NaiveDate) -> Self {
        Self {
            before,
            archive: None,
            dry_run: false,
            deadline: None,
        }
    }
}

/// What became of the months, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DropReport {
    /// The first month that was not looked at.
    pub until: Month,
    /// Whether this only says what a run would do.
    pub dry_run: bool,
    /// Whether it was stopped before the last month, by who watches or by the deadline.
    pub interrupted: bool,
    /// Each month before that holds rows, or has partitions.
    pub months: Vec<MonthReport>,
}

impl DropReport {
    /// Whether every month has gone, or would.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.interrupted && self.months.iter().all(|month| month.fate == Fate::Gone)
    }
}

/// What became of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MonthReport {
    /// Which month.
    pub month: Month,
    /// Whether it has gone.
    pub fate: Fate,
    /// Its rows by table, those in the default partition included, each table after those that refer to it: the rows that have
    /// gone, and of a month that stays those that are there.
    pub rows: Vec<TableRows>,
    /// What still needs it; empty for one that goes.
    pub needed: Vec<Need>,
    /// Where its rows are kept; of [`Fate::OtherArchive`] what is in the way. A month without rows is not archived.
    pub archive: Option<PathBuf>,
}

impl MonthReport {
    /// Of a month whose place in the archive is taken.
    pub(super) const fn in_the_way(month: Month, archive: PathBuf, rows: Vec<TableRows>) -> Self {
        Self {
            month,
            fate: Fate::OtherArchive,
            rows,
            needed: Vec::new(),
            archive: Some(archive),
        }
    }
}

/// What becomes of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fate {
    /// It has gone.
    Gone,
    /// It stays, as something needs it.
    Refused,
    /// On SQLite: some of its rows have gone, and the next run goes on.
    Begun,
    /// It stays, as its place in the archive holds other rows of the month, which are perhaps nowhere else: it was archived before,
    /// and rows have come since. Keep that archive, and name another directory.
    OtherArchive,
}

/// How many rows a table loses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TableRows {
    /// The table.
    pub table: &'static str,
    /// Its rows of the month.
    pub rows: u64,
}

/// Rows that keep a month from going.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    /// The table.
    pub table: &'static str,
    /// Why.
    pub reason: Reason,
    /// How many rows of it.
    pub rows: u64,
    /// The first of them by id, at most five.
    pub first: Vec<Uuid>,
}

/// Why rows of a month are still needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// The execution is pending or running.
    Unfinished,
    /// The task is pending or in progress.
    OpenTask,
    /// Money of an order that is not settled: it is pending or confirmed, was not paid in full, or is cancelled and not
    /// refunded in full. What is due and what may be refunded is told from it.
    OpenOrder,
    /// Money of an order that also has money in a month that stays. Without the older part a refund would not be bounded
    /// by what was paid.
    OrderGoesOn,
    /// Younger than seven days: a command that is sent again is known by its row.
    Recent,
    /// The row's date lies in another month than its id; on SQLite, where nothing compares the two.
    Misdated,
}

impl Reason {
    /// Whether it ends by itself with time; else somebody has to end something first.
    #[must_use]
    pub const fn passes(self) -> bool {
        match self {
            Self::OrderGoesOn | Self::Recent => true,
            Self::Unfinished | Self::OpenTask | Self::OpenOrder | Self::Misdated => false,
        }
    }

    /// For a person.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Unfinished => "executions that have not ended",
            Self::OpenTask => "tasks that are still to be done",
            Self::OpenOrder => "money of orders that are not settled",
            Self::OrderGoesOn => "money of orders that have money in a month that stays",
            Self::Recent => "younger than seven days, and needed to know a repeated command",
            Self::Misdated => "dated in another month than their id",
        }
    }
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The month that was last worked on.
    pub month: Month,
    /// How many months are done.
    pub done: usize,
    /// Of how many.
    pub months: usize,
    /// How many rows have gone so far.
    pub rows: u64,
}

/// Told how far a run is; breaks to stop it there.
pub type Watch<'a> = dyn FnMut(Progress) -> ControlFlow<()> + Send + 'a;

/// Why a run ended early. What it had done by then stays done.
#[derive(Debug, Error)]
#[error("{source}")]
pub struct DropFailure {
    /// The months before.
    pub so_far: DropReport,
    /// What happened.
    #[source]
    pub source: DropError,
}

/// Why a month could not be worked on. Nothing of it has gone on PostgreSQL, and whole batches on SQLite.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DropError {
    /// Foreign keys of other programs refer to what would go.
    #[error("{}.{} refers to {}, and this program does not know why", keys[0].table, keys[0].column, keys[0].parent)]
    UnknownKeys {
        /// The keys, at least one.
        keys: Vec<UnknownKey>,
    },
    /// Columns that other programs have added, as `table.column`: an archive would not hold them.
    #[error("no archive would hold {}, which no migration makes", columns.join(", "))]
    UnknownColumns {
        /// The columns, at least one.
        columns: Vec<String>,
    },
    /// The archive cannot be written, or holds something else.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Somebody else drops or restores months.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl DropError {
    /// Whether a statement, or what it waited for, took too long.
    pub(crate) const fn is_timeout(&self) -> bool {
        matches!(
            self,
            Self::Database(DatabaseError::StatementTimeout | DatabaseError::LockTimeout)
        )
    }
}

impl Classified for DropError {
    fn class(&self) -> Class {
        match self {
            Self::UnknownKeys { .. } | Self::UnknownColumns { .. } => Class::Refused,
            Self::Archive(error) => error.class(),
            Self::Lock(error) => error.class(),
            Self::Database(error) => error.class(),
        }
    }
}

impl Classified for DropFailure {
    fn class(&self) -> Class {
        self.source.class()
    }
}
