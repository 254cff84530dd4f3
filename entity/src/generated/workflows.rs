//! Rows of `workflows`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{AgentId, GoalId};

crate::typed_id! {
    /// Identifies a row of `workflows`.
    WorkflowId
}

/// What `workflows.trigger_type` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkflowTriggerType {
    #[sea_orm(string_value = "manual")]
    Manual,
    #[sea_orm(string_value = "schedule")]
    Schedule,
    #[sea_orm(string_value = "webhook")]
    Webhook,
    #[sea_orm(string_value = "event")]
    Event,
}

crate::closed_set!(WorkflowTriggerType);

/// A row of `workflows`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "workflows")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WorkflowId,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub description: Option<String>,
    pub goal_id: Option<GoalId>,
    pub owner_agent_id: AgentId,
    #[sea_orm(column_type = "String(StringLen::N(255))", unique)]
    pub n8n_workflow_id: Option<String>,
    pub trigger_type: WorkflowTriggerType,
    #[sea_orm(column_type = "JsonBinary")]
    pub trigger_config: Json,
    pub is_active: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// Every foreign key of `workflows` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// At most one row of `goals` that `goal_id` refers to; ON DELETE NO ACTION.
    #[sea_orm(
        belongs_to = "super::goals::Entity",
        from = "Column::GoalId",
        to = "super::goals::Column::Id",
        on_delete = "NoAction",
        fk_name = "fk_workflows_goal_id"
    )]
    Goal,
    /// The row of `agents` that `owner_agent_id` refers to; ON DELETE NO ACTION.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::OwnerAgentId",
        to = "super::agents::Column::Id",
        on_delete = "NoAction",
        fk_name = "fk_workflows_owner_agent_id"
    )]
    OwnerAgent,
    /// The rows of `workflow_executions` whose `workflow_id` refers here.
    #[sea_orm(
        has_many = "super::workflow_executions::Entity",
        via_rel = "Relation::Workflow"
    )]
    WorkflowExecutions,
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

impl Related<super::workflow_executions::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::WorkflowExecutions.def()
    }
}

crate::identified!(ActiveModel, id: WorkflowId);
