//! The months of the tables that grow for ever.
//!
//! On PostgreSQL `workflow_executions`, `transactions` and `system_events` are partitioned by month (UTC) through their ids, which
//! are UUIDv7 and carry the row's time. What no month covers lies in the table's default partition until [`make`] gives it one. On
//! SQLite they are plain tables, and every call here says so: [`Listed::NotPartitioned`], [`Ensured::NotPartitioned`].
//!
//! [`list()`] shows what there is. [`ensure`] makes the months that are missing: those from the current one to so many ahead, and those
//! that the default partition holds rows of.
//!
//! With the feature `archive`, `drop` takes old months away, `archive` keeps them in files, and `restore` brings them back, on both
//! engines.

#[cfg(feature = "archive")]
pub mod archive;
#[cfg(feature = "archive")]
mod base;
mod calendar;
#[cfg(feature = "archive")]
pub mod drop;
mod ensure;
#[cfg(feature = "archive")]
mod family;
mod list;
mod make;
mod month;
mod postgres;
#[cfg(feature = "archive")]
pub mod restore;

use std::fmt;

use serde::Serialize;

pub use calendar::NoMonth;
pub use ensure::{EnsurePartitions, Ensured, EnsuredMonths, Left, LeftMonth, ensure};
pub use list::{DefaultPartition, ListPartitions, Listed, MonthRows, Partition, Rows, TablePartitions, list};
pub use make::{Made, MadeMonth, MakeMonth, Patience, make};
pub use month::Month;

/// A table that has a partition for each month on PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Partitioned {
    /// `workflow_executions`, by `created_at`; `tasks` go with them.
    WorkflowExecutions,
    /// `transactions`, by `transaction_date`; `revenue_attribution` goes with them.
    Transactions,
    /// `system_events`, by `created_at`.
    SystemEvents,
}

impl Partitioned {
    /// The three of them.
    pub const ALL: [Self; 3] = [Self::WorkflowExecutions, Self::Transactions, Self::SystemEvents];

    /// The name of the table.
    #[must_use]
    pub const fn table(self) -> &'static str {
        match self {
            Self::WorkflowExecutions => "workflow_executions",
            Self::Transactions => "transactions",
            Self::SystemEvents => "system_events",
        }
    }

    /// The name of the partition that holds what no month covers.
    #[must_use]
    pub const fn default_partition(self) -> &'static str {
        match self {
            Self::WorkflowExecutions => "workflow_executions_default",
            Self::Transactions => "transactions_default",
            Self::SystemEvents => "system_events_default",
        }
    }

    /// The column whose month is the month of the id.
    #[must_use]
    pub const fn time_column(self) -> &'static str {
        match self {
            Self::WorkflowExecutions | Self::SystemEvents => "created_at",
            Self::Transactions => "transaction_date",
        }
    }

    /// The table of this name.
    #[must_use]
    pub fn named(table: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|partitioned| partitioned.table() == table)
    }
}

impl fmt::Display for Partitioned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.table())
    }
}
