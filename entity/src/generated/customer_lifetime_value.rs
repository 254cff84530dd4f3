//! Rows of the view `customer_lifetime_value`, which are read and never written.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::CustomerId;

/// A row of `customer_lifetime_value`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "customer_lifetime_value")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_id: CustomerId,
    pub orders: i64,
    #[sea_orm(column_type = "Decimal(Some((14, 2)))")]
    pub gross: Decimal,
    #[sea_orm(column_type = "Decimal(Some((14, 2)))")]
    pub refunded: Decimal,
    #[sea_orm(column_type = "Decimal(Some((14, 2)))")]
    pub net: Decimal,
    #[sea_orm(column_type = "Decimal(Some((14, 2)))")]
    pub average_order: Option<Decimal>,
    #[sea_orm(column_type = "String(StringLen::N(3))")]
    pub currency: Option<String>,
    pub first_order_at: Option<DateTimeUtc>,
    pub last_order_at: Option<DateTimeUtc>,
    pub days_since_last_order: Option<i32>,
}

/// What the rows are about.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `customers` that the view sums up.
    #[sea_orm(
        belongs_to = "super::customers::Entity",
        from = "Column::CustomerId",
        to = "super::customers::Column::Id",
        skip_fk
    )]
    Customer,
}

impl Related<super::customers::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Customer.def()
    }
}

crate::read_only!(ActiveModel, "customer_lifetime_value");
