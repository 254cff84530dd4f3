//! What a deletion does, or why it does not.

use std::fmt;

use thiserror::Error;

use super::row::Row;
use crate::error::{Class, Classified, DatabaseError};

/// What deleting a row does, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The row.
    pub row: Row,
    /// How many rows go, per table: the row's own table first, parents before children. Tables without any are not listed.
    pub removed: Vec<Removed>,
    /// How many rows stay and forget what they referred to, per key, by table and column. Keys without any are not listed.
    pub cleared: Vec<Cleared>,
    /// What stands in the way, by table and reason: not empty means that the deletion is refused.
    pub blockers: Vec<Blocker>,
}

impl Report {
    /// Whether anything stands in the way.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        !self.blockers.is_empty()
    }

    /// How many rows of a table go.
    #[must_use]
    pub fn removed_from(&self, table: &str) -> u64 {
        let of_table = self.removed.iter().filter(|removed| removed.table == table);
        of_table.map(|removed| removed.rows).sum()
    }
}

/// Rows that go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// Their table.
    pub table: &'static str,
    /// How many; never zero.
    pub rows: u64,
}

/// Rows that stay and refer to nothing any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleared {
    /// Their table.
    pub table: &'static str,
    /// The column that becomes NULL.
    pub column: &'static str,
    /// How many; never zero.
    pub rows: u64,
}

/// Rows that stand in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocker {
    /// Their table.
    pub table: &'static str,
    /// Why they do.
    pub reason: Reason,
    /// How many; never zero.
    pub rows: u64,
    /// The first ten of them, in the order of their table.
    pub examples: Vec<Row>,
}

/// Why a row stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// It refers to a row that would go.
    Refers {
        /// The column by which it does.
        column: &'static str,
    },
    /// It is stock with reserved pieces: somebody was promised them.
    ReservedStock,
    /// It is a line of an open order whose pieces are reserved and not handed over yet.
    OpenReservation,
    /// It is an order that was paid, in full or in part, and not fully refunded.
    Paid,
    /// It is a payment or refund of an order.
    BelongsToOrder,
    /// It is a task that a worker is at.
    InProgress,
    /// It is an expense, or a correction of one, that a budget or a campaign counts as spent.
    Booked,
    /// It is a subscription that was ended, and that is all that remembers the end.
    EndedSubscription,
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, rows, .. } = self;
        match self.reason {
            Reason::Refers { column } => write!(f, "{rows} rows of {table} refer to it by {column}"),
            Reason::ReservedStock => write!(f, "{rows} rows of {table} have reserved pieces"),
            Reason::OpenReservation => {
                write!(f, "{rows} rows of {table} have pieces reserved for an open order")
            }
            Reason::Paid => write!(f, "{rows} rows of {table} are paid and not refunded"),
            Reason::BelongsToOrder => write!(f, "{rows} rows of {table} belong to an order"),
            Reason::InProgress => write!(f, "{rows} rows of {table} are in progress"),
            Reason::Booked => write!(f, "{rows} rows of {table} count as spent"),
            Reason::EndedSubscription => write!(f, "{rows} rows of {table} remember who wants no mail"),
        }
    }
}

/// Why a row was not deleted, or its deletion not planned.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeletionError {
    /// There is no such row.
    #[error("there is no {row}")]
    NotFound {
        /// What was asked for.
        row: Row,
    },
    /// Something stands in the way.
    #[error("{row} cannot be deleted: {}", Listed(blockers))]
    Blocked {
        /// The row, which stays.
        row: Row,
        /// Everything that stands in its way, by table and reason; never empty.
        blockers: Vec<Blocker>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for DeletionError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound { .. } | Self::Blocked { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

struct Listed<'a>(&'a [Blocker]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, blocker) in self.0.iter().enumerate() {
            write!(f, "{}{blocker}", if i == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}
