//! One execution with its tasks.

use entity::{WorkflowExecutionId, tasks, workflow_executions};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::error::ExecutionError;
use crate::error::DatabaseError;
use crate::operation;

/// The execution to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GetExecution {
    /// Its id.
    pub id: WorkflowExecutionId,
}

/// An execution and everything that is to be done in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutionWithTasks {
    /// The execution.
    pub execution: workflow_executions::Model,
    /// All of its tasks by id.
    pub tasks: Vec<tasks::Model>,
}

/// Reads an execution with its tasks. Two statements.
///
/// # Errors
///
/// [`ExecutionError::NotFound`].
pub async fn get<C: ConnectionTrait>(
    db: &C,
    query: GetExecution,
) -> Result<ExecutionWithTasks, ExecutionError> {
    let db = &operation::named(db, "workflows.executions.get");
    let id = query.id;
    let execution = workflow_executions::Entity::find_by_id(id)
        .one(db)
        .await
        .map_err(DatabaseError::from)?
        .ok_or(ExecutionError::NotFound { id })?;
    let tasks = tasks::Entity::find()
        .filter(tasks::Column::WorkflowExecutionId.eq(id))
        .order_by_asc(tasks::Column::Id)
        .all(db)
        .await
        .map_err(DatabaseError::from)?;
    Ok(ExecutionWithTasks { execution, tasks })
}
