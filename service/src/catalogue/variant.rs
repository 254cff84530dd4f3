//! A variant that is to be written, on its own or with its product.

use entity::{ProductId, ProductVariantId, product_variants};
use rust_decimal::Decimal;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use std::collections::HashSet;

use crate::error::DatabaseError;
use crate::input::{Checks, Rule};

/// A variant of a product that is to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVariant {
    /// What it is called in the warehouse; unique in the shop. At most 255 characters.
    pub sku: String,
    /// Shopify's id, when it came from there.
    pub shopify_variant_id: Option<String>,
    /// Such as `24x36`. At most 50 characters.
    pub size: Option<String>,
    /// Such as `Canvas Roll`. At most 50 characters.
    pub frame_type: Option<String>,
    /// Zero or more, with at most two decimals.
    pub price: Decimal,
    /// Whether it can be bought.
    pub is_available: bool,
}

impl NewVariant {
    /// An available variant without size and frame.
    pub fn new(sku: impl Into<String>, price: Decimal) -> Self {
        Self {
            sku: sku.into(),
            shopify_variant_id: None,
            size: None,
            frame_type: None,
            price,
            is_available: true,
        }
    }

    fn check(&self, checks: &mut Checks, path: &str) {
        checks.name(format!("{path}.sku"), &self.sku, 255);
        optional(
            checks,
            path,
            "shopify_variant_id",
            self.shopify_variant_id.as_deref(),
            255,
        );
        optional(checks, path, "size", self.size.as_deref(), 50);
        optional(checks, path, "frame_type", self.frame_type.as_deref(), 50);
        checks.amount(format!("{path}.price"), self.price, (10, 2));
    }

    fn into_row(self, product_id: ProductId) -> product_variants::ActiveModel {
        product_variants::ActiveModel {
            id: Set(ProductVariantId::new()),
            product_id: Set(product_id),
            shopify_variant_id: Set(self.shopify_variant_id),
            sku: Set(self.sku),
            size: Set(self.size),
            frame_type: Set(self.frame_type),
            price: Set(self.price),
            is_available: Set(self.is_available),
            ..Default::default()
        }
    }
}

/// Checks a text that may be absent.
pub(in crate::catalogue) fn optional(
    checks: &mut Checks,
    path: &str,
    field: &str,
    value: Option<&str>,
    max: usize,
) {
    if let Some(value) = value {
        checks.text(format!("{path}.{field}"), value, max);
    }
}

/// Checks each variant, and that no two share a sku or a Shopify id.
pub(in crate::catalogue) fn check_all(checks: &mut Checks, field: &str, variants: &[NewVariant]) {
    checks.at_most(field, variants.len(), crate::batch::MAX_ELEMENTS);
    let (mut skus, mut shopify_ids) = (HashSet::new(), HashSet::new());
    for (i, variant) in variants.iter().enumerate() {
        let path = format!("{field}[{i}]");
        variant.check(checks, &path);
        if !skus.insert(&variant.sku) {
            checks.refuse(format!("{path}.sku"), Rule::Repeated);
        }
        if variant
            .shopify_variant_id
            .as_ref()
            .is_some_and(|id| !shopify_ids.insert(id))
        {
            checks.refuse(format!("{path}.shopify_variant_id"), Rule::Repeated);
        }
    }
}

/// Writes the variants in one statement, or none when there are none: by sku, so that two products that want the same skus do
/// not wait for each other in a circle.
pub(in crate::catalogue) async fn insert_all<C: ConnectionTrait>(
    db: &C,
    product_id: ProductId,
    mut variants: Vec<NewVariant>,
) -> Result<(), DatabaseError> {
    if variants.is_empty() {
        return Ok(());
    }
    variants.sort_by(|a, b| a.sku.cmp(&b.sku));
    let rows = variants.into_iter().map(|variant| variant.into_row(product_id));
    product_variants::Entity::insert_many(rows)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
