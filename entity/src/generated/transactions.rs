//! Rows of `transactions`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{AgentId, CustomerId, OrderId};

crate::typed_id! {
    /// Identifies a row of `transactions`.
    TransactionId
}

/// What `transactions.type` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransactionType {
    #[sea_orm(string_value = "revenue")]
    Revenue,
    #[sea_orm(string_value = "expense")]
    Expense,
    #[sea_orm(string_value = "refund")]
    Refund,
    #[sea_orm(string_value = "adjustment")]
    Adjustment,
}

crate::closed_set!(TransactionType);

/// A row of `transactions`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "transactions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TransactionId,
    pub r#type: TransactionType,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub category: String,
    #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
    pub amount: Decimal,
    #[sea_orm(column_type = "String(StringLen::N(3))")]
    pub currency: String,
    #[sea_orm(column_type = "Text")]
    pub description: Option<String>,
    pub order_id: Option<OrderId>,
    pub customer_id: Option<CustomerId>,
    pub agent_id: Option<AgentId>,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub payment_method: Option<String>,
    pub transaction_date: Date,
    pub created_at: DateTimeUtc,
}

/// Every foreign key of `transactions` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// At most one row of `orders` that `order_id` refers to; ON DELETE SET NULL.
    #[sea_orm(
        belongs_to = "super::orders::Entity",
        from = "Column::OrderId",
        to = "super::orders::Column::Id",
        on_delete = "SetNull",
        fk_name = "fk_transactions_order_id"
    )]
    Order,
    /// At most one row of `customers` that `customer_id` refers to; ON DELETE SET NULL.
    #[sea_orm(
        belongs_to = "super::customers::Entity",
        from = "Column::CustomerId",
        to = "super::customers::Column::Id",
        on_delete = "SetNull",
        fk_name = "fk_transactions_customer_id"
    )]
    Customer,
    /// At most one row of `agents` that `agent_id` refers to; ON DELETE SET NULL.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::AgentId",
        to = "super::agents::Column::Id",
        on_delete = "SetNull",
        fk_name = "fk_transactions_agent_id"
    )]
    Agent,
    /// The rows of `revenue_attribution` whose `transaction_id` refers here.
    #[sea_orm(
        has_many = "super::revenue_attribution::Entity",
        via_rel = "Relation::Transaction"
    )]
    RevenueAttribution,
}

impl Related<super::orders::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Order.def()
    }
}

impl Related<super::customers::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Customer.def()
    }
}

impl Related<super::agents::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Agent.def()
    }
}

impl Related<super::revenue_attribution::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::RevenueAttribution.def()
    }
}

crate::time_keyed!(ActiveModel, id: TransactionId, transaction_date);
