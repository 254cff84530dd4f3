//! Rows of `workflow_executions`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::WorkflowId;

crate::typed_id! {
    /// Identifies a row of `workflow_executions`.
    WorkflowExecutionId
}

/// What `workflow_executions.status` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkflowExecutionStatus {
    #[default]
    #[sea_orm(string_value = "pending")]
    Pending,
    #[sea_orm(string_value = "running")]
    Running,
    #[sea_orm(string_value = "succeeded")]
    Succeeded,
    #[sea_orm(string_value = "failed")]
    Failed,
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
}

crate::closed_set!(WorkflowExecutionStatus);

/// A row of `workflow_executions`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "workflow_executions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WorkflowExecutionId,
    pub workflow_id: WorkflowId,
    #[sea_orm(column_type = "String(StringLen::N(255))")]
    pub execution_id: Option<String>,
    pub status: WorkflowExecutionStatus,
    #[sea_orm(column_type = "JsonBinary")]
    pub input_data: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub output_data: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub metrics: Json,
    #[sea_orm(column_type = "Text")]
    pub error_message: Option<String>,
    pub started_at: Option<DateTimeUtc>,
    pub completed_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

/// Every foreign key of `workflow_executions` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `workflows` that `workflow_id` refers to; ON DELETE RESTRICT.
    #[sea_orm(
        belongs_to = "super::workflows::Entity",
        from = "Column::WorkflowId",
        to = "super::workflows::Column::Id",
        on_delete = "Restrict",
        fk_name = "fk_workflow_executions_workflow_id"
    )]
    Workflow,
    /// The rows of `tasks` whose `workflow_execution_id` refers here.
    #[sea_orm(has_many = "super::tasks::Entity", via_rel = "Relation::WorkflowExecution")]
    Tasks,
}

impl Related<super::workflows::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Workflow.def()
    }
}

impl Related<super::tasks::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Tasks.def()
    }
}

crate::time_keyed!(ActiveModel, id: WorkflowExecutionId, created_at);
