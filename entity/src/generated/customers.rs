//! Rows of `customers`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::StringList;

crate::typed_id! {
    /// Identifies a row of `customers`.
    CustomerId
}

/// A row of `customers`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "customers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CustomerId,
    #[sea_orm(column_type = "String(StringLen::N(255))", unique)]
    pub shopify_customer_id: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(255))", unique)]
    pub email: String,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub first_name: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub last_name: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub company: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub phone: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub tags: StringList,
    pub accepts_marketing: bool,
    pub vip_status: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// Every foreign key of `customers` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The rows of `customer_interactions` whose `customer_id` refers here.
    #[sea_orm(
        has_many = "super::customer_interactions::Entity",
        via_rel = "Relation::Customer"
    )]
    CustomerInteractions,
    /// The rows of `customer_segment_members` whose `customer_id` refers here.
    #[sea_orm(
        has_many = "super::customer_segment_members::Entity",
        via_rel = "Relation::Customer"
    )]
    CustomerSegmentMembers,
    /// The rows of `email_subscribers` whose `customer_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::email_subscribers::Entity", via_rel = "Relation::Customer")]
    EmailSubscribers,
    /// The rows of `orders` whose `customer_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::orders::Entity", via_rel = "Relation::Customer")]
    Orders,
    /// The rows of `transactions` whose `customer_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::transactions::Entity", via_rel = "Relation::Customer")]
    Transactions,
}

impl Related<super::customer_interactions::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::CustomerInteractions.def()
    }
}

impl Related<super::customer_segment_members::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::CustomerSegmentMembers.def()
    }
}

impl Related<super::email_subscribers::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::EmailSubscribers.def()
    }
}

impl Related<super::orders::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Orders.def()
    }
}

impl Related<super::transactions::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Transactions.def()
    }
}

crate::identified!(ActiveModel, id: CustomerId);
