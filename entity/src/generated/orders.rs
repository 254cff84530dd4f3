//! Rows of `orders`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::CustomerId;

crate::typed_id! {
    /// Identifies a row of `orders`.
    OrderId
}

/// What `orders.financial_status` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrderFinancialStatus {
    #[default]
    #[sea_orm(string_value = "unpaid")]
    Unpaid,
    #[sea_orm(string_value = "paid")]
    Paid,
    #[sea_orm(string_value = "partially_refunded")]
    PartiallyRefunded,
    #[sea_orm(string_value = "refunded")]
    Refunded,
}

crate::closed_set!(OrderFinancialStatus);

/// What `orders.fulfillment_status` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrderFulfillmentStatus {
    #[default]
    #[sea_orm(string_value = "unfulfilled")]
    Unfulfilled,
    #[sea_orm(string_value = "partial")]
    Partial,
    #[sea_orm(string_value = "fulfilled")]
    Fulfilled,
}

crate::closed_set!(OrderFulfillmentStatus);

/// What `orders.status` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrderStatus {
    #[default]
    #[sea_orm(string_value = "pending")]
    Pending,
    #[sea_orm(string_value = "confirmed")]
    Confirmed,
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
    #[sea_orm(string_value = "completed")]
    Completed,
}

crate::closed_set!(OrderStatus);

/// A row of `orders`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "orders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderId,
    #[sea_orm(column_type = "String(StringLen::N(50))", unique)]
    pub order_number: String,
    #[sea_orm(column_type = "String(StringLen::N(255))", unique)]
    pub shopify_order_id: Option<String>,
    pub customer_id: Option<CustomerId>,
    pub status: OrderStatus,
    pub financial_status: OrderFinancialStatus,
    pub fulfillment_status: OrderFulfillmentStatus,
    #[sea_orm(column_type = "String(StringLen::N(3))")]
    pub currency: String,
    #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
    pub subtotal_amount: Decimal,
    #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
    pub discount_amount: Decimal,
    #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
    pub tax_amount: Decimal,
    #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
    pub shipping_amount: Decimal,
    #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
    pub total_amount: Decimal,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// Every foreign key of `orders` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// At most one row of `customers` that `customer_id` refers to; ON DELETE SET NULL.
    #[sea_orm(
        belongs_to = "super::customers::Entity",
        from = "Column::CustomerId",
        to = "super::customers::Column::Id",
        on_delete = "SetNull",
        fk_name = "fk_orders_customer_id"
    )]
    Customer,
    /// The rows of `order_items` whose `order_id` refers here.
    #[sea_orm(has_many = "super::order_items::Entity", via_rel = "Relation::Order")]
    OrderItems,
    /// The rows of `transactions` whose `order_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::transactions::Entity", via_rel = "Relation::Order")]
    Transactions,
}

impl Related<super::customers::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Customer.def()
    }
}

impl Related<super::order_items::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::OrderItems.def()
    }
}

impl Related<super::transactions::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Transactions.def()
    }
}

crate::identified!(ActiveModel, id: OrderId);
