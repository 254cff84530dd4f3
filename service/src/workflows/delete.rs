//! Deleting a workflow that has no history.

use entity::{WorkflowId, workflow_executions, workflows};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, TransactionTrait};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::operation;
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
/// One statement. The foreign key decides, also between this and an execution that another connection is beginning: the execution
/// is waited for and counted, or it is later and fails for want of its workflow. A refusal costs one more statement, which counts.
///
/// # Errors
///
/// [`DeleteError::NotFound`]; [`DeleteError::HasExecutions`] with their number.
pub async fn delete<C>(db: &C, command: DeleteWorkflow) -> Result<DeletedWorkflow, DeleteError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.delete");
    let id = command.id;
    let transaction = transaction::begin(db).await?;
    let outcome = workflows::Entity::delete_by_id(id)
        .exec_with_returning(&transaction)
        .await
        .map_err(DatabaseError::of_deletion);
    match transaction::finish(transaction, outcome).await {
        Ok(Some(workflow)) => Ok(DeletedWorkflow { workflow }),
        Ok(None) => Err(DeleteError::NotFound { id }),
        Err(DatabaseError::Restricted { .. }) => Err(match executions(db, id).await? {
            // They are gone again, or newer than what a caller's REPEATABLE READ may see.
            0 => DatabaseError::Changed {
                table: "workflow_executions",
            }
            .into(),
            executions => DeleteError::HasExecutions { id, executions },
        }),
        Err(error) => Err(error.into()),
    }
}

async fn executions<C: ConnectionTrait>(db: &C, id: WorkflowId) -> Result<u64, DatabaseError> {
    Ok(workflow_executions::Entity::find()
        .filter(workflow_executions::Column::WorkflowId.eq(id))
        .count(db)
        .await?)
}
