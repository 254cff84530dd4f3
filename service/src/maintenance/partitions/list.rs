//! What partitions there are, and what lies in the default ones.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend};
use serde::Serialize;

use super::{Month, Partitioned, postgres};
use crate::error::DatabaseError;
use crate::operation;

/// Which numbers are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListPartitions {
    /// Count every row instead of giving the server's estimate: reads an index of each partition from end to end.
    pub count: bool,
}

/// The partitions of the three tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Listed {
    /// SQLite: they are plain tables.
    NotPartitioned,
    /// PostgreSQL.
    Partitioned {
        /// Each table with its partitions.
        tables: Vec<TablePartitions>,
    },
}

/// A table and its partitions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TablePartitions {
    /// Which table.
    pub table: Partitioned,
    /// The months, oldest first, and with them tables that were detached and still have a month's name.
    pub partitions: Vec<Partition>,
    /// What catches the rest. `None`: somebody took it away, and a row that no month covers is refused.
    pub default: Option<DefaultPartition>,
}

/// A month of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Partition {
    /// Its name.
    pub name: String,
    /// The first instant that it covers. `None`: detached, and its name is that of no month.
    pub from: Option<DateTime<Utc>>,
    /// The first instant that it no longer covers.
    pub to: Option<DateTime<Utc>>,
    /// How many rows it holds.
    pub rows: Rows,
    /// Bytes on disk with indexes and TOAST.
    pub bytes: i64,
    /// Whether it is a partition of its table. What is detached is not seen by any query of the table.
    pub attached: bool,
}

/// How many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rows {
    /// The number.
    pub count: i64,
    /// Whether they were counted; else it is what the server estimates.
    pub exact: bool,
}

/// The partition that holds what no month covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DefaultPartition {
    /// Its name.
    pub name: String,
    /// Bytes on disk with indexes and TOAST.
    pub bytes: i64,
    /// The months that it holds rows of, oldest first; always counted.
    pub months: Vec<MonthRows>,
}

/// Rows of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MonthRows {
    /// The month.
    pub month: Month,
    /// How many.
    pub rows: i64,
}

impl Partition {
    /// Whether it covers a part of the month.
    #[must_use]
    pub fn covers(&self, month: Month) -> bool {
        self.attached
            && self.from.is_none_or(|from| from < month.end())
            && self.to.is_none_or(|to| to > month.start())
    }
}

/// Lists the partitions of the three tables.
///
/// Two statements, three to count; none on SQLite. The rows of the default partitions are counted in any case: there should be
/// none. Takes no lock that keeps anybody waiting.
///
/// # Errors
///
/// What the database reports.
pub async fn list<C: ConnectionTrait>(db: &C, command: ListPartitions) -> Result<Listed, DatabaseError> {
    let db = &operation::named(db, "maintenance.partitions.list");
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(Listed::NotPartitioned);
    }
    let mut tables = postgres::partitions(db).await?;
    postgres::fill_default_months(db, &mut tables).await?;
    if command.count {
        postgres::count(db, &mut tables).await?;
    }
    Ok(Listed::Partitioned { tables })
}
