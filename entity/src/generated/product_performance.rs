//! Rows of the view `product_performance`, which are read and never written.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ProductId;

/// A row of `product_performance`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "product_performance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: ProductId,
    pub units: i64,
    pub orders: i64,
    #[sea_orm(column_type = "Decimal(Some((14, 2)))")]
    pub revenue: Decimal,
    #[sea_orm(column_type = "Decimal(Some((14, 2)))")]
    pub refunds: Decimal,
    pub views: i64,
    pub add_to_carts: i64,
    #[sea_orm(column_type = "Decimal(Some((15, 4)))")]
    pub conversion: Option<Decimal>,
    pub stock_on_hand: i64,
    #[sea_orm(column_type = "Decimal(Some((15, 1)))")]
    pub days_of_stock_left: Option<Decimal>,
}

/// What the rows are about.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `products` that the view sums up.
    #[sea_orm(
        belongs_to = "super::products::Entity",
        from = "Column::ProductId",
        to = "super::products::Column::Id",
        skip_fk
    )]
    Product,
}

impl Related<super::products::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Product.def()
    }
}

crate::read_only!(ActiveModel, "product_performance");
