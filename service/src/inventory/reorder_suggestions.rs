//! What to order, and how much of it.

use entity::inventory::{self, Column};
use entity::{InventoryId, ProductId, ProductStatus, ProductVariantId, product_variants, products};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    RelationTrait,
};

use crate::error::DatabaseError;
use crate::input::is_storable;
use crate::operation;
use crate::page::{self, Direction, Page, PageRequest};

/// Where to look for what has to be ordered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SuggestReorders {
    /// Only at this location.
    pub location: Option<String>,
    /// Which page.
    pub page: PageRequest<InventoryId>,
}

/// A variant to order more of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReorderSuggestion {
    /// The stock row, by which the pages run.
    pub inventory_id: InventoryId,
    /// The product.
    pub product_id: ProductId,
    /// The variant.
    pub variant_id: ProductVariantId,
    /// Its sku.
    pub sku: String,
    /// For which location.
    pub location: String,
    /// Free to sell.
    pub available: i32,
    /// On its way already.
    pub incoming: i32,
    /// At this many or fewer it is time.
    pub reorder_point: i32,
    /// How many to order: as few as bring what is available and incoming above the reorder point, in whole lots of the reorder
    /// quantity where there is one.
    pub suggested: i64,
}

#[derive(FromQueryResult)]
struct Low {
    inventory_id: InventoryId,
    product_id: ProductId,
    variant_id: ProductVariantId,
    sku: String,
    location: String,
    available: i32,
    incoming: i32,
    reorder_point: i32,
    reorder_quantity: Option<i32>,
}

impl From<Low> for ReorderSuggestion {
    fn from(low: Low) -> Self {
        Self {
            suggested: suggested(
                low.reorder_point,
                low.reorder_quantity,
                low.available,
                low.incoming,
            ),
            inventory_id: low.inventory_id,
            product_id: low.product_id,
            variant_id: low.variant_id,
            sku: low.sku,
            location: low.location,
            available: low.available,
            incoming: low.incoming,
            reorder_point: low.reorder_point,
        }
    }
}

fn suggested(point: i32, lot: Option<i32>, available: i32, incoming: i32) -> i64 {
    let missing = i64::from(point) + 1 - i64::from(available) - i64::from(incoming);
    match lot.map(i64::from) {
        Some(lot) if lot > 0 => (missing + lot - 1) / lot * lot,
        _ => missing,
    }
}

/// Lists what has to be ordered, by the id of the stock row: where available and incoming together are at or below the reorder point.
/// What is on its way is not ordered twice, which is the difference to [`low_stock`](super::low_stock()). Variants without a reorder
/// point are never ordered, nor are those of archived products.
///
/// One statement, which reads the stock rows in the order of their ids.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn suggest_reorders<C: ConnectionTrait>(
    db: &C,
    query: SuggestReorders,
) -> Result<Page<ReorderSuggestion, InventoryId>, DatabaseError> {
    let db = &operation::named(db, "inventory.suggest_reorders");
    let limit = query.page.clamped();
    if query
        .location
        .as_ref()
        .is_some_and(|location| !is_storable(location))
    {
        return Ok(Page::empty());
    }
    let after_delivery = Column::ReorderPoint
        .into_expr()
        .sub(Column::QuantityIncoming.into_expr());
    let select = inventory::Entity::find()
        .select_only()
        .column_as(Column::Id, "inventory_id")
        .column_as(products::Column::Id, "product_id")
        .column_as(product_variants::Column::Id, "variant_id")
        .column(product_variants::Column::Sku)
        .column(Column::Location)
        .column_as(Column::QuantityAvailable, "available")
        .column_as(Column::QuantityIncoming, "incoming")
        .columns([Column::ReorderPoint, Column::ReorderQuantity])
        .join(JoinType::InnerJoin, inventory::Relation::ProductVariant.def())
        .join(JoinType::InnerJoin, product_variants::Relation::Product.def())
        .filter(Column::QuantityAvailable.into_expr().lte(after_delivery))
        .filter(products::Column::Status.ne(ProductStatus::Archived));
    let mut select =
        page::by_key(select, Direction::Ascending, Column::Id, query.page.after).limit(limit + 1);
    if let Some(location) = query.location {
        select = select.filter(Column::Location.eq(location));
    }
    let rows = select.into_model::<Low>().all(db).await?;
    let rows = rows.into_iter().map(ReorderSuggestion::from).collect();
    Ok(Page::cut(rows, limit, |row: &ReorderSuggestion| row.inventory_id))
}

#[cfg(test)]
mod tests {
    use super::suggested;

    #[test]
    fn whole_lots_bring_the_stock_above_the_reorder_point() {
        assert_eq!(suggested(5, None, 5, 0), 1);
        assert_eq!(suggested(5, None, 0, 2), 4);
        assert_eq!(suggested(5, Some(4), 5, 0), 4);
        assert_eq!(suggested(5, Some(4), 0, 1), 8);
        assert_eq!(suggested(i32::MAX, Some(i32::MAX), 0, 0), 2 * i64::from(i32::MAX));
    }
}
