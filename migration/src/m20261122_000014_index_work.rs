//! Indexes for the queue of tasks, for the history of executions, and for pages of goals and workflows.
//!
//! The partial ones hold open tasks alone, so they stay small however long the history grows.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table) in NAMES {
            manager
                .drop_index(Index::drop().name(name).table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

const NAMES: [(&str, &str); 8] = [
    ("idx_tasks_claim", "tasks"),
    ("idx_tasks_lease", "tasks"),
    ("idx_tasks_open", "tasks"),
    ("idx_tasks_assigned_agent_id_id", "tasks"),
    ("idx_workflow_executions_workflow_id_id", "workflow_executions"),
    ("idx_workflow_executions_status_id", "workflow_executions"),
    ("idx_goals_status_id", "goals"),
    ("idx_workflows_is_active_id", "workflows"),
];

fn indexes() -> [IndexCreateStatement; 8] {
    let columns: [&[&'static str]; 8] = [
        &["assigned_agent_id", "priority", "created_at", "id"],
        &["lease_expires_at", "id"],
        &["created_at", "id"],
        &["assigned_agent_id", "id"],
        &["workflow_id", "id"],
        &["status", "id"],
        &["status", "id"],
        &["is_active", "id"],
    ];
    let mut indexes = NAMES.map(|(name, table)| Index::create().name(name).table(table).take());
    for (index, columns) in indexes.iter_mut().zip(columns) {
        for column in columns {
            index.col(*column);
        }
    }
    // Literals: SQLite refuses parameters here, and PostgreSQL has none in DDL.
    let status = |status: &'static str| Expr::Constant(status.into());
    let column = || Expr::col("status");
    indexes[0].and_where(column().eq(status("pending")));
    indexes[1].and_where(column().eq(status("in_progress")));
    indexes[2].and_where(column().is_in(["pending", "in_progress"].map(status)));
    indexes
}
