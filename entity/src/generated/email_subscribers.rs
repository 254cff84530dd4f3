//! Rows of `email_subscribers`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{CustomerId, EmailListId};

/// What `email_subscribers.status` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EmailSubscriberStatus {
    #[sea_orm(string_value = "pending")]
    Pending,
    #[default]
    #[sea_orm(string_value = "subscribed")]
    Subscribed,
    #[sea_orm(string_value = "unsubscribed")]
    Unsubscribed,
    #[sea_orm(string_value = "bounced")]
    Bounced,
    #[sea_orm(string_value = "complained")]
    Complained,
}

crate::closed_set!(EmailSubscriberStatus);

/// A row of `email_subscribers`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "email_subscribers")]
pub struct Model {
    #[sea_orm(
        primary_key,
        auto_increment = false,
        column_type = "String(StringLen::N(255))"
    )]
    pub email: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub list_id: EmailListId,
    pub customer_id: Option<CustomerId>,
    pub status: EmailSubscriberStatus,
    #[sea_orm(column_type = "JsonBinary")]
    pub consent: Json,
    pub subscribed_at: DateTimeUtc,
    pub unsubscribed_at: Option<DateTimeUtc>,
}

/// Every foreign key of `email_subscribers` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `email_lists` that `list_id` refers to; ON DELETE CASCADE.
    #[sea_orm(
        belongs_to = "super::email_lists::Entity",
        from = "Column::ListId",
        to = "super::email_lists::Column::Id",
        on_delete = "Cascade",
        fk_name = "fk_email_subscribers_list_id"
    )]
    List,
    /// At most one row of `customers` that `customer_id` refers to; ON DELETE SET NULL.
    #[sea_orm(
        belongs_to = "super::customers::Entity",
        from = "Column::CustomerId",
        to = "super::customers::Column::Id",
        on_delete = "SetNull",
        fk_name = "fk_email_subscribers_customer_id"
    )]
    Customer,
}

impl Related<super::email_lists::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::List.def()
    }
}

impl Related<super::customers::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Customer.def()
    }
}

/// From a row of `email_lists` to the rows of `customers` that this table connects it with.
#[derive(Copy, Clone, Debug)]
pub struct ListToCustomers;

impl Linked for ListToCustomers {
    type FromEntity = super::email_lists::Entity;
    type ToEntity = super::customers::Entity;

    fn link(&self) -> Vec<RelationDef> {
        vec![Relation::List.def().rev(), Relation::Customer.def()]
    }
}

/// From a row of `customers` to the rows of `email_lists` that this table connects it with.
#[derive(Copy, Clone, Debug)]
pub struct CustomerToLists;

impl Linked for CustomerToLists {
    type FromEntity = super::customers::Entity;
    type ToEntity = super::email_lists::Entity;

    fn link(&self) -> Vec<RelationDef> {
        vec![Relation::Customer.def().rev(), Relation::List.def()]
    }
}

impl ActiveModelBehavior for ActiveModel {}
