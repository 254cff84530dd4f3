//! What is sent, and why it is not.

use std::fmt;

use entity::{OrderFulfillmentStatus, OrderId, OrderItemId, OrderStatus, SystemEventId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::batch::MAX_ELEMENTS;
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::{Conflict, JournalError};
use crate::input::{Checks, InvalidInput, Rule};
use crate::inventory::StockError;

/// Pieces of an order that leave the house together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FulfilOrder {
    /// The fulfilment's id, made before the call: the same command under the same id sends the pieces once.
    pub id: SystemEventId,
    /// The order.
    pub order: OrderId,
    /// Which pieces; without lines everything that is still owed. At most 2 000.
    pub lines: Vec<FulfilLine>,
}

impl FulfilOrder {
    /// Everything that is still owed, under a new id.
    #[must_use]
    pub fn all(order: OrderId) -> Self {
        Self::new(order, Vec::new())
    }

    /// These pieces, under a new id.
    #[must_use]
    pub fn new(order: OrderId, lines: Vec<FulfilLine>) -> Self {
        Self {
            id: SystemEventId::new(),
            order,
            lines,
        }
    }

    pub(super) fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if self.id.instant().is_none() {
            checks.refuse("id", Rule::NotTimeOrdered);
        }
        checks.at_most("lines", self.lines.len(), MAX_ELEMENTS);
        for (i, line) in self.lines.iter().enumerate() {
            if line.quantity == 0 {
                checks.refuse(format!("lines[{i}].quantity"), Rule::NotPositive);
            }
        }
        checks.finish()
    }
}

/// Pieces of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FulfilLine {
    /// Which line.
    pub line: OrderItemId,
    /// How many; at least one.
    pub quantity: u32,
}

/// What was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FulfilledOrder {
    /// The order.
    pub order: OrderId,
    /// How far the order was sent then.
    pub fulfillment_status: OrderFulfillmentStatus,
    /// What was sent, by line.
    pub lines: Vec<FulfilledLine>,
}

/// What was sent of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FulfilledLine {
    /// Which line.
    pub line: OrderItemId,
    /// How many pieces of it were sent.
    pub quantity: i32,
    /// How many were still owed then.
    pub open: i32,
}

/// A line of which not so many pieces are left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcessLine {
    /// Which line.
    pub line: OrderItemId,
    /// Its sku.
    pub sku: String,
    /// How many pieces there are.
    pub present: i64,
    /// How many were asked for.
    pub asked: i64,
}

impl fmt::Display for ExcessLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {}, where {} are left",
            self.asked, self.sku, self.present
        )
    }
}

pub(in crate::orders) fn listed(lines: &[ExcessLine]) -> String {
    lines
        .iter()
        .map(ExcessLine::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

/// Why nothing was sent.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FulfilError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The id belongs to something else.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// There is no such order.
    #[error("there is no order {id}")]
    NotFound {
        /// What was asked for.
        id: OrderId,
    },
    /// Only a confirmed order is sent.
    #[error("the order is {status}, not confirmed")]
    NotConfirmed {
        /// What it is.
        status: OrderStatus,
    },
    /// Lines that the order does not have.
    #[error("{} of the lines are not the order's", lines.len())]
    UnknownLines {
        /// All of them, by id; never empty.
        lines: Vec<OrderItemId>,
    },
    /// More pieces than are still owed.
    #[error("too many: {}", listed(lines))]
    TooMany {
        /// All such lines, by id; never empty.
        lines: Vec<ExcessLine>,
    },
    /// No piece is owed any more.
    #[error("nothing of the order is left to send")]
    NothingOpen,
    /// Its reservations are not there any more.
    #[error(transparent)]
    Stock(#[from] StockError),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<JournalError> for FulfilError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Conflict(conflict) => conflict.into(),
            JournalError::Database(error) => error.into(),
        }
    }
}

impl Classified for FulfilError {
    fn class(&self) -> Class {
        match self {
            Self::Stock(error) => error.class(),
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}
