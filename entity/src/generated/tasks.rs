//! Rows of `tasks`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{AgentId, WorkflowExecutionId};

crate::typed_id! {
    /// Identifies a row of `tasks`.
    TaskId
}

/// What `tasks.status` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskStatus {
    #[default]
    #[sea_orm(string_value = "pending")]
    Pending,
    #[sea_orm(string_value = "in_progress")]
    InProgress,
    #[sea_orm(string_value = "completed")]
    Completed,
    #[sea_orm(string_value = "failed")]
    Failed,
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
}

crate::closed_set!(TaskStatus);

/// A row of `tasks`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "tasks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaskId,
    pub workflow_execution_id: WorkflowExecutionId,
    pub assigned_agent_id: AgentId,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub task_type: String,
    pub priority: i32,
    pub status: TaskStatus,
    #[sea_orm(column_type = "JsonBinary")]
    pub input_data: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub output_data: Json,
    #[sea_orm(column_type = "Text")]
    pub error_message: Option<String>,
    pub attempts: i32,
    pub sla_minutes: i32,
    pub lease_expires_at: Option<DateTimeUtc>,
    pub started_at: Option<DateTimeUtc>,
    pub completed_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

/// Every foreign key of `tasks` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `workflow_executions` that `workflow_execution_id` refers to; ON DELETE CASCADE.
    #[sea_orm(
        belongs_to = "super::workflow_executions::Entity",
        from = "Column::WorkflowExecutionId",
        to = "super::workflow_executions::Column::Id",
        on_delete = "Cascade",
        fk_name = "fk_tasks_workflow_execution_id"
    )]
    WorkflowExecution,
    /// The row of `agents` that `assigned_agent_id` refers to; ON DELETE NO ACTION.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::AssignedAgentId",
        to = "super::agents::Column::Id",
        on_delete = "NoAction",
        fk_name = "fk_tasks_assigned_agent_id"
    )]
    AssignedAgent,
}

impl Related<super::workflow_executions::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::WorkflowExecution.def()
    }
}

impl Related<super::agents::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::AssignedAgent.def()
    }
}

crate::identified!(ActiveModel, id: TaskId);
