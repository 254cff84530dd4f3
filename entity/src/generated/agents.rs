//! Rows of `agents`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::StringList;

crate::typed_id! {
    /// Identifies a row of `agents`.
    AgentId
}

/// What `agents.status` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgentStatus {
    #[default]
    #[sea_orm(string_value = "active")]
    Active,
    #[sea_orm(string_value = "inactive")]
    Inactive,
    #[sea_orm(string_value = "archived")]
    Archived,
}

crate::closed_set!(AgentStatus);

/// What `agents.type` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgentType {
    #[sea_orm(string_value = "orchestrator")]
    Orchestrator,
    #[sea_orm(string_value = "director")]
    Director,
    #[sea_orm(string_value = "specialist")]
    Specialist,
}

crate::closed_set!(AgentType);

/// A row of `agents`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "agents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AgentId,
    #[sea_orm(column_type = "String(StringLen::N(255))", unique)]
    pub name: String,
    pub r#type: AgentType,
    pub parent_id: Option<AgentId>,
    pub status: AgentStatus,
    #[sea_orm(column_type = "Text")]
    pub system_prompt: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub mcp_tools: StringList,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// Every foreign key of `agents` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// At most one row of `agents` that `parent_id` refers to; ON DELETE NO ACTION.
    #[sea_orm(
        belongs_to = "Entity",
        from = "Column::ParentId",
        to = "Column::Id",
        on_delete = "NoAction",
        fk_name = "fk_agents_parent_id"
    )]
    Parent,
    /// The rows of `agent_capabilities` whose `agent_id` refers here.
    #[sea_orm(has_many = "super::agent_capabilities::Entity", via_rel = "Relation::Agent")]
    AgentCapabilities,
    /// The rows of `agent_collaborations` whose `requesting_agent_id` refers here.
    #[sea_orm(
        has_many = "super::agent_collaborations::Entity",
        via_rel = "Relation::RequestingAgent"
    )]
    RequestingAgentCollaborations,
    /// The rows of `agent_collaborations` whose `responding_agent_id` refers here.
    #[sea_orm(
        has_many = "super::agent_collaborations::Entity",
        via_rel = "Relation::RespondingAgent"
    )]
    RespondingAgentCollaborations,
    /// The rows of `agents` whose `parent_id` refers here; it may be NULL.
    #[sea_orm(has_many = "Entity", via_rel = "Relation::Parent")]
    Children,
    /// The rows of `budgets` whose `owner_agent_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::budgets::Entity", via_rel = "Relation::OwnerAgent")]
    OwnerBudgets,
    /// The rows of `campaigns` whose `owner_agent_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::campaigns::Entity", via_rel = "Relation::OwnerAgent")]
    OwnerCampaigns,
    /// The rows of `configurations` whose `updated_by_agent_id` refers here; it may be NULL.
    #[sea_orm(
        has_many = "super::configurations::Entity",
        via_rel = "Relation::UpdatedByAgent"
    )]
    UpdatedByConfigurations,
    /// The rows of `content` whose `created_by_agent_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::content::Entity", via_rel = "Relation::CreatedByAgent")]
    CreatedByContent,
    /// The rows of `customer_interactions` whose `agent_id` refers here; it may be NULL.
    #[sea_orm(
        has_many = "super::customer_interactions::Entity",
        via_rel = "Relation::Agent"
    )]
    CustomerInteractions,
    /// The rows of `goals` whose `owner_agent_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::goals::Entity", via_rel = "Relation::OwnerAgent")]
    OwnerGoals,
    /// The rows of `kpis` whose `owner_agent_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::kpis::Entity", via_rel = "Relation::OwnerAgent")]
    OwnerKpis,
    /// The rows of `reports` whose `created_by_agent_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::reports::Entity", via_rel = "Relation::CreatedByAgent")]
    CreatedByReports,
    /// The rows of `revenue_attribution` whose `agent_id` refers here.
    #[sea_orm(has_many = "super::revenue_attribution::Entity", via_rel = "Relation::Agent")]
    RevenueAttribution,
    /// The rows of `system_events` whose `source_agent_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::system_events::Entity", via_rel = "Relation::SourceAgent")]
    SourceSystemEvents,
    /// The rows of `tasks` whose `assigned_agent_id` refers here.
    #[sea_orm(has_many = "super::tasks::Entity", via_rel = "Relation::AssignedAgent")]
    AssignedTasks,
    /// The rows of `transactions` whose `agent_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::transactions::Entity", via_rel = "Relation::Agent")]
    Transactions,
    /// The rows of `workflows` whose `owner_agent_id` refers here.
    #[sea_orm(has_many = "super::workflows::Entity", via_rel = "Relation::OwnerAgent")]
    OwnerWorkflows,
}

impl Related<super::agent_capabilities::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::AgentCapabilities.def()
    }
}

impl Related<super::budgets::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::OwnerBudgets.def()
    }
}

impl Related<super::campaigns::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::OwnerCampaigns.def()
    }
}

impl Related<super::configurations::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::UpdatedByConfigurations.def()
    }
}

impl Related<super::content::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::CreatedByContent.def()
    }
}

impl Related<super::customer_interactions::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::CustomerInteractions.def()
    }
}

impl Related<super::goals::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::OwnerGoals.def()
    }
}

impl Related<super::kpis::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::OwnerKpis.def()
    }
}

impl Related<super::reports::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::CreatedByReports.def()
    }
}

impl Related<super::revenue_attribution::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::RevenueAttribution.def()
    }
}

impl Related<super::system_events::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::SourceSystemEvents.def()
    }
}

impl Related<super::tasks::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::AssignedTasks.def()
    }
}

impl Related<super::transactions::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Transactions.def()
    }
}

impl Related<super::workflows::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::OwnerWorkflows.def()
    }
}

crate::identified!(ActiveModel, id: AgentId);
