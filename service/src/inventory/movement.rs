//! A batch of changes to the counters: added up, checked as a whole, and written in one go.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{ProductVariantId, product_variants};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, TransactionTrait};

use super::journal::Journal;
use super::level::{Counter, Moved, Shortage, StockError, StockLevel};
use super::{portable, postgres, row};
use crate::batch::among;
use crate::error::DatabaseError;
use crate::transaction;

/// A stock row by what it is about. Batches are written in this order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) variant: ProductVariantId,
    pub(crate) location: String,
}

/// One value per counter: what there is, or what is added to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) available: i64,
    pub(crate) reserved: i64,
    pub(crate) incoming: i64,
}

impl Counts {
    fn counters(self) -> [(Counter, i64); 3] {
        [
            (Counter::Available, self.available),
            (Counter::Reserved, self.reserved),
            (Counter::Incoming, self.incoming),
        ]
    }
}

/// What a command adds to the counters of each place, added up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch(pub(crate) BTreeMap<Place, Counts>);

impl Batch {
    pub(crate) fn add(&mut self, variant: ProductVariantId, location: String, change: Counts) {
        let sum = self.0.entry(Place { variant, location }).or_default();
        sum.available += change.available;
        sum.reserved += change.reserved;
        sum.incoming += change.incoming;
    }

    /// What the batch leaves of `present`, or why it cannot.
    pub(super) fn outcome(&self, present: &BTreeMap<Place, Counts>) -> Result<Moved, Refusal> {
        let mut levels = Vec::with_capacity(self.0.len());
        let mut refusal = Refusal::default();
        for (place, change) in &self.0 {
            let before = present.get(place);
            if before.is_none() {
                refusal.absent.insert(place.variant);
            }
            let before = before.copied().unwrap_or_default();
            let mut after = [0; 3];
            for (i, ((counter, present), (_, change))) in
                before.counters().into_iter().zip(change.counters()).enumerate()
            {
                match i32::try_from(present + change) {
                    Ok(sum) if sum >= 0 => after[i] = sum,
                    _ if change < 0 => refusal.short.push((place.clone(), counter, present, -change)),
                    _ => refusal.too_many.push((place.clone(), counter)),
                }
            }
            let [available, reserved, incoming] = after;
            let Place { variant, location } = place.clone();
            levels.push(StockLevel {
                variant,
                location,
                available,
                reserved,
                incoming,
            });
        }
        if refusal == Refusal::default() {
            Ok(Moved { levels })
        } else {
            Err(refusal)
        }
    }
}

/// Why a batch does not fit what there is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Variants that have no row at one of the places.
    absent: BTreeSet<ProductVariantId>,
    short: Vec<(Place, Counter, i64, i64)>,
    too_many: Vec<(Place, Counter)>,
}

