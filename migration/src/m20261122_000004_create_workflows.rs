//! Workflows, their executions by month, and the tasks of an execution.
//!
//! History is protected: a workflow with executions cannot be deleted. Tasks go with their execution.

use sea_orm_migration::prelude::*;

use crate::schema::{
    NewTable, boolean, drop_tables, empty_object, integer, json, partition_by_month, text, timestamp, uuid,
    varchar,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_workflows(manager).await?;
        create_workflow_executions(manager).await?;
        create_tasks(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["tasks", "workflow_executions", "workflows"]).await
    }
}

async fn create_workflows(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "workflows")
        .id()
        .col(varchar("name", 255))
        .col(text("description").null())
        .col(uuid("goal_id").null())
        .col(uuid("owner_agent_id"))
        .col(varchar("n8n_workflow_id", 255).null())
        .col(varchar("trigger_type", 50))
        .col(json("trigger_config").default(empty_object()))
        .col(boolean("is_active").default(true))
        .created_at()
        .updated_at()
        .one_of("trigger_type", ["manual", "schedule", "webhook", "event"])
        .references("goal_id", "goals", ForeignKeyAction::NoAction)
        .references("owner_agent_id", "agents", ForeignKeyAction::NoAction)
        .unique(["n8n_workflow_id"])
        .create(manager)
        .await
}

async fn create_workflow_executions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "workflow_executions")
        .time_id()
        .col(uuid("workflow_id"))
        .col(varchar("execution_id", 255).null())
        .col(varchar("status", 50).default("pending"))
        .col(json("input_data").default(empty_object()))
        .col(json("output_data").default(empty_object()))
        .col(json("metrics").default(empty_object()))
        .col(text("error_message").null())
        .col(timestamp("started_at").null())
        .col(timestamp("completed_at").null())
        .created_at()
        .one_of(
            "status",
            ["pending", "running", "succeeded", "failed", "cancelled"],
        )
        .check("times", Expr::col("completed_at").gte(Expr::col("started_at")))
        .references("workflow_id", "workflows", ForeignKeyAction::Restrict)
        .create(manager)
        .await?;
    partition_by_month(manager, "workflow_executions", "created_at").await
}

async fn create_tasks(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "tasks")
        .id()
        .col(uuid("workflow_execution_id"))
        .col(uuid("assigned_agent_id"))
        .col(varchar("task_type", 100))
        .col(integer("priority").default(5))
        .col(varchar("status", 50).default("pending"))
        .col(json("input_data").default(empty_object()))
        .col(json("output_data").default(empty_object()))
        .col(text("error_message").null())
        .col(integer("attempts").default(0))
        .col(integer("sla_minutes").default(60))
        .col(timestamp("lease_expires_at").null())
        .col(timestamp("started_at").null())
        .col(timestamp("completed_at").null())
        .created_at()
        .between("priority", 1, 10)
        .one_of(
            "status",
            ["pending", "in_progress", "completed", "failed", "cancelled"],
        )
        .at_least("attempts", 0)
        .at_least("sla_minutes", 1)
        .references(
            "workflow_execution_id",
            "workflow_executions",
            ForeignKeyAction::Cascade,
        )
        .references("assigned_agent_id", "agents", ForeignKeyAction::NoAction)
        .index_named("idx_tasks_agent_status", ["assigned_agent_id", "status"])
        .create(manager)
        .await
}
