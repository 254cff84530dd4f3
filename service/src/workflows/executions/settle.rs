//! An execution that ends because its last task has ended.
//!
//! Who ends a task and wants this first locks the execution, then ends the task, then looks whether any is left. Two workers who
//! end the last two tasks at the same moment therefore come one after the other, and the second sees what the first did.

use std::collections::BTreeSet;

use entity::{TaskId, TaskStatus, WorkflowExecutionId, WorkflowExecutionStatus, tasks, workflow_executions};
use sea_orm::sea_query::{
    CaseStatement, Expr, ExprTrait, Func, FunctionCall, LockType, Order, Query, SelectStatement,
    SubQueryStatement,
};
use sea_orm::{ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::state::OPEN;
use crate::batch::among;
use crate::error::DatabaseError;
use crate::workflows::tasks::state::OPEN as OPEN_TASKS;

/// Locks the execution of a task, if there is such a task. One statement.
pub(crate) async fn lock_of_task<C: ConnectionTrait>(
    db: &C,
    task: TaskId,
) -> Result<Option<WorkflowExecutionId>, DatabaseError> {
    let execution = Query::select()
        .column(tasks::Column::WorkflowExecutionId)
        .from(tasks::Entity)
        .and_where(tasks::Column::Id.eq(task))
        .to_owned();
    Ok(workflow_executions::Entity::find()
        .select_only()
        .column(workflow_executions::Column::Id)
        .filter(
            workflow_executions::Column::Id
                .into_expr()
                .eq(value_of(execution)),
        )
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .one(db)
        .await?)
}

/// Locks executions by id. One statement.
pub(crate) async fn lock_all<C: ConnectionTrait>(
    db: &C,
    executions: &BTreeSet<WorkflowExecutionId>,
) -> Result<(), DatabaseError> {
    workflow_executions::Entity::find()
        .select_only()
        .column(workflow_executions::Column::Id)
        .filter(among(
            db,
            workflow_executions::Column::Id,
            executions.iter().copied(),
        ))
        .order_by_asc(workflow_executions::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple::<WorkflowExecutionId>()
        .all(db)
        .await?;
    Ok(())
}

/// Ends those of the locked executions that have no open task left, at the instant at which the last one ended. One statement.
pub(crate) async fn settle<C: ConnectionTrait>(
    db: &C,
    executions: impl IntoIterator<Item = WorkflowExecutionId>,
) -> Result<Vec<workflow_executions::Model>, DatabaseError> {
    use WorkflowExecutionStatus::{Cancelled, Failed, Succeeded};
    use workflow_executions::Column;
    let has = |status| Expr::exists(own_tasks().and_where(tasks::Column::Status.eq(status)).to_owned());
    let status = CaseStatement::new()
        .case(has(TaskStatus::Failed), Expr::val(Failed.to_value()))
        .case(has(TaskStatus::Completed), Expr::val(Succeeded.to_value()))
        .finally(Expr::val(Cancelled.to_value()));
    let first_error = own_tasks()
        .clear_selects()
        .column(tasks::Column::ErrorMessage)
        .and_where(tasks::Column::Status.eq(TaskStatus::Failed))
        .order_by(tasks::Column::CompletedAt, Order::Asc)
        .order_by(tasks::Column::Id, Order::Asc)
        .limit(1)
        .to_owned();
    let of_tasks = |time: FunctionCall| value_of(own_tasks().clear_selects().expr(time).to_owned());
    let first_start = || of_tasks(Func::min(tasks::Column::StartedAt.into_expr()));
    let last_end = || of_tasks(Func::max(tasks::Column::CompletedAt.into_expr()));
    // Nobody said that it runs, but it did since its first task; or never, when all were cancelled.
    let begun = Func::coalesce([Column::StartedAt.into_expr(), first_start(), last_end()]);
    let ended = Func::greatest([begun.clone().into(), last_end()]);
    let open = own_tasks()
        .and_where(tasks::Column::Status.is_in(OPEN_TASKS))
        .to_owned();
    Ok(workflow_executions::Entity::update_many()
        .col_expr(Column::Status, status.into())
        .col_expr(Column::ErrorMessage, value_of(first_error))
        .col_expr(Column::StartedAt, begun.into())
        .col_expr(Column::CompletedAt, ended.into())
        .filter(among(db, Column::Id, executions))
        .filter(Column::Status.is_in(OPEN))
        .filter(Expr::exists(open).not())
        .exec_with_returning(db)
        .await?)
}

/// `SELECT 1 FROM tasks` of the execution that is being written.
fn own_tasks() -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(tasks::Entity)
        .and_where(
            Expr::col((tasks::Entity, tasks::Column::WorkflowExecutionId))
                .equals((workflow_executions::Entity, workflow_executions::Column::Id)),
        )
        .to_owned()
}

fn value_of(select: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(select)))
}
