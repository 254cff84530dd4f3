//! Vacuuming and analysing.

use std::collections::BTreeSet;
use std::time::Duration;

use sea_orm::{DatabaseConnection, DbBackend};
use serde::Serialize;
use thiserror::Error;

use super::target::Target;
use super::{postgres, sqlite};
use crate::error::{Class, Classified, DatabaseError};
use crate::maintenance::Table;

/// What to do to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// Free the room of dead rows, mark and freeze pages. On SQLite: write the whole file anew, whichever table is named.
    Vacuum,
    /// Take statistics for the planner.
    Analyze,
    /// Both.
    VacuumAnalyze,
}

/// What to do, and to what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Work {
    /// A table with all its partitions, or what [`due`](super::due()) named.
    pub target: Target,
    /// What to do to it.
    pub job: Job,
}

impl Work {
    /// The same for each of these tables, in their order and once each. A SQLite file is written anew as a whole, before the tables'
    /// statistics are taken.
    #[must_use]
    pub fn of(db: &DatabaseConnection, tables: &[Table], job: Job) -> Vec<Self> {
        let tables: BTreeSet<Table> = tables.iter().copied().collect();
        let each = |job| {
            let work = tables.iter().map(move |table| Self {
                target: (*table).into(),
                job,
            });
            work.collect::<Vec<_>>()
        };
        if db.get_database_backend() == DbBackend::Postgres || job == Job::Analyze {
            return each(job);
        }
        let mut work = vec![Self {
            target: Target::FILE,
            job: Job::Vacuum,
        }];
        if job == Job::VacuumAnalyze {
            work.extend(each(Job::Analyze));
        }
        work
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// It is done.
    Done {
        /// How long it took.
        milliseconds: u64,
    },
    /// Somebody else had it locked for longer than the lock timeout, or on SQLite the busy timeout; nothing was done to it.
    Locked,
    /// The partition has been dropped since it was found due.
    Gone,
}

impl Outcome {
    pub(super) fn done(took: Duration) -> Self {
        Self::Done {
            milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// What was done, or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Done {
    /// To what.
    pub target: Target,
    /// What.
    pub job: Job,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// Why it was not done.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum VacuumError {
    /// The role neither owns the database nor all of these tables: each of their partitions has an owner and grants of its own.
    /// Nothing was begun.
    #[error("the role may not vacuum all of {}: connect as their owner", names(tables))]
    NotPermitted {
        /// All of them, by name.
        tables: Vec<Table>,
    },
    /// The database failed at this one; those after it were not begun.
    #[error("{target} could not be vacuumed or analysed")]
    Failed {
        /// Which one.
        target: Target,
        /// Those before it.
        done: Vec<Done>,
        /// What the database reported.
        source: DatabaseError,
    },
    /// What the database reported before the first.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

fn names(tables: &[Table]) -> String {
    let names: Vec<&str> = tables.iter().map(|table| table.name()).collect();
    names.join(", ")
}

impl Classified for VacuumError {
    fn class(&self) -> Class {
        match self {
            Self::NotPermitted { .. } => Class::Refused,
            Self::Failed { source, .. } | Self::Database(source) => source.class(),
        }
    }
}

/// Does the work in its order, one after the other, on a connection of its own. See [the module](super) for what goes on beside it.
///
/// One statement for each, and 2 before the first on PostgreSQL. What is done stays done when a later one fails, or when the future
/// is dropped; the server may then still finish the one that was running.
///
/// # Locks
///
/// PostgreSQL: SHARE UPDATE EXCLUSIVE on one table or partition at a time, which neither readers nor writers notice; for a moment
/// ACCESS EXCLUSIVE, when that is free, to give empty pages at the end back. SQLite: VACUUM and ANALYZE hold the file's write lock.
///
/// # Errors
///
/// [`VacuumError::NotPermitted`] before anything is done, [`VacuumError::Failed`] with what was.
pub async fn run(db: &DatabaseConnection, work: Vec<Work>) -> Result<Vec<Done>, VacuumError> {
    run_within(db, work, Duration::ZERO).await
}

/// [`run`], in which PostgreSQL ends a statement that runs for longer than `limit`; zero is no limit. SQLite has none.
pub(crate) async fn run_within(
    db: &DatabaseConnection,
    work: Vec<Work>,
    limit: Duration,
) -> Result<Vec<Done>, VacuumError> {
    match db.get_database_backend() {
        DbBackend::Postgres => postgres::run(db, work, limit).await,
        _ => sqlite::run(db, work).await,
    }
}
