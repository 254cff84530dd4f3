//! Pages of products.

use entity::{ProductId, ProductStatus, products};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::error::DatabaseError;
use crate::input::is_storable;
use crate::operation;
use crate::page::{Page, PageRequest};

/// Which products to list; no filter lists all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListProducts {
    /// Only those of this collection, spelled exactly so.
    pub collection: Option<String>,
    /// Only those with this status.
    pub status: Option<ProductStatus>,
    /// Which page.
    pub page: PageRequest<ProductId>,
}

/// Lists products by id, which is the order in which this application created them.
///
/// One statement; `idx_products_collection_status` serves the filters.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListProducts,
) -> Result<Page<products::Model, ProductId>, DatabaseError> {
    let db = &operation::named(db, "catalogue.list");
    let limit = query.page.clamped();
    if query
        .collection
        .as_ref()
        .is_some_and(|collection| !is_storable(collection))
    {
        return Ok(Page::empty());
    }
    let mut select = products::Entity::find()
        .order_by_asc(products::Column::Id)
        .limit(limit + 1);
    if let Some(collection) = query.collection {
        select = select.filter(products::Column::Collection.eq(collection));
    }
    if let Some(status) = query.status {
        select = select.filter(products::Column::Status.eq(status));
    }
    if let Some(after) = query.page.after {
        select = select.filter(products::Column::Id.gt(after));
    }
    Ok(Page::cut(select.all(db).await?, limit, |product| product.id))
}
