//! Sending what was ordered.

use std::collections::BTreeMap;
use std::fmt;

use entity::{OrderFulfillmentStatus, OrderId, OrderItemId, OrderStatus, SystemEventId, order_items};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::held::{self, Change};
use super::state::open;
use crate::batch::MAX_ELEMENTS;
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::{self, Conflict, JournalError};
use crate::input::{Checks, InvalidInput, Rule};
use crate::inventory::StockError;
use crate::inventory::movement::{self, Batch, Counts};
use crate::transaction;

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

    fn check(&self) -> Result<(), InvalidInput> {
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

pub(super) fn listed(lines: &[ExcessLine]) -> String {
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

const KIND: &str = "order.fulfilled";

/// Sends pieces of a confirmed order: what was reserved for them leaves the shelf.
///
/// Safe to repeat: the same command under the same id returns the first outcome. Six statements on PostgreSQL and seven on SQLite, two
/// more when the order's `fulfillment_status` changes; two for a repetition. Locks the order, then the stock by variant and
/// location.
///
/// # Errors
///
/// [`FulfilError::NotFound`], [`FulfilError::NotConfirmed`], [`FulfilError::UnknownLines`], [`FulfilError::TooMany`],
/// [`FulfilError::NothingOpen`], [`FulfilError::Conflict`], [`FulfilError::Invalid`]; [`FulfilError::Stock`] when somebody released the
/// reservations by hand.
pub async fn fulfil<C>(db: &C, command: FulfilOrder) -> Result<FulfilledOrder, FulfilError>
where
    C: ConnectionTrait + TransactionTrait,
{
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &command).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, command: &FulfilOrder) -> Result<FulfilledOrder, FulfilError> {
    let id = command.order;
    let order = held::order(db, id).await?;
    // Under the order's lock, so that of two that send the same command the second finds what the first did.
    if let Some(first) = idempotency::replay(db, command.id, KIND, command).await? {
        return Ok(first);
    }
    let order = order.ok_or(FulfilError::NotFound { id })?;
    if order.status != OrderStatus::Confirmed {
        return Err(FulfilError::NotConfirmed { status: order.status });
    }
    let mut items = held::items(db, id).await?;
    let sent = pieces(command, &items)?;
    let mut batch = Batch::default();
    for item in &items {
        if let (Some(pieces), Some(variant), Some(location)) =
            (sent.get(&item.id), item.product_variant_id, item.location.clone())
        {
            batch.add(
                variant,
                location,
                Counts {
                    available: 0,
                    reserved: -i64::from(pieces.fulfilled),
                    incoming: 0,
                },
            );
        }
    }
    if !batch.0.is_empty() {
        movement::apply(db, &batch).await?;
    }
    held::change_items(db, &mut items, &sent).await?;
    let order = held::follow(db, order, None, Some(&items)).await?;
    let outcome = FulfilledOrder {
        order: id,
        fulfillment_status: order.fulfillment_status,
        lines: items
            .iter()
            .filter_map(|item| {
                Some(FulfilledLine {
                    line: item.id,
                    quantity: sent.get(&item.id)?.fulfilled,
                    open: open(item),
                })
            })
            .collect(),
    };
    idempotency::remember(db, command.id, KIND, command, &outcome).await?;
    Ok(outcome)
}

/// How many pieces of which lines are sent.
fn pieces(
    command: &FulfilOrder,
    items: &[order_items::Model],
) -> Result<BTreeMap<OrderItemId, Change>, FulfilError> {
    let mut asked: BTreeMap<OrderItemId, i64> = BTreeMap::new();
    for line in &command.lines {
        *asked.entry(line.line).or_default() += i64::from(line.quantity);
    }
    if command.lines.is_empty() {
        let open = items.iter().map(|item| (item.id, i64::from(open(item))));
        asked = open.filter(|(_, pieces)| *pieces > 0).collect();
        if asked.is_empty() {
            return Err(FulfilError::NothingOpen);
        }
    }
    let present: BTreeMap<_, _> = items.iter().map(|item| (item.id, item)).collect();
    let lines: Vec<_> = asked
        .keys()
        .copied()
        .filter(|line| !present.contains_key(line))
        .collect();
    if !lines.is_empty() {
        return Err(FulfilError::UnknownLines { lines });
    }
    let mut sent = BTreeMap::new();
    let mut lines = Vec::new();
    for (line, asked) in asked {
        let Some(item) = present.get(&line) else { continue };
        match i32::try_from(asked) {
            Ok(fulfilled) if fulfilled <= open(item) => {
                let change = Change {
                    fulfilled,
                    ..Change::default()
                };
                sent.insert(line, change);
            }
            _ => lines.push(ExcessLine {
                line,
                sku: item.sku.clone(),
                present: open(item).into(),
                asked,
            }),
        }
    }
    if lines.is_empty() {
        Ok(sent)
    } else {
        Err(FulfilError::TooMany { lines })
    }
}
