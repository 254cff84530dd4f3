//! Moving stock between locations.

use std::collections::BTreeSet;

use entity::{ProductVariantId, SystemEventId};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde::Serialize;

use super::journal::{Journal, check_id};
use super::level::{Moved, StockError};
use super::line::check_number;
use super::movement::{self, Batch, Counts, Place};
use crate::input::{Checks, Rule};
use crate::operation;

/// Stock that changes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The movement's id, a UUIDv7: under it this happens once.
    pub id: SystemEventId,
    /// What moves from where to where; at most 1 000 lines.
    pub lines: Vec<TransferLine>,
}

impl Transfer {
    /// These lines, under a new id.
    #[must_use]
    pub fn new(lines: Vec<TransferLine>) -> Self {
        Self {
            id: SystemEventId::new(),
            lines,
        }
    }
}

/// A quantity of a variant that moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TransferLine {
    /// Which variant.
    pub variant: ProductVariantId,
    /// Where it is. At most 255 characters.
    pub from: String,
    /// Where it goes, which is another place. At most 255 characters.
    pub to: String,
    /// How many; at least one.
    pub quantity: u32,
}

/// Moves available stock from one location to another, all lines or none, and makes the stock row at its destination when there
/// is none. What is reserved stays where it is reserved.
///
/// Lines are netted before anything is checked: five there and three back are two there. Safe to repeat: the same
/// command under the same id moves once and returns the first outcome, for one statement more.
///
/// In a transaction, three statements on PostgreSQL and five on SQLite; a refusal costs two more. Keeps the variants from being deleted, then locks the stock rows by
/// variant and location.
///
/// # Errors
///
/// [`StockError::Short`] of available stock where it comes from, [`StockError::UnknownVariants`], [`StockError::TooMany`],
/// [`StockError::Conflict`], [`StockError::Invalid`].
pub async fn transfer<C>(db: &C, command: Transfer) -> Result<Moved, StockError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "inventory.transfer");
    let mut checks = Checks::default();
    check_id(&mut checks, command.id);
    // Each line is two rows.
    check_number(&mut checks, "lines", command.lines.len() * 2);
    for (i, line) in command.lines.iter().enumerate() {
        checks.name(format!("lines[{i}].from"), &line.from, 255);
        checks.name(format!("lines[{i}].to"), &line.to, 255);
        if line.from == line.to {
            checks.refuse(format!("lines[{i}].to"), Rule::SamePlace);
        }
        if line.quantity == 0 {
            checks.refuse(format!("lines[{i}].quantity"), Rule::NotPositive);
        }
    }
    checks.finish()?;
    let journal = Journal::new(command.id, "stock.transferred", &command.lines);
    let mut batch = Batch::default();
    let mut destinations = BTreeSet::new();
    for TransferLine {
        variant,
        from,
        to,
        quantity,
    } in command.lines
    {
        let quantity = i64::from(quantity);
        destinations.insert(Place {
            variant,
            location: to.clone(),
        });
        batch.add(
            variant,
            from,
            Counts {
                available: -quantity,
                ..Counts::default()
            },
        );
        batch.add(
            variant,
            to,
            Counts {
                available: quantity,
                ..Counts::default()
            },
        );
    }
    movement::run_making(db, destinations, &batch, &journal).await
}
