//! Deleting a product as planned.

use entity::{ProductId, inventory, order_items, product_metrics, product_variants, products};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    TransactionTrait,
};

use super::super::product;
use super::plan::{report, variant_ids};
use super::{DeletionError, Report};
use crate::error::DatabaseError;
use crate::operation;
use crate::transaction;

/// The product to delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeleteProduct {
    /// Its id.
    pub id: ProductId,
}

/// Deletes the product, or refuses, and returns what [`plan`](super::plan) would have said at that moment.
///
/// Twelve statements, however much there is: three locks (the product, its variants by id, their stock by variant and location,
/// each of which also keeps new rows from being attached), the report's four, and one for each of the five tables that change,
/// whose numbers of rows are held against the report.
///
/// A reservation that another connection is making is waited for and then listed in the refusal; one that comes later finds no
/// stock.
///
/// # Errors
///
/// [`DeletionError::NotFound`], [`DeletionError::Reserved`] with every reservation; [`DatabaseError::Changed`] (retryable) when
/// lines of orders or metrics came or went while they were being counted.
pub async fn delete<C>(db: &C, command: DeleteProduct) -> Result<Report, DeletionError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "catalogue.deletion.delete");
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command.id).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, id: ProductId) -> Result<Report, DeletionError> {
    let product = product::lock(db, id)
        .await?
        .ok_or(DeletionError::NotFound { id })?;
    product::lock_variants(db, id).await?;
    lock_stock(db, id).await?;
    let report = report(db, product).await?;
    if report.is_blocked() {
        let Report {
            product,
            reservations,
            ..
        } = report;
        return Err(DeletionError::Reserved {
            id,
            handle: product.handle,
            reservations,
        });
    }
    remove(db, &report).await?;
    Ok(report)
}

async fn lock_stock<C: ConnectionTrait>(db: &C, id: ProductId) -> Result<(), DatabaseError> {
    inventory::Entity::find()
        .filter(inventory::Column::ProductVariantId.in_subquery(variant_ids(id)))
        .order_by_asc(inventory::Column::ProductVariantId)
        .order_by_asc(inventory::Column::Location)
        .lock_exclusive()
        .all(db)
        .await?;
    Ok(())
}

/// Does itself what the keys would do by CASCADE and SET NULL, because only so each table tells how many rows it lost.
async fn remove<C: ConnectionTrait>(db: &C, report: &Report) -> Result<(), DatabaseError> {
    let id = report.product.id;
    // By id, as who sends or cancels the lines of an order locks them.
    let lines = order_items::Entity::find()
        .select_only()
        .column(order_items::Column::Id)
        .filter(order_items::Column::ProductVariantId.in_subquery(variant_ids(id)))
        .order_by_asc(order_items::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_query();
    let freed = order_items::Entity::update_many()
        .col_expr(
            order_items::Column::ProductVariantId,
            Expr::value(Option::<uuid::Uuid>::None),
        )
        .filter(order_items::Column::Id.in_subquery(lines))
        .exec(db)
        .await?;
    expect(
        "order_items",
        freed.rows_affected,
        report.order_items.iter().map(|items| items.lines).sum(),
    )?;
    let stock = inventory::Entity::delete_many()
        .filter(inventory::Column::ProductVariantId.in_subquery(variant_ids(id)))
        .exec(db)
        .await?;
    expect("inventory", stock.rows_affected, report.stock.len() as u64)?;
    let metrics = product_metrics::Entity::delete_many()
        .filter(product_metrics::Column::ProductId.eq(id))
        .exec(db)
        .await?;
    expect("product_metrics", metrics.rows_affected, report.metrics)?;
    let variants = product_variants::Entity::delete_many()
        .filter(product_variants::Column::ProductId.eq(id))
        .exec(db)
        .await
        .map_err(DatabaseError::of_deletion)?;
    expect(
        "product_variants",
        variants.rows_affected,
        report.variants.len() as u64,
    )?;
    let products = products::Entity::delete_by_id(id)
        .exec(db)
        .await
        .map_err(DatabaseError::of_deletion)?;
    expect("products", products.rows_affected, 1)
}

fn expect(table: &'static str, affected: u64, expected: u64) -> Result<(), DatabaseError> {
    if affected == expected {
        Ok(())
    } else {
        Err(DatabaseError::Changed { table })
    }
}
