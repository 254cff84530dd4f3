//! Movements of a quantity of a variant at one place: receiving, reserving, releasing and shipping.

use entity::{ProductVariantId, SystemEventId};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde::Serialize;

use super::journal::{Journal, check_id};
use super::level::{MAIN, Moved, StockError};
use super::movement::{self, Batch, Counts};
use crate::batch::MAX_ELEMENTS;
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;

/// A quantity of a variant at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StockLine {
    /// Which variant.
    pub variant: ProductVariantId,
    /// Where. At most 255 characters.
    pub location: String,
    /// How many; at least one.
    pub quantity: u32,
}

impl StockLine {
    /// A quantity at the [`MAIN`] location.
    #[must_use]
    pub fn new(variant: ProductVariantId, quantity: u32) -> Self {
        Self {
            variant,
            location: MAIN.to_owned(),
            quantity,
        }
    }

    /// The same, elsewhere.
    #[must_use]
    pub fn at(mut self, location: impl Into<String>) -> Self {
        self.location = location.into();
        self
    }
}

/// Stock that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receive {
    /// The movement's id, a UUIDv7: under it this happens once.
    pub id: SystemEventId,
    /// What arrived where; at most 2 000 lines.
    pub lines: Vec<StockLine>,
}

impl Receive {
    /// These lines, under a new id.
    #[must_use]
    pub fn new(lines: Vec<StockLine>) -> Self {
        Self {
            id: SystemEventId::new(),
            lines,
        }
    }
}

/// Stock to promise to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reserve {
    /// The movement's id, a UUIDv7: under it this happens once.
    pub id: SystemEventId,
    /// What is promised from where; at most 2 000 lines.
    pub lines: Vec<StockLine>,
}

impl Reserve {
    /// These lines, under a new id.
    #[must_use]
    pub fn new(lines: Vec<StockLine>) -> Self {
        Self {
            id: SystemEventId::new(),
            lines,
        }
    }
}

/// Stock that is no longer promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The movement's id, a UUIDv7: under it this happens once.
    pub id: SystemEventId,
    /// What is free again where; at most 2 000 lines.
    pub lines: Vec<StockLine>,
}

impl Release {
    /// These lines, under a new id.
    #[must_use]
    pub fn new(lines: Vec<StockLine>) -> Self {
        Self {
            id: SystemEventId::new(),
            lines,
        }
    }
}

/// Reserved stock that leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ship {
    /// The movement's id, a UUIDv7: under it this happens once.
    pub id: SystemEventId,
    /// What leaves from where; at most 2 000 lines.
    pub lines: Vec<StockLine>,
}

impl Ship {
    /// These lines, under a new id.
    #[must_use]
    pub fn new(lines: Vec<StockLine>) -> Self {
        Self {
            id: SystemEventId::new(),
            lines,
        }
    }
}

/// Moves incoming stock to the shelf, where it is free to sell.
///
/// More than was announced is refused as short of incoming; announce it first, or add it to what is available ([`super::adjust`]).
/// Sent like [`reserve`].
///
/// # Errors
///
/// [`StockError::Short`] of incoming stock, [`StockError::UnknownVariants`], [`StockError::Conflict`],
/// [`StockError::Invalid`].
pub async fn receive<C>(db: &C, command: Receive) -> Result<Moved, StockError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "inventory.receive");
    run(db, (command.id, "stock.received"), command.lines, |n| Counts {
        available: n,
        reserved: 0,
        incoming: -n,
    })
    .await
}

/// Promises available stock to a customer: all lines or none.
///
/// Of any number of connections that want the last piece, one gets it and the others are told that they are short.
/// One statement on PostgreSQL, which locks the rows by variant and location for as long as it runs (or the caller's transaction
/// does); three in a transaction on SQLite. Safe to repeat: the same command under the same id moves once and returns the first
/// outcome, which costs one statement more. A refusal costs two.
///
/// # Errors
///
/// [`StockError::Short`] of available stock, [`StockError::UnknownVariants`], [`StockError::Conflict`],
/// [`StockError::Invalid`].
///
/// A connection that breaks under the one statement leaves open whether it reserved
/// ([`DatabaseError::OutcomeUnknown`](crate::DatabaseError::OutcomeUnknown)): send the same command again. Inside a caller's transaction nothing stays
/// reserved that was not committed.
pub async fn reserve<C>(db: &C, command: Reserve) -> Result<Moved, StockError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "inventory.reserve");
    run(db, (command.id, "stock.reserved"), command.lines, |n| Counts {
        available: -n,
        reserved: n,
        incoming: 0,
    })
    .await
}

/// Takes back a promise: reserved stock is free to sell again. Sent like [`reserve`].
///
/// # Errors
///
/// [`StockError::Short`] of reserved stock, [`StockError::UnknownVariants`], [`StockError::Conflict`],
/// [`StockError::Invalid`].
pub async fn release<C>(db: &C, command: Release) -> Result<Moved, StockError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "inventory.release");
    run(db, (command.id, "stock.released"), command.lines, |n| Counts {
        available: n,
        reserved: -n,
        incoming: 0,
    })
    .await
}

/// Hands reserved stock over: it leaves the shelf. What was not reserved cannot be shipped. Sent like [`reserve`].
///
/// # Errors
///
/// [`StockError::Short`] of reserved stock, [`StockError::UnknownVariants`], [`StockError::Conflict`],
/// [`StockError::Invalid`].
pub async fn ship<C>(db: &C, command: Ship) -> Result<Moved, StockError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "inventory.ship");
    run(db, (command.id, "stock.shipped"), command.lines, |n| Counts {
        available: 0,
        reserved: -n,
        incoming: 0,
    })
    .await
}

async fn run<C>(
    db: &C,
    (id, kind): (SystemEventId, &'static str),
    lines: Vec<StockLine>,
    change: fn(i64) -> Counts,
) -> Result<Moved, StockError>
where
    C: ConnectionTrait + TransactionTrait,
{
    check(id, &lines)?;
    let journal = Journal::new(id, kind, &lines);
    let mut batch = Batch::default();
    for line in lines {
        batch.add(line.variant, line.location, change(line.quantity.into()));
    }
    movement::run(db, &batch, &journal).await
}

fn check(id: SystemEventId, lines: &[StockLine]) -> Result<(), InvalidInput> {
    let mut checks = Checks::default();
    check_id(&mut checks, id);
    check_number(&mut checks, "lines", lines.len());
    for (i, line) in lines.iter().enumerate() {
        checks.name(format!("lines[{i}].location"), &line.location, 255);
        if line.quantity == 0 {
            checks.refuse(format!("lines[{i}].quantity"), Rule::NotPositive);
        }
    }
    checks.finish()
}

/// A batch has at least one line, since an empty one is a caller's mistake, and not too many.
pub(super) fn check_number(checks: &mut Checks, field: &str, number: usize) {
    if number == 0 {
        checks.refuse(field, Rule::Empty);
    }
    checks.at_most(field, number, MAX_ELEMENTS);
}
