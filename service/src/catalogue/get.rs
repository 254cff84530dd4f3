//! One product with everything that is in its box.

use std::collections::BTreeMap;
use std::fmt;

use entity::{ProductId, ProductVariantId, inventory, product_variants, products};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use thiserror::Error;

use super::product;
use crate::error::{Class, Classified, DatabaseError};
use crate::input::is_storable;
use crate::operation;

/// How a product is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProductKey {
    /// By its id.
    Id(ProductId),
    /// By what it is called in URLs.
    Handle(String),
    /// By the sku of one of its variants.
    Sku(String),
}

impl From<ProductId> for ProductKey {
    fn from(id: ProductId) -> Self {
        Self::Id(id)
    }
}

impl fmt::Display for ProductKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Handle(handle) => write!(f, "with the handle {handle}"),
            Self::Sku(sku) => write!(f, "with the sku {sku}"),
        }
    }
}

/// A product, its variants and their stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductDetails {
    /// The product.
    pub product: products::Model,
    /// Its variants by sku.
    pub variants: Vec<VariantStock>,
}

/// A variant and where how many of it are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariantStock {
    /// The variant.
    pub variant: product_variants::Model,
    /// Its stock by location; empty when it was never stocked.
    pub stock: Vec<inventory::Model>,
}

impl VariantStock {
    /// How many are free to sell, over all locations.
    #[must_use]
    pub fn available(&self) -> i64 {
        self.stock
            .iter()
            .map(|row| i64::from(row.quantity_available))
            .sum()
    }
}

/// Why there is no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GetError {
    /// There is no such product.
    #[error("there is no product {key}")]
    NotFound {
        /// What was asked for.
        key: ProductKey,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for GetError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Reads a product with its variants and their stock at every location.
///
/// Three statements, however many variants and locations. They are three snapshots: for figures that belong together begin a
/// transaction of REPEATABLE READ and pass it.
///
/// # Errors
///
/// [`GetError::NotFound`].
pub async fn get<C: ConnectionTrait>(db: &C, key: impl Into<ProductKey>) -> Result<ProductDetails, GetError> {
    let db = &operation::named(db, "catalogue.get");
    let key = key.into();
    let product = find(db, &key).await?.ok_or(GetError::NotFound { key })?;
    let variants = product::variants(db, product.id).await?;
    let mut stock = stock(db, product.id).await?;
    let variants = variants
        .into_iter()
        .map(|variant| VariantStock {
            stock: stock.remove(&variant.id).unwrap_or_default(),
            variant,
        })
        .collect();
    Ok(ProductDetails { product, variants })
}

async fn find<C: ConnectionTrait>(
    db: &C,
    key: &ProductKey,
) -> Result<Option<products::Model>, DatabaseError> {
    if let ProductKey::Handle(text) | ProductKey::Sku(text) = key
        && !is_storable(text)
    {
        return Ok(None);
    }
    let select = match key {
        ProductKey::Id(id) => products::Entity::find_by_id(*id),
        ProductKey::Handle(handle) => {
            products::Entity::find().filter(products::Column::Handle.eq(handle.as_str()))
        }
        ProductKey::Sku(sku) => products::Entity::find().filter(
            products::Column::Id.in_subquery(
                product_variants::Entity::find()
                    .select_only()
                    .column(product_variants::Column::ProductId)
                    .filter(product_variants::Column::Sku.eq(sku.as_str()))
                    .into_query(),
            ),
        ),
    };
    Ok(select.one(db).await?)
}

async fn stock<C: ConnectionTrait>(
    db: &C,
    id: ProductId,
) -> Result<BTreeMap<ProductVariantId, Vec<inventory::Model>>, DatabaseError> {
    let variants = product_variants::Entity::find()
        .select_only()
        .column(product_variants::Column::Id)
        .filter(product_variants::Column::ProductId.eq(id))
        .into_query();
    let mut rows = inventory::Entity::find()
        .filter(inventory::Column::ProductVariantId.in_subquery(variants))
        .all(db)
        .await?;
    rows.sort_by(|a, b| a.location.cmp(&b.location));
    let mut by_variant: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows {
        by_variant.entry(row.product_variant_id).or_default().push(row);
    }
    Ok(by_variant)
}
