//! What an update may say.

use std::collections::HashSet;

use entity::{ProductId, ProductStatus, ProductVariantId, product_variants};
use rust_decimal::Decimal;

use crate::batch::MAX_ELEMENTS;
use crate::catalogue::product;
use crate::catalogue::taken::Claims;
use crate::catalogue::variant::{self, NewVariant, optional};
use crate::input::{Checks, InvalidInput, Rule};

/// What to change of a product. `None` leaves a value as it is; `Some(None)` clears one that may be absent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of CreateProduct, with its limits")]
pub struct UpdateProduct {
    /// Which product.
    pub id: ProductId,
    pub handle: Option<String>,
    pub title: Option<String>,
    pub shopify_id: Option<Option<String>>,
    pub description: Option<Option<String>>,
    pub collection: Option<Option<String>>,
    pub category: Option<Option<String>>,
    pub tags: Option<Vec<String>>,
    pub base_price: Option<Decimal>,
    pub cost: Option<Option<Decimal>>,
    pub status: Option<ProductStatus>,
    /// Changes to variants that the product has; none twice.
    pub variants: Vec<UpdateVariant>,
    /// Variants that the product gets.
    pub add_variants: Vec<NewVariant>,
}

/// What to change of a variant, in the manner of [`UpdateProduct`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of NewVariant, with its limits")]
pub struct UpdateVariant {
    /// Which variant.
    pub id: ProductVariantId,
    pub sku: Option<String>,
    pub shopify_variant_id: Option<Option<String>>,
    pub size: Option<Option<String>>,
    pub frame_type: Option<Option<String>>,
    pub price: Option<Decimal>,
    pub is_available: Option<bool>,
}

impl UpdateProduct {
    /// Changes nothing yet.
    #[must_use]
    pub fn new(id: ProductId) -> Self {
        Self {
            id,
            handle: None,
            title: None,
            shopify_id: None,
            description: None,
            collection: None,
            category: None,
            tags: None,
            base_price: None,
            cost: None,
            status: None,
            variants: Vec::new(),
            add_variants: Vec::new(),
        }
    }

    pub(super) fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        for (field, value, max) in [("handle", &self.handle, 255), ("title", &self.title, 500)] {
            if let Some(value) = value {
                checks.name(field, value, max);
            }
        }
        for (field, value, max) in [
            ("shopify_id", &self.shopify_id, 255),
            ("description", &self.description, usize::MAX),
            ("collection", &self.collection, 255),
            ("category", &self.category, 255),
        ] {
            if let Some(Some(value)) = value {
                checks.text(field, value, max);
            }
        }
        product::check_tags(&mut checks, self.tags.as_deref().unwrap_or_default());
        for (field, value) in [("base_price", self.base_price), ("cost", self.cost.flatten())] {
            if let Some(value) = value {
                checks.amount(field, value, (10, 2));
            }
        }
        let mut seen = HashSet::new();
        for (i, variant) in self.variants.iter().enumerate() {
            let path = format!("variants[{i}]");
            if !seen.insert(variant.id) {
                checks.refuse(format!("{path}.id"), Rule::Repeated);
            }
            variant.check(&mut checks, &path);
        }
        checks.at_most("variants", self.variants.len(), MAX_ELEMENTS);
        variant::check_all(&mut checks, "add_variants", &self.add_variants);
        checks.finish()
    }

    pub(super) fn claims(&self) -> Claims {
        let changed = self.variants.iter();
        let added = self.add_variants.iter();
        Claims {
            product: Some(self.id),
            handle: self.handle.clone(),
            shopify_id: self.shopify_id.clone().flatten(),
            skus: changed
                .clone()
                .filter_map(|v| Some((Some(v.id), v.sku.clone()?)))
                .chain(added.clone().map(|v| (None, v.sku.clone())))
                .collect(),
            shopify_variant_ids: changed
                .filter_map(|v| Some((Some(v.id), v.shopify_variant_id.clone()??)))
                .chain(added.filter_map(|v| Some((None, v.shopify_variant_id.clone()?))))
                .collect(),
        }
    }
}

impl UpdateVariant {
    /// Changes nothing yet.
    #[must_use]
    pub fn new(id: ProductVariantId) -> Self {
        Self {
            id,
            sku: None,
            shopify_variant_id: None,
            size: None,
            frame_type: None,
            price: None,
            is_available: None,
        }
    }

    fn check(&self, checks: &mut Checks, path: &str) {
        if let Some(sku) = &self.sku {
            checks.name(format!("{path}.sku"), sku, 255);
        }
        for (field, value, max) in [
            ("shopify_variant_id", &self.shopify_variant_id, 255),
            ("size", &self.size, 50),
            ("frame_type", &self.frame_type, 50),
        ] {
            optional(
                checks,
                path,
                field,
                value.as_ref().and_then(|v| v.as_deref()),
                max,
            );
        }
        if let Some(price) = self.price {
            checks.amount(format!("{path}.price"), price, (10, 2));
        }
    }

    pub(super) fn apply(self, row: &mut product_variants::Model) {
        replace(&mut row.sku, self.sku);
        replace(&mut row.shopify_variant_id, self.shopify_variant_id);
        replace(&mut row.size, self.size);
        replace(&mut row.frame_type, self.frame_type);
        replace(&mut row.price, self.price);
        replace(&mut row.is_available, self.is_available);
    }
}

fn replace<T>(value: &mut T, with: Option<T>) {
    if let Some(with) = with {
        *value = with;
    }
}
