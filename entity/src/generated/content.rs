//! Rows of `content`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{AgentId, CampaignId};

crate::typed_id! {
    /// Identifies a row of `content`.
    ContentId
}

/// What `content.status` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentStatus {
    #[default]
    #[sea_orm(string_value = "draft")]
    Draft,
    #[sea_orm(string_value = "review")]
    Review,
    #[sea_orm(string_value = "approved")]
    Approved,
    #[sea_orm(string_value = "published")]
    Published,
    #[sea_orm(string_value = "archived")]
    Archived,
}

crate::closed_set!(ContentStatus);

/// A row of `content`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "content")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContentId,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub r#type: String,
    #[sea_orm(column_type = "String(StringLen::N(500))")]
    pub title: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub body: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub metadata: Json,
    pub created_by_agent_id: Option<AgentId>,
    pub campaign_id: Option<CampaignId>,
    pub status: ContentStatus,
    #[sea_orm(column_type = "JsonBinary")]
    pub performance_metrics: Json,
    pub created_at: DateTimeUtc,
    pub published_at: Option<DateTimeUtc>,
}

/// Every foreign key of `content` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// At most one row of `agents` that `created_by_agent_id` refers to; ON DELETE NO ACTION.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::CreatedByAgentId",
        to = "super::agents::Column::Id",
        on_delete = "NoAction",
        fk_name = "fk_content_created_by_agent_id"
    )]
    CreatedByAgent,
    /// At most one row of `campaigns` that `campaign_id` refers to; ON DELETE SET NULL.
    #[sea_orm(
        belongs_to = "super::campaigns::Entity",
        from = "Column::CampaignId",
        to = "super::campaigns::Column::Id",
        on_delete = "SetNull",
        fk_name = "fk_content_campaign_id"
    )]
    Campaign,
}

impl Related<super::agents::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::CreatedByAgent.def()
    }
}

impl Related<super::campaigns::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Campaign.def()
    }
}

crate::identified!(ActiveModel, id: ContentId);
