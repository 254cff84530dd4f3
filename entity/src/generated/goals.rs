//! Rows of `goals`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AgentId;

crate::typed_id! {
    /// Identifies a row of `goals`.
    GoalId
}

/// What `goals.status` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GoalStatus {
    #[default]
    #[sea_orm(string_value = "active")]
    Active,
    #[sea_orm(string_value = "inactive")]
    Inactive,
    #[sea_orm(string_value = "archived")]
    Archived,
}

crate::closed_set!(GoalStatus);

/// What `goals.type` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GoalType {
    #[sea_orm(string_value = "revenue")]
    Revenue,
    #[sea_orm(string_value = "efficiency")]
    Efficiency,
    #[sea_orm(string_value = "customer_satisfaction")]
    CustomerSatisfaction,
    #[sea_orm(string_value = "growth")]
    Growth,
}

crate::closed_set!(GoalType);

/// A row of `goals`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "goals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GoalId,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub description: Option<String>,
    pub r#type: GoalType,
    #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
    pub target_value: Option<Decimal>,
    pub target_date: Option<Date>,
    pub owner_agent_id: Option<AgentId>,
    pub parent_goal_id: Option<GoalId>,
    pub status: GoalStatus,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// Every foreign key of `goals` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// At most one row of `agents` that `owner_agent_id` refers to; ON DELETE NO ACTION.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::OwnerAgentId",
        to = "super::agents::Column::Id",
        on_delete = "NoAction",
        fk_name = "fk_goals_owner_agent_id"
    )]
    OwnerAgent,
    /// At most one row of `goals` that `parent_goal_id` refers to; ON DELETE NO ACTION.
    #[sea_orm(
        belongs_to = "Entity",
        from = "Column::ParentGoalId",
        to = "Column::Id",
        on_delete = "NoAction",
        fk_name = "fk_goals_parent_goal_id"
    )]
    Parent,
    /// The rows of `campaigns` whose `goal_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::campaigns::Entity", via_rel = "Relation::Goal")]
    Campaigns,
    /// The rows of `goals` whose `parent_goal_id` refers here; it may be NULL.
    #[sea_orm(has_many = "Entity", via_rel = "Relation::Parent")]
    Children,
    /// The rows of `workflows` whose `goal_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::workflows::Entity", via_rel = "Relation::Goal")]
    Workflows,
}

impl Related<super::agents::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::OwnerAgent.def()
    }
}

impl Related<super::campaigns::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Campaigns.def()
    }
}

impl Related<super::workflows::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Workflows.def()
    }
}

crate::identified!(ActiveModel, id: GoalId);
