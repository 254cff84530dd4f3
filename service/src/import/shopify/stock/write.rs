//! One batch of stock rows into the database, in one transaction.

use std::collections::BTreeSet;

use entity::inventory::{self, Column};
use entity::{ProductVariantId, product_variants};
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, TransactionTrait};

use super::plan::{self, StockPlan};
use crate::batch::among;
use crate::error::DatabaseError;
use crate::transaction;

/// Writes what a plan changes in three statements, which each operation on the stock sends in this order: one keeps the variants
/// from being deleted, one locks their rows, one writes.
///
/// One more makes the rows that do not exist, before the lock; and one more writes where only some rows state what is on its
/// way. The lock has a statement of its own because the database collates locations, and a list of rows to write is sorted by
/// their bytes.
///
/// # Errors
///
/// [`DatabaseError::Changed`] where a variant went away since the plan was made.
pub(super) async fn write<C>(db: &C, plan: &StockPlan) -> Result<(), DatabaseError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let transaction = transaction::begin(db).await?;
    let outcome = write_in(&transaction, plan).await;
    transaction::finish(transaction, outcome).await
}

async fn write_in<C: ConnectionTrait>(db: &C, plan: &StockPlan) -> Result<(), DatabaseError> {
    let rows = plan.with_incoming.iter().chain(&plan.without_incoming);
    let variants: BTreeSet<_> = rows.map(|row| *row.product_variant_id.as_ref()).collect();
    keep(db, &variants).await?;
    if plan.report.stock.created > 0 {
        make(db, plan).await?;
    }
    lock(db, &variants).await?;
    let both = [Column::QuantityAvailable, Column::QuantityIncoming];
    upsert(db, &plan.with_incoming, &both).await?;
    upsert(db, &plan.without_incoming, &both[..1]).await
}

/// Keeps the variants from being deleted until the transaction ends.
async fn keep<C: ConnectionTrait>(
    db: &C,
    variants: &BTreeSet<ProductVariantId>,
) -> Result<(), DatabaseError> {
    let kept: Vec<ProductVariantId> = product_variants::Entity::find()
        .select_only()
        .column(product_variants::Column::Id)
        .filter(among(db, product_variants::Column::Id, variants.iter().copied()))
        .order_by_asc(product_variants::Column::Id)
        .lock(LockType::KeyShare)
        .into_tuple()
        .all(db)
        .await?;
    if kept.len() == variants.len() {
        Ok(())
    } else {
        Err(DatabaseError::Changed {
            table: "product_variants",
        })
    }
}

/// Makes the rows that do not exist, in the order of the operations that make some.
async fn make<C: ConnectionTrait>(db: &C, plan: &StockPlan) -> Result<(), DatabaseError> {
    let mut rows: Vec<_> = plan
        .with_incoming
        .iter()
        .chain(&plan.without_incoming)
        .cloned()
        .collect();
    rows.sort_by_key(plan::key);
    let nothing = OnConflict::columns([Column::ProductVariantId, Column::Location])
        .do_nothing()
        .to_owned();
    inventory::Entity::insert_many(rows)
        .on_conflict(nothing)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

async fn lock<C: ConnectionTrait>(
    db: &C,
    variants: &BTreeSet<ProductVariantId>,
) -> Result<(), DatabaseError> {
    let rows = inventory::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(among(db, Column::ProductVariantId, variants.iter().copied()))
        .order_by_asc(Column::ProductVariantId)
        .order_by_asc(Column::Location)
        .lock_exclusive();
    rows.into_tuple::<entity::InventoryId>().all(db).await?;
    Ok(())
}

/// Sets the named columns of the rows, and makes those that do not exist.
async fn upsert<C: ConnectionTrait>(
    db: &C,
    rows: &[inventory::ActiveModel],
    update: &[Column],
) -> Result<(), DatabaseError> {
    if rows.is_empty() {
        return Ok(());
    }
    let over = OnConflict::columns([Column::ProductVariantId, Column::Location])
        .update_columns(update.iter().copied())
        .to_owned();
    let written = inventory::Entity::insert_many(rows.iter().cloned())
        .on_conflict(over)
        .exec_without_returning(db)
        .await?;
    if written == rows.len() as u64 {
        Ok(())
    } else {
        Err(DatabaseError::Changed { table: "inventory" })
    }
}
