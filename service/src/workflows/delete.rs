//! Deleting a workflow that has no history.

use entity::{WorkflowId, workflow_executions, workflows};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, TransactionTrait,
};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::transaction;

/// The workflow to delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeleteWorkflow {
    /// Its id.
    pub id: WorkflowId,
}

/// What [`delete`] removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedWorkflow {
    /// The workflow as it was.
    pub workflow: workflows::Model,
}

/// Why a workflow was not deleted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeleteError {
    /// There is no such workflow.
    #[error("there is no workflow {id}")]
    NotFound {
        /// What was asked for.
        id: WorkflowId,
    },
    /// It has run, and its history is kept.
    #[error("workflow {id} has {executions} executions, whose history is kept; deactivate it instead")]
    HasExecutions {
        /// The workflow.
        id: WorkflowId,
        /// How many times it ran; never zero.
        executions: u64,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for DeleteError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound { .. } | Self::HasExecutions { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Deletes a workflow that never ran.
///
/// Three statements. The workflow's row is locked before its executions are counted, so an execution that another connection is
/// inserting is waited for and counted, and one that comes later fails for want of its workflow.
///
/// # Errors
///
/// [`DeleteError::NotFound`]; [`DeleteError::HasExecutions`] with their number.
pub async fn delete<C>(db: &C, command: DeleteWorkflow) -> Result<DeletedWorkflow, DeleteError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let id = command.id;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, id).await;
    match transaction::finish(transaction, outcome).await {
        // In a caller's REPEATABLE READ the count does not see what the foreign key sees.
        Err(DeleteError::Database(DatabaseError::Restricted { .. })) => {
            Err(match executions(db, id).await? {
                0 => DatabaseError::Serialization.into(),
                executions => DeleteError::HasExecutions { id, executions },
            })
        }
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(db: &C, id: WorkflowId) -> Result<DeletedWorkflow, DeleteError> {
    let workflow = workflows::Entity::find_by_id(id)
        .lock_exclusive()
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    let workflow = workflow.ok_or(DeleteError::NotFound { id })?;
    let executions = executions(db, id).await?;
    if executions > 0 {
        return Err(DeleteError::HasExecutions { id, executions });
    }
    let deleted = workflows::Entity::delete_by_id(id)
        .exec(db)
        .await
        .map_err(DatabaseError::of_deletion)?;
    if deleted.rows_affected != 1 {
        return Err(DatabaseError::Changed { table: "workflows" }.into());
    }
    Ok(DeletedWorkflow { workflow })
}

async fn executions<C: ConnectionTrait>(db: &C, id: WorkflowId) -> Result<u64, DatabaseError> {
    Ok(workflow_executions::Entity::find()
        .filter(workflow_executions::Column::WorkflowId.eq(id))
        .count(db)
        .await?)
}
