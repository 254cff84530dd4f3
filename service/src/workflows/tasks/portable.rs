//! A claim in two statements of SeaQuery: take the tasks, then begin their executions.
//!
//! SQLite takes this path; its transaction began IMMEDIATE, which is the lock. PostgreSQL has a faster one
//! ([`postgres`](super::postgres)) and never takes this.

use std::collections::BTreeSet;

use entity::{TaskStatus, WorkflowExecutionStatus, tasks, workflow_executions};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::claim::{ClaimTasks, ClaimedTasks};
use super::lease::is;
use crate::batch::among;
use crate::error::DatabaseError;
use crate::workflows::clock;

/// Claims inside the caller's transaction.
pub(super) async fn claim<C: ConnectionTrait>(
    db: &C,
    command: ClaimTasks,
) -> Result<ClaimedTasks, DatabaseError> {
    use tasks::Column;
    let rested = Column::LeaseExpiresAt
        .is_null()
        .or(Column::LeaseExpiresAt.into_expr().lte(clock::now(db)));
    let mut picked = Query::select();
    picked
        .column(Column::Id)
        .from(tasks::Entity)
        .and_where(Column::AssignedAgentId.eq(command.agent))
        .and_where(is(TaskStatus::Pending))
        .and_where(rested)
        .limit(u64::from(command.limit));
    for column in [Column::Priority, Column::CreatedAt, Column::Id] {
        picked.order_by(column, Order::Asc);
    }
    let mut tasks = tasks::Entity::update_many()
        .col_expr(Column::Status, Expr::value(TaskStatus::InProgress))
        .col_expr(Column::Attempts, Column::Attempts.into_expr().add(1))
        .col_expr(Column::StartedAt, clock::now(db))
        .col_expr(Column::LeaseExpiresAt, clock::after(db, command.lease))
        .filter(Column::Id.in_subquery(picked.take()))
        .exec_with_returning(db)
        .await?;
    tasks.sort_by_key(|task| (task.priority, task.created_at, task.id));
    let executions: BTreeSet<_> = tasks.iter().map(|task| task.workflow_execution_id).collect();
    if !executions.is_empty() {
        workflow_executions::Entity::update_many()
            .col_expr(
                workflow_executions::Column::Status,
                Expr::value(WorkflowExecutionStatus::Running),
            )
            .col_expr(workflow_executions::Column::StartedAt, clock::now(db))
            .filter(among(db, workflow_executions::Column::Id, executions))
            .filter(workflow_executions::Column::Status.eq(WorkflowExecutionStatus::Pending))
            .exec(db)
            .await?;
    }
    Ok(ClaimedTasks { tasks })
}
