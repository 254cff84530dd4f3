//! Rows of `email_lists`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

crate::typed_id! {
    /// Identifies a row of `email_lists`.
    EmailListId
}

/// A row of `email_lists`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "email_lists")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EmailListId,
    #[sea_orm(column_type = "String(StringLen::N(255))", unique)]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub description: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub r#type: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub criteria: Option<Json>,
    pub is_active: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// Every foreign key of `email_lists` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The rows of `email_subscribers` whose `list_id` refers here.
    #[sea_orm(has_many = "super::email_subscribers::Entity", via_rel = "Relation::List")]
    EmailSubscribers,
}

impl Related<super::email_subscribers::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::EmailSubscribers.def()
    }
}

crate::identified!(ActiveModel, id: EmailListId);
