//! Beginning an execution.

use entity::{WorkflowExecutionId, WorkflowExecutionStatus, workflow_executions};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, TransactionTrait};

use super::error::ExecutionError;
use super::state::may_move;
use crate::error::DatabaseError;
use crate::operation;
use crate::transaction;
use crate::workflows::clock;

/// The execution that now runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeginExecution {
    /// Its id.
    pub id: WorkflowExecutionId,
}

/// Says that an execution runs. One that runs already is returned as it is.
///
/// Two statements. Locks the execution.
///
/// # Errors
///
/// [`ExecutionError::NotFound`]; [`ExecutionError::IllegalMove`] when it is over.
pub async fn begin<C>(db: &C, command: BeginExecution) -> Result<workflow_executions::Model, ExecutionError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.executions.begin");
    let transaction = transaction::begin(db).await?;
    let outcome = begin_in(&transaction, command.id).await;
    transaction::finish(transaction, outcome).await
}

async fn begin_in<C: ConnectionTrait>(
    db: &C,
    id: WorkflowExecutionId,
) -> Result<workflow_executions::Model, ExecutionError> {
    let to = WorkflowExecutionStatus::Running;
    let execution = lock(db, id).await?;
    let from = execution.status;
    if from == to {
        return Ok(execution);
    }
    if !may_move(from, to) {
        return Err(ExecutionError::IllegalMove { id, from, to });
    }
    Ok(write_begin(db, id).await?)
}

/// Moves a pending execution on, which the transaction has locked or written. One statement.
pub(super) async fn write_begin<C: ConnectionTrait>(
    db: &C,
    id: WorkflowExecutionId,
) -> Result<workflow_executions::Model, DatabaseError> {
    use workflow_executions::Column;
    let written = workflow_executions::Entity::update_many()
        .col_expr(Column::Status, Expr::value(WorkflowExecutionStatus::Running))
        .col_expr(Column::StartedAt, clock::now(db))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(WorkflowExecutionStatus::Pending))
        .exec_with_returning(db)
        .await?;
    only(written)
}

/// The execution, locked against being moved by anybody else.
pub(super) async fn lock<C: ConnectionTrait>(
    db: &C,
    id: WorkflowExecutionId,
) -> Result<workflow_executions::Model, ExecutionError> {
    workflow_executions::Entity::find_by_id(id)
        .lock(LockType::NoKeyUpdate)
        .one(db)
        .await
        .map_err(DatabaseError::from)?
        .ok_or(ExecutionError::NotFound { id })
}

/// The one row that was to be written.
pub(super) fn only(
    mut written: Vec<workflow_executions::Model>,
) -> Result<workflow_executions::Model, DatabaseError> {
    let changed = DatabaseError::Changed {
        table: "workflow_executions",
    };
    written.pop().ok_or(changed)
}
