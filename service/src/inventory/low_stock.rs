//! What has run low.

use entity::{
    InventoryId, ProductId, ProductStatus, ProductVariantId, inventory, product_variants, products,
};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
};

use crate::error::DatabaseError;
use crate::input::is_storable;
use crate::operation;
use crate::page::{Page, PageRequest};

/// Where to look for what has run low.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListLowStock {
    /// Only at this location.
    pub location: Option<String>,
    /// Which page.
    pub page: PageRequest<InventoryId>,
}

/// A variant of which it is time to order more.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct LowStock {
    /// The stock row, by which the pages run.
    pub inventory_id: InventoryId,
    /// The product.
    pub product_id: ProductId,
    /// Its title.
    pub title: String,
    /// The variant.
    pub variant_id: ProductVariantId,
    /// Its sku.
    pub sku: String,
    /// Where it has run low.
    pub location: String,
    /// Free to sell.
    pub available: i32,
    /// Promised to customers.
    pub reserved: i32,
    /// On its way already.
    pub incoming: i32,
    /// At this many or fewer it is time.
    pub reorder_point: i32,
    /// How many to order, if that was decided.
    pub reorder_quantity: Option<i32>,
}

/// Lists what is at or below its reorder point, by the id of the stock row. What is on its way does not count as available, and
/// is in the answer. Variants without a reorder point are never low, and those of archived products are not reordered.
///
/// One statement.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn low_stock<C: ConnectionTrait>(
    db: &C,
    query: ListLowStock,
) -> Result<Page<LowStock, InventoryId>, DatabaseError> {
    use inventory::Column;
    let db = &operation::named(db, "inventory.low_stock");
    let limit = query.page.clamped();
    if query
        .location
        .as_ref()
        .is_some_and(|location| !is_storable(location))
    {
        return Ok(Page::empty());
    }
    let mut select = inventory::Entity::find()
        .select_only()
        .column_as(Column::Id, "inventory_id")
        .column_as(products::Column::Id, "product_id")
        .column(products::Column::Title)
        .column_as(product_variants::Column::Id, "variant_id")
        .column(product_variants::Column::Sku)
        .column(Column::Location)
        .column_as(Column::QuantityAvailable, "available")
        .column_as(Column::QuantityReserved, "reserved")
        .column_as(Column::QuantityIncoming, "incoming")
        .columns([Column::ReorderPoint, Column::ReorderQuantity])
        .join(JoinType::InnerJoin, inventory::Relation::ProductVariant.def())
        .join(JoinType::InnerJoin, product_variants::Relation::Product.def())
        .filter(
            Column::QuantityAvailable
                .into_expr()
                .lte(Column::ReorderPoint.into_expr()),
        )
        .filter(products::Column::Status.ne(ProductStatus::Archived))
        .order_by_asc(Column::Id)
        .limit(limit + 1);
    if let Some(location) = query.location {
        select = select.filter(Column::Location.eq(location));
    }
    if let Some(after) = query.page.after {
        select = select.filter(Column::Id.gt(after));
    }
    let rows = select.into_model::<LowStock>().all(db).await?;
    Ok(Page::cut(rows, limit, |row| row.inventory_id))
}
