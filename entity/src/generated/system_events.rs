//! Rows of `system_events`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AgentId;

crate::typed_id! {
    /// Identifies a row of `system_events`.
    SystemEventId
}

/// What `system_events.severity` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(20))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SystemEventSeverity {
    #[sea_orm(string_value = "debug")]
    Debug,
    #[default]
    #[sea_orm(string_value = "info")]
    Info,
    #[sea_orm(string_value = "warning")]
    Warning,
    #[sea_orm(string_value = "error")]
    Error,
    #[sea_orm(string_value = "critical")]
    Critical,
}

crate::closed_set!(SystemEventSeverity);

/// A row of `system_events`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "system_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SystemEventId,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub event_type: String,
    pub severity: SystemEventSeverity,
    pub source_agent_id: Option<AgentId>,
    #[sea_orm(column_type = "Text")]
    pub message: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub details: Json,
    pub created_at: DateTimeUtc,
}

/// Every foreign key of `system_events` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// At most one row of `agents` that `source_agent_id` refers to; ON DELETE SET NULL.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::SourceAgentId",
        to = "super::agents::Column::Id",
        on_delete = "SetNull",
        fk_name = "fk_system_events_source_agent_id"
    )]
    SourceAgent,
}

impl Related<super::agents::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::SourceAgent.def()
    }
}

crate::time_keyed!(ActiveModel, id: SystemEventId, created_at);
