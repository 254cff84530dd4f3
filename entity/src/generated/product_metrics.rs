//! Rows of `product_metrics`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ProductId;

crate::typed_id! {
    /// Identifies a row of `product_metrics`.
    ProductMetricId
}

/// A row of `product_metrics`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "product_metrics")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProductMetricId,
    pub product_id: ProductId,
    pub period_start: Date,
    pub period_end: Date,
    pub views: i32,
    pub add_to_carts: i32,
    pub purchases: i32,
    #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
    pub revenue: Decimal,
    #[sea_orm(column_type = "Decimal(Some((5, 4)))")]
    pub conversion_rate: Option<Decimal>,
    #[sea_orm(column_type = "Decimal(Some((10, 2)))")]
    pub average_order_value: Option<Decimal>,
    pub created_at: DateTimeUtc,
}

/// Every foreign key of `product_metrics` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `products` that `product_id` refers to; ON DELETE CASCADE.
    #[sea_orm(
        belongs_to = "super::products::Entity",
        from = "Column::ProductId",
        to = "super::products::Column::Id",
        on_delete = "Cascade",
        fk_name = "fk_product_metrics_product_id"
    )]
    Product,
}

impl Related<super::products::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Product.def()
    }
}

crate::identified!(ActiveModel, id: ProductMetricId);
