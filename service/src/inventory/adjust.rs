//! Correcting the counters by a difference.

use std::collections::BTreeSet;

use entity::{ProductVariantId, SystemEventId};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde::Serialize;

use super::journal::{Journal, check_id};
use super::level::{MAIN, Moved, StockError};
use super::line::check_number;
use super::movement::{self, Batch, Counts, Place};
use crate::input::Checks;
use crate::operation;

/// Differences to add to the counters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjust {
    /// The movement's id, a UUIDv7: under it this happens once.
    pub id: SystemEventId,
    /// What changes where; at most 2 000 lines.
    pub lines: Vec<AdjustLine>,
}

impl Adjust {
    /// These lines, under a new id.
    #[must_use]
    pub fn new(lines: Vec<AdjustLine>) -> Self {
        Self {
            id: SystemEventId::new(),
            lines,
        }
    }
}

/// What is added to the counters of one variant at one place; a negative number takes away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AdjustLine {
    /// Which variant.
    pub variant: ProductVariantId,
    /// Where. At most 255 characters.
    pub location: String,
    /// Added to what is free to sell: found, broken, stolen, returned.
    pub available: i32,
    /// Added to what is on its way: ordered, or no longer expected.
    pub incoming: i32,
}

impl AdjustLine {
    /// A change to what is free to sell at the [`MAIN`] location.
    #[must_use]
    pub fn available(variant: ProductVariantId, by: i32) -> Self {
        Self {
            variant,
            location: MAIN.to_owned(),
            available: by,
            incoming: 0,
        }
    }

    /// A change to what is on its way to the [`MAIN`] location.
    #[must_use]
    pub fn incoming(variant: ProductVariantId, by: i32) -> Self {
        Self {
            variant,
            location: MAIN.to_owned(),
            available: 0,
            incoming: by,
        }
    }

    /// The same, elsewhere.
    #[must_use]
    pub fn at(mut self, location: impl Into<String>) -> Self {
        self.location = location.into();
        self
    }
}

/// Adds differences to what is available and to what is incoming, all lines or none, and makes the stock rows that do not exist.
///
/// What is reserved changes by [`reserve`](super::reserve), [`release`](super::release) and [`ship`](super::ship) only. Safe to
/// repeat: the same command under the same id counts once and returns the first outcome, for one statement more.
///
/// In a transaction, three statements on PostgreSQL and five on SQLite; a refusal costs two more. Keeps the variants from being
/// deleted, then locks the stock rows by variant and location.
///
/// # Errors
///
/// [`StockError::Short`] when a counter would go below zero, [`StockError::UnknownVariants`], [`StockError::TooMany`],
/// [`StockError::Conflict`], [`StockError::Invalid`].
pub async fn adjust<C>(db: &C, command: Adjust) -> Result<Moved, StockError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "inventory.adjust");
    let mut checks = Checks::default();
    check_id(&mut checks, command.id);
    check_number(&mut checks, "lines", command.lines.len());
    for (i, line) in command.lines.iter().enumerate() {
        checks.name(format!("lines[{i}].location"), &line.location, 255);
    }
    checks.finish()?;
    let journal = Journal::new(command.id, "stock.adjusted", &command.lines);
    let mut batch = Batch::default();
    for AdjustLine {
        variant,
        location,
        available,
        incoming,
    } in command.lines
    {
        let change = Counts {
            available: available.into(),
            reserved: 0,
            incoming: incoming.into(),
        };
        batch.add(variant, location, change);
    }
    let places: BTreeSet<Place> = batch.0.keys().cloned().collect();
    movement::run_making(db, places, &batch, &journal).await
}
