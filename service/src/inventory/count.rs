//! Setting the stock to what somebody counted.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use entity::inventory::{self, Column};
use entity::{ProductVariantId, SystemEventId};
use rust_decimal::Decimal;
use sea_orm::sea_query::{Expr, ExprTrait, Query, Value};
use sea_orm::{ColumnTrait, ConnectionTrait, TransactionTrait};
use serde::Serialize;

use super::journal::{Journal, check_id};
use super::level::{Counter, MAIN, Moved, StockError, StockLevel};
use super::line::check_number;
use super::movement::{Place, Refusal};
use super::row;
use crate::batch::{nth, rows};
use crate::error::DatabaseError;
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
use crate::transaction;

/// The outcome of a stock-take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCounts {
    /// The stock-take's id, a UUIDv7: under it this happens once.
    pub id: SystemEventId,
    /// When it was counted, kept as `last_counted_at`.
    pub counted_at: DateTime<Utc>,
    /// What was counted; at most 2 000, no place twice.
    pub counts: Vec<Count>,
}

/// How many pieces of a variant somebody found at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Which variant.
    pub variant: ProductVariantId,
    /// Where. At most 255 characters.
    pub location: String,
    /// What is on the shelf, the reserved pieces included.
    pub on_hand: u32,
}

impl Count {
    /// A count at the [`MAIN`] location.
    #[must_use]
    pub fn new(variant: ProductVariantId, on_hand: u32) -> Self {
        Self {
            variant,
            location: MAIN.to_owned(),
            on_hand,
        }
    }

    /// The same, elsewhere.
    #[must_use]
    pub fn at(mut self, location: impl Into<String>) -> Self {
        self.location = location.into();
        self
    }
}

impl SetCounts {
    /// These counts, under a new id.
    #[must_use]
    pub fn new(counted_at: DateTime<Utc>, counts: Vec<Count>) -> Self {
        Self {
            id: SystemEventId::new(),
            counted_at,
            counts,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        check_id(&mut checks, self.id);
        check_number(&mut checks, "counts", self.counts.len());
        let mut seen = HashSet::new();
        for (i, count) in self.counts.iter().enumerate() {
            checks.name(format!("counts[{i}].location"), &count.location, 255);
            if !seen.insert((count.variant, &count.location)) {
                checks.refuse(format!("counts[{i}]"), Rule::Repeated);
            }
            if i32::try_from(count.on_hand).is_err() {
                checks.refuse(
                    format!("counts[{i}].on_hand"),
                    Rule::TooLarge {
                        max: Decimal::from(i32::MAX),
                    },
                );
            }
        }
        checks.finish()
    }
}

/// Sets what is available so that it and what is reserved add up to what was counted, all places or none, and makes the stock
/// rows that do not exist. Safe to repeat: the same command under the same id counts once, whatever moved since, and returns the
/// first outcome.
///
/// Five statements in a transaction; a repetition costs one more, a refusal two. Keeps the variants from being deleted, then locks the stock rows
/// by variant and location.
///
/// # Errors
///
/// [`StockError::Short`] of [`Counter::OnHand`] when less was counted than is reserved: then somebody has been promised pieces
/// that are not there, and which reservation to release is not this operation's to choose. [`StockError::UnknownVariants`],
/// [`StockError::Conflict`], [`StockError::Invalid`].
pub async fn set_counts<C>(db: &C, command: SetCounts) -> Result<Moved, StockError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "inventory.set_counts");
    command.check()?;
    let journal = Journal::new(
        command.id,
        "stock.counted",
        &(&command.counted_at, &command.counts),
    );
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command, &journal).await;
    let outcome = transaction::finish(transaction, outcome).await;
    journal.or_first(db, outcome).await
}

async fn write<C: ConnectionTrait>(
    db: &C,
    command: SetCounts,
    journal: &Journal,
) -> Result<Moved, StockError> {
    const NEW: &str = "counted";
    let counted: BTreeMap<Place, i64> = command
        .counts
        .into_iter()
        .map(
            |Count {
                 variant,
                 location,
                 on_hand,
             }| (Place { variant, location }, on_hand.into()),
        )
        .collect();
    row::make(db, counted.keys().cloned().collect()).await?;
    let held = row::lock(db, counted.keys()).await?;
    let mut refusal = Refusal::default();
    let mut values: Vec<Vec<Value>> = Vec::new();
    let mut levels = Vec::new();
    for (place, row) in held {
        let on_hand = counted.get(&place).copied().unwrap_or_default();
        if on_hand < row.counts.reserved {
            refusal.short(place, Counter::OnHand, on_hand, row.counts.reserved);
            continue;
        }
        let count = |value| i32::try_from(value).unwrap_or(i32::MAX);
        let (available, reserved) = (count(on_hand - row.counts.reserved), count(row.counts.reserved));
        values.push(vec![row.id.into(), available.into()]);
        let Place { variant, location } = place;
        levels.push(StockLevel {
            variant,
            location,
            available,
            reserved,
            incoming: count(row.counts.incoming),
        });
    }
    if !refusal.is_empty() {
        return Err(refusal.explain(db).await);
    }
    let statement = Query::update()
        .table(inventory::Entity)
        .value(Column::QuantityAvailable, nth(NEW, 2))
        .value(Column::LastCountedAt, Expr::value(command.counted_at))
        .from(rows(NEW, values))
        .and_where(Column::Id.into_expr().eq(nth(NEW, 1)))
        .to_owned();
    let written = db.execute(&statement).await.map_err(DatabaseError::from)?;
    if written.rows_affected() != counted.len() as u64 {
        return Err(DatabaseError::Changed { table: "inventory" }.into());
    }
    let moved = Moved { levels };
    journal.remember(db, &moved).await?;
    Ok(moved)
}
