//! Rows of `order_items`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{OrderId, ProductVariantId};

crate::typed_id! {
    /// Identifies a row of `order_items`.
    OrderItemId
}

/// A row of `order_items`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "order_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderItemId,
    pub order_id: OrderId,
    pub product_variant_id: Option<ProductVariantId>,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub sku: String,
    #[sea_orm(column_type = "String(StringLen::N(500))")]
    pub title: String,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub location: Option<String>,
    pub quantity: i32,
    pub quantity_fulfilled: i32,
    pub quantity_returned: i32,
    #[sea_orm(column_type = "Decimal(Some((10, 2)))")]
    pub price: Decimal,
    #[sea_orm(column_type = "Decimal(Some((10, 2)))")]
    pub discount_amount: Decimal,
    #[sea_orm(column_type = "Decimal(Some((10, 2)))")]
    pub tax_amount: Decimal,
    #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
    pub total_amount: Decimal,
    pub quantity_cancelled: i32,
}

/// Every foreign key of `order_items` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `orders` that `order_id` refers to; ON DELETE CASCADE.
    #[sea_orm(
        belongs_to = "super::orders::Entity",
        from = "Column::OrderId",
        to = "super::orders::Column::Id",
        on_delete = "Cascade",
        fk_name = "fk_order_items_order_id"
    )]
    Order,
    /// At most one row of `product_variants` that `product_variant_id` refers to; ON DELETE SET NULL.
    #[sea_orm(
        belongs_to = "super::product_variants::Entity",
        from = "Column::ProductVariantId",
        to = "super::product_variants::Column::Id",
        on_delete = "SetNull",
        fk_name = "fk_order_items_product_variant_id"
    )]
    ProductVariant,
}

impl Related<super::orders::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Order.def()
    }
}

impl Related<super::product_variants::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::ProductVariant.def()
    }
}

crate::identified!(ActiveModel, id: OrderItemId);
