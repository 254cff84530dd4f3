//! Rows of `reports`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{AgentId, StringList};

crate::typed_id! {
    /// Identifies a row of `reports`.
    ReportId
}

/// A row of `reports`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "reports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReportId,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub name: String,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub r#type: String,
    pub created_by_agent_id: Option<AgentId>,
    #[sea_orm(column_type = "JsonBinary")]
    pub recipient_agents: StringList,
    #[sea_orm(column_type = "JsonBinary")]
    pub content: Json,
    pub generated_at: DateTimeUtc,
    pub sent_at: Option<DateTimeUtc>,
}

/// Every foreign key of `reports` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// At most one row of `agents` that `created_by_agent_id` refers to; ON DELETE SET NULL.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::CreatedByAgentId",
        to = "super::agents::Column::Id",
        on_delete = "SetNull",
        fk_name = "fk_reports_created_by_agent_id"
    )]
    CreatedByAgent,
}

impl Related<super::agents::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::CreatedByAgent.def()
    }
}

crate::identified!(ActiveModel, id: ReportId);
