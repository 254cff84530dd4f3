//! What is given back, and what comes back.

use std::fmt;

use entity::{
    AgentId, OrderFinancialStatus, OrderFulfillmentStatus, OrderId, OrderItemId, TransactionId, transactions,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::batch::MAX_ELEMENTS;
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::{Conflict, JournalError};
use crate::input::{Checks, InvalidInput, Rule};
use crate::inventory::StockError;
use crate::orders::fulfil::{ExcessLine, listed};
use crate::orders::pay::{CATEGORY, check_texts};

/// A refund, in the order's currency: of pieces, of an amount, or of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundOrder {
    /// The transaction's id (UUIDv7), made before the call: the same command under the same id is one refund, at the id's instant.
    pub id: TransactionId,
    /// The order.
    pub order: OrderId,
    /// The pieces that are given back; at most 2 000 lines.
    pub lines: Vec<RefundLine>,
    /// How much; `None` is what the pieces cost. More than zero, with at most two decimals.
    pub amount: Option<Decimal>,
    /// At most 100 characters.
    pub category: String,
    /// At most 50 characters.
    pub payment_method: Option<String>,
    /// Any length.
    pub description: Option<String>,
    /// Who gives the money back.
    pub agent: Option<AgentId>,
}

/// Pieces of a line that are given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundLine {
    /// Which line.
    pub line: OrderItemId,
    /// How many pieces; at least one.
    pub quantity: u32,
    /// What becomes of them.
    pub goods: Goods,
}

/// What becomes of pieces that are refunded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Goods {
    /// They were sent and came back, and are free to sell again: at this location, or where they were taken from. At most 255
    /// characters.
    Restocked(Option<String>),
    /// They were sent, and do not come back to the shelf: lost, broken, or kept.
    NotRestocked,
    /// They were not sent and will not be: they are owed no more, and their reservation is free.
    Unsent,
}

impl RefundOrder {
    /// A refund of an amount, under a new id and of the category `order`.
    #[must_use]
    pub fn amount(order: OrderId, amount: Decimal) -> Self {
        Self {
            amount: Some(amount),
            ..Self::lines(order, Vec::new())
        }
    }

    /// A refund of what these pieces cost, under a new id and of the category `order`.
    #[must_use]
    pub fn lines(order: OrderId, lines: Vec<RefundLine>) -> Self {
        Self {
            id: TransactionId::new(),
            order,
            lines,
            amount: None,
            category: CATEGORY.to_owned(),
            payment_method: None,
            description: None,
            agent: None,
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
            if let Goods::Restocked(Some(location)) = &line.goods {
                checks.name(format!("lines[{i}].goods"), location, 255);
            }
        }
        match self.amount {
            Some(amount) if amount.is_zero() => checks.refuse("amount", Rule::NotPositive),
            Some(amount) => checks.amount("amount", amount, (12, 2)),
            None if self.lines.is_empty() => checks.refuse("lines", Rule::Empty),
            None => {}
        }
        check_texts(
            &mut checks,
            &self.category,
            &self.payment_method,
            &self.description,
        );
        checks.finish()
    }
}

/// What was given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundedOrder {
    /// The refund.
    pub transaction: transactions::Model,
    /// How far the order was paid then.
    pub financial_status: OrderFinancialStatus,
    /// How far the order was sent then.
    pub fulfillment_status: OrderFulfillmentStatus,
    /// What could still be refunded then.
    pub refundable: Decimal,
}

/// Lines as an error lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcessGoods {
    /// The line, and how many of its pieces there are of that kind.
    pub line: ExcessLine,
    /// `true`: of those that were not sent; `false`: of those that were and have not come back.
    pub unsent: bool,
}

struct Listed<'a>(&'a [ExcessGoods]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, ExcessGoods { line, unsent }) in self.0.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            let sent = if *unsent { "unsent" } else { "sent" };
            write!(f, "{separator}{} ({sent})", listed(std::slice::from_ref(line)))?;
        }
        Ok(())
    }
}

/// Why nothing was given back.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RefundError {
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
    /// More than was paid and not refunded yet.
    #[error("{amount} is more than the {refundable} that can be refunded")]
    TooMuch {
        /// What can be refunded.
        refundable: Decimal,
        /// What was to be.
        amount: Decimal,
    },
    /// The pieces cost nothing; take them back with [`inventory::adjust`](crate::inventory::adjust).
    #[error("the pieces cost nothing")]
    NothingToRefund,
    /// Lines that the order does not have.
    #[error("{} of the lines are not the order's", lines.len())]
    UnknownLines {
        /// All of them, by id; never empty.
        lines: Vec<OrderItemId>,
    },
    /// More pieces than there are to give back.
    #[error("too many: {}", Listed(lines))]
    TooMany {
        /// All such lines, by id; never empty.
        lines: Vec<ExcessGoods>,
    },
    /// Lines whose variant was deleted, so that there is no stock to put them to.
    #[error("{} of the lines have no variant any more", lines.len())]
    NoVariant {
        /// All of them, by id; never empty.
        lines: Vec<OrderItemId>,
    },
    /// There is no such agent.
    #[error("there is no agent {id}")]
    UnknownAgent {
        /// Who was named.
        id: AgentId,
    },
    /// Its reservations are not there any more.
    #[error(transparent)]
    Stock(#[from] StockError),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<JournalError> for RefundError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Conflict(conflict) => conflict.into(),
            JournalError::Database(error) => error.into(),
        }
    }
}

impl Classified for RefundError {
    fn class(&self) -> Class {
        match self {
            Self::Stock(error) => error.class(),
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}
