//! Rows of `inventory`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ProductVariantId;

crate::typed_id! {
    /// Identifies a row of `inventory`.
    InventoryId
}

/// A row of `inventory`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "inventory")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InventoryId,
    pub product_variant_id: ProductVariantId,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub location: String,
    pub quantity_available: i32,
    pub quantity_reserved: i32,
    pub quantity_incoming: i32,
    pub reorder_point: Option<i32>,
    pub reorder_quantity: Option<i32>,
    pub last_counted_at: Option<DateTimeUtc>,
    pub updated_at: DateTimeUtc,
}

/// Every foreign key of `inventory` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `product_variants` that `product_variant_id` refers to; ON DELETE CASCADE.
    #[sea_orm(
        belongs_to = "super::product_variants::Entity",
        from = "Column::ProductVariantId",
        to = "super::product_variants::Column::Id",
        on_delete = "Cascade",
        fk_name = "fk_inventory_product_variant_id"
    )]
    ProductVariant,
}

impl Related<super::product_variants::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::ProductVariant.def()
    }
}

crate::identified!(ActiveModel, id: InventoryId);
