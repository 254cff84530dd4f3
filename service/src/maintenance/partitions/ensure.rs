//! Making the months that are missing.

use std::collections::BTreeSet;
use std::time::Instant;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde::Serialize;

use super::{
    ListPartitions, Listed, Made, MadeMonth, MakeMonth, Month, Partitioned, Patience, TablePartitions, list,
    make, postgres,
};
use crate::error::DatabaseError;
use crate::maintenance::deadline;
use crate::operation;

/// The months to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnsurePartitions {
    /// How many months after the current one.
    pub ahead: u32,
    /// The instant that makes a month the current one.
    pub at: DateTime<Utc>,
    /// How long writers may be made to wait for each month.
    pub patience: Patience,
    /// After this no further month is begun, and no statement goes on.
    pub deadline: Option<Instant>,
}

impl EnsurePartitions {
    /// So many months ahead of now.
    #[must_use]
    pub fn ahead(ahead: u32) -> Self {
        Self {
            ahead,
            at: Utc::now(),
            patience: Patience::default(),
            deadline: None,
        }
    }

    /// The months of a table that it should have and has not.
    fn missing(&self, table: &TablePartitions) -> BTreeSet<Month> {
        let current = Month::of(self.at);
        let ahead = (0..=self.ahead).map(|months| current.plus(months));
        let held = table.default.iter().flat_map(|default| &default.months);
        ahead
            .chain(held.map(|held| held.month))
            .filter(|month| !table.partitions.iter().any(|partition| partition.covers(*month)))
            .collect()
    }
}

/// What [`ensure`] came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ensured {
    /// SQLite: there are no partitions.
    NotPartitioned,
    /// PostgreSQL.
    Partitioned(EnsuredMonths),
}

/// What was made, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EnsuredMonths {
    /// The months that were made, each table's oldest first.
    pub made: Vec<MadeMonth>,
    /// The months that are still missing.
    pub left: Vec<LeftMonth>,
}

/// A month that is still missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftMonth {
    /// Of which table.
    pub table: Partitioned,
    /// Which month.
    pub month: Month,
    /// Why.
    pub why: Left,
}

/// Why a month is still missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Left {
    /// The locks were not free in any attempt. The next run may get them.
    Busy,
    /// A table that is no partition has its name: one that was detached. Attach it, rename it or drop it.
    NameTaken {
        /// The name.
        name: String,
    },
    /// The deadline came, or the caller asked to stop.
    Stopped,
}

impl EnsuredMonths {
    /// Whether nothing is left to do.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.left.is_empty()
    }
}

impl Ensured {
    /// Whether nothing is left to do.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        match self {
            Self::NotPartitioned => true,
            Self::Partitioned(months) => months.is_complete(),
        }
    }
}

/// Makes the months from the current one to so many ahead that have no partition, and those that the default partitions hold rows
/// of, which are moved. What exists is left alone.
///
/// Two statements, and for each month those of [`make()`], in a transaction of its own; `go_on` is asked before each. A partition
/// that got rows is analysed. Give a connection or a pool: a caller's transaction would hold all locks to its end.
///
/// # Errors
///
/// What the database reports; the months that were made by then stay, and the next run goes on.
pub async fn ensure<C, G>(db: &C, command: EnsurePartitions, go_on: G) -> Result<Ensured, DatabaseError>
where
    C: ConnectionTrait + TransactionTrait,
    G: Fn() -> bool,
{
    let db = &operation::named(db, "maintenance.partitions.ensure");
    let Listed::Partitioned { tables } = list(db, ListPartitions::default()).await? else {
        return Ok(Ensured::NotPartitioned);
    };
    let mut months = EnsuredMonths::default();
    for table in &tables {
        for month in command.missing(table) {
            let why = if go_on() && !deadline::is_over(command.deadline) {
                one(db, &command, table.table, month, &mut months.made).await?
            } else {
                Some(Left::Stopped)
            };
            months.left.extend(why.map(|why| LeftMonth {
                table: table.table,
                month,
                why,
            }));
        }
    }
    Ok(Ensured::Partitioned(months))
}

/// Makes a month, or says why not.
async fn one<C>(
    db: &C,
    command: &EnsurePartitions,
    table: Partitioned,
    month: Month,
    made: &mut Vec<MadeMonth>,
) -> Result<Option<Left>, DatabaseError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let command = MakeMonth {
        table,
        month,
        patience: command.patience,
        deadline: command.deadline,
    };
    Ok(match make(db, command).await {
        Ok(Made::NotPartitioned | Made::Already) => None,
        Ok(Made::Made(month)) => {
            let drained = (month.drained > 0).then(|| month.name.clone());
            made.push(month);
            if let Some(name) = drained {
                postgres::analyze(db, &name).await?;
            }
            None
        }
        Ok(Made::NameTaken { name }) => Some(Left::NameTaken { name }),
        Ok(Made::Busy) => Some(Left::Busy),
        // Only the deadline limits statements here.
        Err(DatabaseError::StatementTimeout) => Some(Left::Stopped),
        Err(error) => return Err(error),
    })
}
