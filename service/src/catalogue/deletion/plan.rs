//! What a deletion would do.

use entity::{ProductId, inventory, order_items, product_metrics, product_variants, products};
use sea_orm::sea_query::{Expr, ExprTrait, Func, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter,
    QuerySelect, QueryTrait, RelationTrait,
};

use super::{DeletionError, OrderItemsReport, Report, Reservation, StockReport, VariantReport};
use crate::error::DatabaseError;
use crate::operation;

/// Says what deleting the product would do now. Nothing is written or locked, so what [`delete`](super::delete) finds a moment
/// later may differ; it looks again.
///
/// Five statements, however much there is.
///
/// # Errors
///
/// [`DeletionError::NotFound`]. A plan of a product with reservations is no error: they are in the report.
pub async fn plan<C: ConnectionTrait>(db: &C, id: ProductId) -> Result<Report, DeletionError> {
    let db = &operation::named(db, "catalogue.deletion.plan");
    let product = products::Entity::find_by_id(id)
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    Ok(report(db, product.ok_or(DeletionError::NotFound { id })?).await?)
}

/// Everything that hangs on the product. Four statements.
pub(super) async fn report<C: ConnectionTrait>(
    db: &C,
    product: products::Model,
) -> Result<Report, DatabaseError> {
    let variants = variants(db, product.id).await?;
    let stock = stock(db, product.id).await?;
    let metrics = product_metrics::Entity::find()
        .filter(product_metrics::Column::ProductId.eq(product.id))
        .count(db)
        .await?;
    let order_items = order_items(db, product.id).await?;
    let reservations = stock
        .iter()
        .filter(|row| row.reserved > 0)
        .map(|row| Reservation {
            sku: row.sku.clone(),
            location: row.location.clone(),
            quantity: row.reserved,
        })
        .collect();
    Ok(Report {
        product,
        variants,
        stock,
        metrics,
        order_items,
        reservations,
    })
}

/// `SELECT id FROM product_variants WHERE product_id = …`
pub(super) fn variant_ids(id: ProductId) -> SelectStatement {
    product_variants::Entity::find()
        .select_only()
        .column(product_variants::Column::Id)
        .filter(product_variants::Column::ProductId.eq(id))
        .into_query()
}

async fn variants<C: ConnectionTrait>(db: &C, id: ProductId) -> Result<Vec<VariantReport>, DatabaseError> {
    let rows = super::super::product::variants(db, id).await?;
    Ok(rows
        .into_iter()
        .map(|row| VariantReport {
            id: row.id,
            sku: row.sku,
        })
        .collect())
}

async fn stock<C: ConnectionTrait>(db: &C, id: ProductId) -> Result<Vec<StockReport>, DatabaseError> {
    let mut rows: Vec<(String, String, i32, i32, i32)> = inventory::Entity::find()
        .select_only()
        .column(product_variants::Column::Sku)
        .columns([
            inventory::Column::Location,
            inventory::Column::QuantityAvailable,
            inventory::Column::QuantityReserved,
            inventory::Column::QuantityIncoming,
        ])
        .join(JoinType::InnerJoin, inventory::Relation::ProductVariant.def())
        .filter(product_variants::Column::ProductId.eq(id))
        .into_tuple()
        .all(db)
        .await?;
    rows.sort();
    Ok(rows
        .into_iter()
        .map(|(sku, location, available, reserved, incoming)| StockReport {
            sku,
            location,
            available,
            reserved,
            incoming,
        })
        .collect())
}

#[derive(FromQueryResult)]
struct SoldAs {
    sku: String,
    title: String,
    lines: i64,
    unfulfilled: i64,
}

async fn order_items<C: ConnectionTrait>(
    db: &C,
    id: ProductId,
) -> Result<Vec<OrderItemsReport>, DatabaseError> {
    use order_items::Column;
    let open = Expr::case(
        Column::QuantityFulfilled
            .into_expr()
            .add(Column::QuantityCancelled.into_expr())
            .lt(Column::Quantity.into_expr()),
        1,
    );
    let mut rows = order_items::Entity::find()
        .select_only()
        .columns([Column::Sku, Column::Title])
        .column_as(Column::Id.count(), "lines")
        .column_as(Expr::expr(Func::count(open)), "unfulfilled")
        .filter(Column::ProductVariantId.in_subquery(variant_ids(id)))
        .group_by(Column::Sku)
        .group_by(Column::Title)
        .into_model::<SoldAs>()
        .all(db)
        .await?;
    rows.sort_by(|a, b| (&a.sku, &a.title).cmp(&(&b.sku, &b.title)));
    Ok(rows
        .into_iter()
        .map(|row| OrderItemsReport {
            sku: row.sku,
            title: row.title,
            lines: row.lines.unsigned_abs(),
            unfulfilled: row.unfulfilled.unsigned_abs(),
        })
        .collect())
}
