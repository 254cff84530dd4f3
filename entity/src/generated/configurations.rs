//! Rows of `configurations`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AgentId;

crate::typed_id! {
    /// Identifies a row of `configurations`.
    ConfigurationId
}

/// A row of `configurations`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "configurations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConfigurationId,
    #[sea_orm(column_type = "String(StringLen::N(255))", unique)]
    pub key: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub value: Json,
    #[sea_orm(column_type = "Text")]
    pub description: Option<String>,
    pub updated_by_agent_id: Option<AgentId>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// Every foreign key of `configurations` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// At most one row of `agents` that `updated_by_agent_id` refers to; ON DELETE SET NULL.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::UpdatedByAgentId",
        to = "super::agents::Column::Id",
        on_delete = "SetNull",
        fk_name = "fk_configurations_updated_by_agent_id"
    )]
    UpdatedByAgent,
}

impl Related<super::agents::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::UpdatedByAgent.def()
    }
}

crate::identified!(ActiveModel, id: ConfigurationId);
