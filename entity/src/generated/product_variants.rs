//! Rows of `product_variants`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ProductId;

crate::typed_id! {
    /// Identifies a row of `product_variants`.
    ProductVariantId
}

/// A row of `product_variants`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "product_variants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProductVariantId,
    pub product_id: ProductId,
    #[sea_orm(column_type = "String(StringLen::N(255))", unique)]
    pub shopify_variant_id: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(255))", unique)]
    pub sku: String,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub size: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub frame_type: Option<String>,
    #[sea_orm(column_type = "Decimal(Some((10, 2)))")]
    pub price: Decimal,
    pub is_available: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// Every foreign key of `product_variants` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `products` that `product_id` refers to; ON DELETE CASCADE.
    #[sea_orm(
        belongs_to = "super::products::Entity",
        from = "Column::ProductId",
        to = "super::products::Column::Id",
        on_delete = "Cascade",
        fk_name = "fk_product_variants_product_id"
    )]
    Product,
    /// The rows of `inventory` whose `product_variant_id` refers here.
    #[sea_orm(has_many = "super::inventory::Entity", via_rel = "Relation::ProductVariant")]
    Inventory,
    /// The rows of `order_items` whose `product_variant_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::order_items::Entity", via_rel = "Relation::ProductVariant")]
    OrderItems,
}

impl Related<super::products::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Product.def()
    }
}

impl Related<super::inventory::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Inventory.def()
    }
}

impl Related<super::order_items::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::OrderItems.def()
    }
}

crate::identified!(ActiveModel, id: ProductVariantId);
