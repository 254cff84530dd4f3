//! Rows of `campaigns`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{AgentId, CustomerSegmentId, GoalId};

crate::typed_id! {
    /// Identifies a row of `campaigns`.
    CampaignId
}

/// What `campaigns.status` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CampaignStatus {
    #[default]
    #[sea_orm(string_value = "draft")]
    Draft,
    #[sea_orm(string_value = "scheduled")]
    Scheduled,
    #[sea_orm(string_value = "active")]
    Active,
    #[sea_orm(string_value = "paused")]
    Paused,
    #[sea_orm(string_value = "completed")]
    Completed,
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
}

crate::closed_set!(CampaignStatus);

/// What `campaigns.type` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CampaignType {
    #[sea_orm(string_value = "email")]
    Email,
    #[sea_orm(string_value = "social")]
    Social,
    #[sea_orm(string_value = "sms")]
    Sms,
    #[sea_orm(string_value = "ads")]
    Ads,
}

crate::closed_set!(CampaignType);

/// A row of `campaigns`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "campaigns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CampaignId,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub name: String,
    pub r#type: CampaignType,
    pub goal_id: Option<GoalId>,
    pub owner_agent_id: Option<AgentId>,
    pub target_segment_id: Option<CustomerSegmentId>,
    pub status: CampaignStatus,
    #[sea_orm(column_type = "Decimal(Some((10, 2)))")]
    pub budget: Option<Decimal>,
    #[sea_orm(column_type = "Decimal(Some((10, 2)))")]
    pub spent: Decimal,
    pub start_date: Option<Date>,
    pub end_date: Option<Date>,
    #[sea_orm(column_type = "JsonBinary")]
    pub metadata: Json,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// Every foreign key of `campaigns` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// At most one row of `goals` that `goal_id` refers to; ON DELETE NO ACTION.
    #[sea_orm(
        belongs_to = "super::goals::Entity",
        from = "Column::GoalId",
        to = "super::goals::Column::Id",
        on_delete = "NoAction",
        fk_name = "fk_campaigns_goal_id"
    )]
    Goal,
    /// At most one row of `agents` that `owner_agent_id` refers to; ON DELETE NO ACTION.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::OwnerAgentId",
        to = "super::agents::Column::Id",
        on_delete = "NoAction",
        fk_name = "fk_campaigns_owner_agent_id"
    )]
    OwnerAgent,
    /// At most one row of `customer_segments` that `target_segment_id` refers to; ON DELETE NO ACTION.
    #[sea_orm(
        belongs_to = "super::customer_segments::Entity",
        from = "Column::TargetSegmentId",
        to = "super::customer_segments::Column::Id",
        on_delete = "NoAction",
        fk_name = "fk_campaigns_target_segment_id"
    )]
    TargetSegment,
    /// The rows of `content` whose `campaign_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::content::Entity", via_rel = "Relation::Campaign")]
    Content,
    /// The rows of `revenue_attribution` whose `campaign_id` refers here; it may be NULL.
    #[sea_orm(
        has_many = "super::revenue_attribution::Entity",
        via_rel = "Relation::Campaign"
    )]
    RevenueAttribution,
}

impl Related<super::goals::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Goal.def()
    }
}

impl Related<super::agents::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::OwnerAgent.def()
    }
}

impl Related<super::customer_segments::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::TargetSegment.def()
    }
}

impl Related<super::content::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Content.def()
    }
}

impl Related<super::revenue_attribution::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::RevenueAttribution.def()
    }
}

crate::identified!(ActiveModel, id: CampaignId);