impl Refusal {
    pub(super) fn short(&mut self, place: Place, counter: Counter, present: i64, needed: i64) {
        self.short.push((place, counter, present, needed));
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Looks up the skus, by which the caller knows the variants. One statement.
    pub(super) async fn explain<C: ConnectionTrait>(self, db: &C) -> StockError {
        let named = self.short.iter().map(|(place, ..)| place.variant);
        let variants: BTreeSet<_> = named.chain(self.absent.iter().copied()).collect();
        let skus = match skus(db, &variants).await {
            Ok(skus) => skus,
            Err(error) => return error.into(),
        };
        let unknown: Vec<_> = variants
            .into_iter()
            .filter(|variant| !skus.contains_key(variant))
            .collect();
        if !unknown.is_empty() {
            return StockError::UnknownVariants { variants: unknown };
        }
        if let Some((Place { variant, location }, counter)) = self.too_many.into_iter().next() {
            return StockError::TooMany {
                variant,
                location,
                counter,
            };
        }
        if self.short.is_empty() {
            // The row that was made for it is gone again.
            return DatabaseError::Changed { table: "inventory" }.into();
        }
        let shortages = self.short.into_iter().map(
            |(Place { variant, location }, counter, present, needed)| Shortage {
                sku: skus.get(&variant).cloned().unwrap_or_default(),
                variant,
                location,
                counter,
                present: i32::try_from(present).unwrap_or(i32::MAX),
                needed,
            },
        );
        StockError::Short {
            shortages: shortages.collect(),
        }
    }
}

async fn skus<C: ConnectionTrait>(
    db: &C,
    variants: &BTreeSet<ProductVariantId>,
) -> Result<HashMap<ProductVariantId, String>, DatabaseError> {
    let rows: Vec<(ProductVariantId, String)> = product_variants::Entity::find()
        .select_only()
        .columns([product_variants::Column::Id, product_variants::Column::Sku])
        .filter(among(db, product_variants::Column::Id, variants.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Writes the batch once, atomically by itself: one statement on PostgreSQL, which needs a savepoint only in a caller's
/// transaction, three in a transaction on SQLite.
pub(super) async fn run<C>(db: &C, batch: &Batch, journal: &Journal) -> Result<Moved, StockError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let on_postgres = db.get_database_backend() == DbBackend::Postgres;
    let outcome = if on_postgres && transaction::commits_each_statement(db) {
        postgres::apply(db, batch, Some(journal)).await
    } else {
        let transaction = transaction::begin(db).await?;
        let outcome = apply_once(&transaction, batch, journal).await;
        transaction::finish(transaction, outcome).await
    };
    journal.or_first(db, outcome).await
}

async fn apply_once<C: ConnectionTrait>(
    db: &C,
    batch: &Batch,
    journal: &Journal,
) -> Result<Moved, StockError> {
    if db.get_database_backend() == DbBackend::Postgres {
        return postgres::apply(db, batch, Some(journal)).await;
    }
    let moved = portable::apply(db, batch).await?;
    journal.remember(db, &moved).await?;
    Ok(moved)
}

/// Writes the batch inside the caller's transaction, which the caller rolls back when it is refused: one statement on
/// PostgreSQL, two on SQLite. Whoever calls it sees to it that this happens once.
pub(crate) async fn apply<C: ConnectionTrait>(db: &C, batch: &Batch) -> Result<Moved, StockError> {
    match db.get_database_backend() {
        DbBackend::Postgres => postgres::apply(db, batch, None).await,
        _ => portable::apply(db, batch).await,
    }
}

/// Like [`run`], after making the rows of `places` that do not exist: in a transaction, with two statements more.
pub(super) async fn run_making<C>(
    db: &C,
    places: BTreeSet<Place>,
    batch: &Batch,
    journal: &Journal,
) -> Result<Moved, StockError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let transaction = transaction::begin(db).await?;
    let outcome = make_and_apply(&transaction, places, batch, journal).await;
    let outcome = transaction::finish(transaction, outcome).await;
    journal.or_first(db, outcome).await
}

async fn make_and_apply<C: ConnectionTrait>(
    db: &C,
    places: BTreeSet<Place>,
    batch: &Batch,
    journal: &Journal,
) -> Result<Moved, StockError> {
    row::make(db, places).await?;
    apply_once(db, batch, journal).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZERO: Counts = Counts {
        available: 0,
        reserved: 0,
        incoming: 0,
    };

    fn batch(changes: &[(ProductVariantId, Counts)]) -> Batch {
        let mut batch = Batch::default();
        for (variant, change) in changes {
            batch.add(*variant, "main".into(), *change);
        }
        batch
    }

    #[test]
    fn lines_for_one_place_are_added_up_before_they_are_checked() {
        let variant = ProductVariantId::new();
        let take = Counts {
            available: -2,
            reserved: 2,
            ..ZERO
        };
        let batch = batch(&[(variant, take), (variant, take)]);
        let place = Place {
            variant,
            location: "main".into(),
        };
        let three = BTreeMap::from([(place.clone(), Counts { available: 3, ..ZERO })]);
        let refusal = batch.outcome(&three).unwrap_err();
        assert_eq!(refusal.short, [(place.clone(), Counter::Available, 3, 4)]);
        let four = BTreeMap::from([(place, Counts { available: 4, ..ZERO })]);
        assert_eq!(batch.outcome(&four).unwrap().levels[0].reserved, 4);
    }

    #[test]
    fn a_counter_stops_at_what_its_column_holds() {
        let variant = ProductVariantId::new();
        let batch = batch(&[(variant, Counts { incoming: 1, ..ZERO })]);
        let place = Place {
            variant,
            location: "main".into(),
        };
        let full = BTreeMap::from([(
            place.clone(),
            Counts {
                incoming: i64::from(i32::MAX),
                ..ZERO
            },
        )]);
        assert_eq!(
            batch.outcome(&full).unwrap_err().too_many,
            [(place, Counter::Incoming)]
        );
    }
}
