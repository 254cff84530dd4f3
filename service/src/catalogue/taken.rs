//! Which of the values that must be unique belong to somebody else already.
//!
//! The unique indexes decide; they stop at the first duplicate, and SQLite does not even name the value. So after a refusal the
//! owners are looked up, and the caller learns about all of them at once.

use std::fmt;

use entity::{ProductId, ProductVariantId, product_variants, products};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use crate::error::DatabaseError;

/// A value of the catalogue that only one row may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UniqueField {
    /// `products.handle`
    Handle,
    /// `products.shopify_id`
    ShopifyId,
    /// `product_variants.sku`
    Sku,
    /// `product_variants.shopify_variant_id`
    ShopifyVariantId,
}

impl fmt::Display for UniqueField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Handle => "handle",
            Self::ShopifyId => "shopify id",
            Self::Sku => "sku",
            Self::ShopifyVariantId => "shopify variant id",
        })
    }
}

/// A value that another row has already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Which value.
    pub field: UniqueField,
    /// The value itself.
    pub value: String,
    /// The product that has it, or whose variant has it.
    pub owner: ProductId,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} belongs to product {}",
            self.field, self.value, self.owner
        )
    }
}

/// The unique values of a command, and the rows that it writes and that therefore may have them.
#[derive(Clone, Debug, Default)]
pub(super) struct Claims {
    pub(super) product: Option<ProductId>,
    pub(super) handle: Option<String>,
    pub(super) shopify_id: Option<String>,
    /// By variant; `None` is one that does not exist yet.
    pub(super) skus: Vec<(Option<ProductVariantId>, String)>,
    pub(super) shopify_variant_ids: Vec<(Option<ProductVariantId>, String)>,
}

impl Claims {
    /// The claims that other rows have already, by field and value. Two statements.
    pub(super) async fn taken<C: ConnectionTrait>(self, db: &C) -> Result<Vec<Taken>, DatabaseError> {
        let mut taken = Vec::new();
        if self.handle.is_some() || self.shopify_id.is_some() {
            self.products(db, &mut taken).await?;
        }
        if !self.skus.is_empty() || !self.shopify_variant_ids.is_empty() {
            self.variants(db, &mut taken).await?;
        }
        taken.sort_by(|a, b| (a.field, &a.value).cmp(&(b.field, &b.value)));
        Ok(taken)
    }

    async fn products<C: ConnectionTrait>(
        &self,
        db: &C,
        taken: &mut Vec<Taken>,
    ) -> Result<(), DatabaseError> {
        let others = products::Entity::find()
            .filter(
                Condition::any()
                    .add_option(
                        self.handle
                            .as_ref()
                            .map(|handle| products::Column::Handle.eq(handle.as_str())),
                    )
                    .add_option(
                        self.shopify_id
                            .as_ref()
                            .map(|id| products::Column::ShopifyId.eq(id.as_str())),
                    ),
            )
            .all(db)
            .await?;
        for other in others.into_iter().filter(|other| Some(other.id) != self.product) {
            if self.handle.as_ref() == Some(&other.handle) {
                taken.push(Taken {
                    field: UniqueField::Handle,
                    value: other.handle,
                    owner: other.id,
                });
            }
            if let Some(value) = other.shopify_id.filter(|id| self.shopify_id.as_ref() == Some(id)) {
                taken.push(Taken {
                    field: UniqueField::ShopifyId,
                    value,
                    owner: other.id,
                });
            }
        }
        Ok(())
    }

    async fn variants<C: ConnectionTrait>(
        &self,
        db: &C,
        taken: &mut Vec<Taken>,
    ) -> Result<(), DatabaseError> {
        let values = |claims: &[(Option<ProductVariantId>, String)]| -> Vec<String> {
            claims.iter().map(|(_, value)| value.clone()).collect()
        };
        let others = product_variants::Entity::find()
            .filter(
                Condition::any()
                    .add(product_variants::Column::Sku.is_in(values(&self.skus)))
                    .add(product_variants::Column::ShopifyVariantId.is_in(values(&self.shopify_variant_ids))),
            )
            .all(db)
            .await?;
        let claimed =
            |claims: &[(Option<ProductVariantId>, String)], other: ProductVariantId, value: &str| {
                claims
                    .iter()
                    .any(|(variant, claim)| claim == value && *variant != Some(other))
            };
        for other in others {
            if claimed(&self.skus, other.id, &other.sku) {
                taken.push(Taken {
                    field: UniqueField::Sku,
                    value: other.sku,
                    owner: other.product_id,
                });
            }
            if let Some(value) = other.shopify_variant_id
                && claimed(&self.shopify_variant_ids, other.id, &value)
            {
                taken.push(Taken {
                    field: UniqueField::ShopifyVariantId,
                    value,
                    owner: other.product_id,
                });
            }
        }
        Ok(())
    }
}

/// The values of several [`Taken`] in one line of a message.
pub(super) struct TakenList<'a>(pub(super) &'a [Taken]);

impl fmt::Display for TakenList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, taken) in self.0.iter().enumerate() {
            write!(f, "{}{taken}", if i == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}
