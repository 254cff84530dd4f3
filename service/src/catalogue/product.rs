//! Reading a product inside the transaction that changes it.

use entity::{ProductId, product_variants, products};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::error::DatabaseError;
use crate::input::Checks;

/// The product, locked against every other change until the transaction ends.
pub(super) async fn lock<C: ConnectionTrait>(
    db: &C,
    id: ProductId,
) -> Result<Option<products::Model>, DatabaseError> {
    Ok(products::Entity::find_by_id(id).lock_exclusive().one(db).await?)
}

/// The product's variants by id, locked like [`lock`] does.
pub(super) async fn lock_variants<C: ConnectionTrait>(
    db: &C,
    id: ProductId,
) -> Result<Vec<product_variants::Model>, DatabaseError> {
    Ok(product_variants::Entity::find()
        .filter(product_variants::Column::ProductId.eq(id))
        .order_by_asc(product_variants::Column::Id)
        .lock_exclusive()
        .all(db)
        .await?)
}

/// The product's variants by sku: in the order of its bytes, since each database and engine collates in its own way.
pub(super) async fn variants<C: ConnectionTrait>(
    db: &C,
    id: ProductId,
) -> Result<Vec<product_variants::Model>, DatabaseError> {
    let mut variants = product_variants::Entity::find()
        .filter(product_variants::Column::ProductId.eq(id))
        .all(db)
        .await?;
    variants.sort_by(|a, b| a.sku.cmp(&b.sku));
    Ok(variants)
}

/// The product and its variants as the transaction sees them now.
pub(super) async fn read_back<C: ConnectionTrait>(
    db: &C,
    id: ProductId,
) -> Result<(products::Model, Vec<product_variants::Model>), DatabaseError> {
    let product = products::Entity::find_by_id(id).one(db).await?;
    let product = product.ok_or(DatabaseError::Changed { table: "products" })?;
    Ok((product, variants(db, id).await?))
}

/// Checks tags: at most 250, each of at most 255 characters, none blank.
pub(super) fn check_tags(checks: &mut Checks, tags: &[String]) {
    checks.at_most("tags", tags.len(), 250);
    for (i, tag) in tags.iter().enumerate() {
        checks.name(format!("tags[{i}]"), tag, 255);
    }
}
