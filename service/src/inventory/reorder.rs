//! When to order more, and how much.

use std::collections::{BTreeMap, HashSet};

use entity::ProductVariantId;
use entity::inventory::{self, Column};
use sea_orm::sea_query::{ExprTrait, Query, Value};
use sea_orm::{ColumnTrait, ConnectionTrait, TransactionTrait};

use super::level::{Moved, StockError, StockLevel};
use super::line::check_number;
use super::movement::Place;
use super::row;
use crate::batch::{nth, rows};
use crate::error::DatabaseError;
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
use crate::transaction;

/// Rules to set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetReorderRules {
    /// At most 2 000, no place twice.
    pub rules: Vec<ReorderRule>,
}

/// When to order more of a variant for a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReorderRule {
    /// Which variant.
    pub variant: ProductVariantId,
    /// Where. At most 255 characters.
    pub location: String,
    /// [`low_stock`](super::low_stock) lists the variant when this many or fewer are available; `None`: never.
    pub reorder_point: Option<i32>,
    /// How many to order then; at least one.
    pub reorder_quantity: Option<i32>,
}

impl SetReorderRules {
    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        check_number(&mut checks, "rules", self.rules.len());
        let mut seen = HashSet::new();
        for (i, rule) in self.rules.iter().enumerate() {
            checks.name(format!("rules[{i}].location"), &rule.location, 255);
            if !seen.insert((rule.variant, &rule.location)) {
                checks.refuse(format!("rules[{i}]"), Rule::Repeated);
            }
            if let Some(point) = rule.reorder_point {
                checks.not_negative(format!("rules[{i}].reorder_point"), point);
            }
            if let Some(quantity) = rule.reorder_quantity {
                checks.positive(format!("rules[{i}].reorder_quantity"), quantity);
            }
        }
        checks.finish()
    }
}

/// Sets when to order more, all places or none, and makes the stock rows that do not exist. Safe to repeat.
///
/// Four statements in a transaction. Keeps the variants from being deleted, then locks the stock rows by variant and location.
///
/// # Errors
///
/// [`StockError::UnknownVariants`], [`StockError::Invalid`].
pub async fn set_reorder_rules<C>(db: &C, command: SetReorderRules) -> Result<Moved, StockError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "inventory.set_reorder_rules");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, command: SetReorderRules) -> Result<Moved, StockError> {
    const NEW: &str = "rule";
    let rules: BTreeMap<Place, (Option<i32>, Option<i32>)> = command
        .rules
        .into_iter()
        .map(|rule| {
            let place = Place {
                variant: rule.variant,
                location: rule.location,
            };
            (place, (rule.reorder_point, rule.reorder_quantity))
        })
        .collect();
    row::make(db, rules.keys().cloned().collect()).await?;
    let held = row::lock(db, rules.keys()).await?;
    let values: Vec<Vec<Value>> = held
        .iter()
        .filter_map(|(place, row)| {
            let (point, quantity) = *rules.get(place)?;
            Some(vec![row.id.into(), point.into(), quantity.into()])
        })
        .collect();
    let statement = Query::update()
        .table(inventory::Entity)
        .value(Column::ReorderPoint, nth(NEW, 2))
        .value(Column::ReorderQuantity, nth(NEW, 3))
        .from(rows(NEW, values))
        .and_where(Column::Id.into_expr().eq(nth(NEW, 1)))
        .to_owned();
    let written = db.execute(&statement).await.map_err(DatabaseError::from)?;
    if written.rows_affected() != rules.len() as u64 {
        return Err(DatabaseError::Changed { table: "inventory" }.into());
    }
    let count = |value| i32::try_from(value).unwrap_or(i32::MAX);
    let levels = held
        .into_iter()
        .map(|(Place { variant, location }, row)| StockLevel {
            variant,
            location,
            available: count(row.counts.available),
            reserved: count(row.counts.reserved),
            incoming: count(row.counts.incoming),
        });
    Ok(Moved {
        levels: levels.collect(),
    })
}
