//! One product into the database: one transaction, and as many statements for one variant as for a hundred.

use entity::{ProductId, product_variants, products};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect, TransactionTrait};

use super::change::ProductStep;
use super::plan::ProductPlan;
use crate::error::DatabaseError;
use crate::transaction;

/// Rows of one statement: fewer than the parameters that either engine takes, at six columns each.
const ROWS: usize = 5_000;

/// Writes what a plan changes, all of it or nothing: a statement for the product, and one for its variants
/// (one more for every further 5 000).
///
/// As everywhere in the catalogue, the product's row is locked first: by writing it, or where only variants changed by
/// reading it.
///
/// # Errors
///
/// [`DatabaseError::Changed`] where a SKU went to another product, or the product went away, since the plan was made.
pub(super) async fn write<C>(db: &C, plan: &ProductPlan) -> Result<(), DatabaseError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let transaction = transaction::begin(db).await?;
    let outcome = write_in(&transaction, plan).await;
    transaction::finish(transaction, outcome).await
}

async fn write_in<C: ConnectionTrait>(db: &C, plan: &ProductPlan) -> Result<(), DatabaseError> {
    let product_id = match &plan.product {
        ProductStep::Refuse => return Ok(()),
        ProductStep::Keep(id) => locked(db, *id).await?,
        ProductStep::Write { row, update } => upsert_product(db, row, update).await?,
    };
    for rows in plan.variants.chunks(ROWS) {
        let rows = rows.iter().cloned().map(|row| product_variants::ActiveModel {
            product_id: Set(product_id),
            ..row
        });
        upsert_variants(db, rows.collect()).await?;
    }
    Ok(())
}

async fn locked<C: ConnectionTrait>(db: &C, id: ProductId) -> Result<ProductId, DatabaseError> {
    let product = products::Entity::find_by_id(id).lock_exclusive().one(db).await?;
    product
        .map(|product| product.id)
        .ok_or(DatabaseError::Changed { table: "products" })
}

async fn upsert_product<C: ConnectionTrait>(
    db: &C,
    row: &products::ActiveModel,
    update: &[products::Column],
) -> Result<ProductId, DatabaseError> {
    let over = OnConflict::column(products::Column::Handle)
        .update_columns(update.iter().copied())
        .to_owned();
    let written = products::Entity::insert(row.clone())
        .on_conflict(over)
        .exec(db)
        .await?;
    Ok(written.last_insert_id)
}

/// Inserts variants and updates those whose SKU this product has; another product's are left alone and noticed.
async fn upsert_variants<C: ConnectionTrait>(
    db: &C,
    rows: Vec<product_variants::ActiveModel>,
) -> Result<(), DatabaseError> {
    use product_variants::Column;
    let expected = rows.len() as u64;
    let own = Expr::col((product_variants::Entity, Column::ProductId))
        .eq(Expr::col(("excluded", Column::ProductId)));
    let over = OnConflict::column(Column::Sku)
        .update_columns([Column::Size, Column::FrameType, Column::Price])
        .action_and_where(own)
        .to_owned();
    let written = product_variants::Entity::insert_many(rows)
        .on_conflict(over)
        .exec_without_returning(db)
        .await;
    match written.map_err(DatabaseError::from) {
        Ok(written) if written == expected => Ok(()),
        Ok(_) => Err(DatabaseError::Changed {
            table: "product_variants",
        }),
        Err(DatabaseError::MissingReference { .. }) => Err(DatabaseError::Changed { table: "products" }),
        Err(error) => Err(error),
    }
}
