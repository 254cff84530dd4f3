//! Rows of `agent_capabilities`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AgentId;

crate::typed_id! {
    /// Identifies a row of `agent_capabilities`.
    AgentCapabilityId
}

/// A row of `agent_capabilities`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "agent_capabilities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AgentCapabilityId,
    pub agent_id: AgentId,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub capability_type: String,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub capability_name: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub configuration: Json,
    pub is_active: bool,
    pub created_at: DateTimeUtc,
}

/// Every foreign key of `agent_capabilities` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `agents` that `agent_id` refers to; ON DELETE CASCADE.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::AgentId",
        to = "super::agents::Column::Id",
        on_delete = "Cascade",
        fk_name = "fk_agent_capabilities_agent_id"
    )]
    Agent,
}

impl Related<super::agents::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Agent.def()
    }
}

crate::identified!(ActiveModel, id: AgentCapabilityId);
