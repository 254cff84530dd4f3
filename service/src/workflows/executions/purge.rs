//! Removing history that nobody needs any more.

use chrono::{DateTime, Utc};
use entity::{WorkflowExecutionId, WorkflowId, tasks, workflow_executions};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, TransactionTrait,
};
use thiserror::Error;

use super::list::lowest_after;
use super::state::FINISHED;
use crate::batch::{MAX_ELEMENTS, among};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;

/// The history to remove, a batch at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurgeExecutions {
    /// Executions that were created before this time.
    pub before: DateTime<Utc>,
    /// Only those of this workflow.
    pub workflow: Option<WorkflowId>,
    /// The most executions to remove in this call: from 1 to 2 000.
    pub limit: u32,
}

impl PurgeExecutions {
    /// A full batch of all workflows' history.
    #[must_use]
    pub const fn new(before: DateTime<Utc>) -> Self {
        Self {
            before,
            workflow: None,
            limit: MAX_ELEMENTS as u32,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.batch_size("limit", self.limit);
        checks.finish()
    }
}

/// What [`purge`] removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PurgedExecutions {
    /// How many executions. Fewer than the limit: there are no more.
    pub executions: u64,
    /// How many tasks went with them.
    pub tasks: u64,
}

/// Why nothing was removed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PurgeError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for PurgeError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Removes the oldest finished executions that were created before a time, with their tasks, and counts both.
///
/// What is pending or running stays, however old it is. Call it until it removes fewer than the limit; each call is a transaction
/// of its own, so that none is long.
///
/// Three statements, or one when there is nothing. Locks the executions by id, then removes their tasks, then them.
///
/// # Errors
///
/// [`PurgeError::Invalid`], and what can happen to a connection.
pub async fn purge<C>(db: &C, command: PurgeExecutions) -> Result<PurgedExecutions, PurgeError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.executions.purge");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = remove(&transaction, command).await;
    Ok(transaction::finish(transaction, outcome).await?)
}

async fn remove<C: ConnectionTrait>(
    db: &C,
    command: PurgeExecutions,
) -> Result<PurgedExecutions, DatabaseError> {
    use workflow_executions::Column;
    let mut select = workflow_executions::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.lt(lowest_after(command.before)))
        .filter(Column::CreatedAt.lt(command.before))
        .filter(Column::Status.is_in(FINISHED))
        .order_by_asc(Column::Id)
        .limit(u64::from(command.limit))
        .lock_exclusive();
    if let Some(workflow) = command.workflow {
        select = select.filter(Column::WorkflowId.eq(workflow));
    }
    let ids: Vec<WorkflowExecutionId> = select.into_tuple().all(db).await?;
    if ids.is_empty() {
        return Ok(PurgedExecutions::default());
    }
    let tasks = tasks::Entity::delete_many()
        .filter(among(db, tasks::Column::WorkflowExecutionId, ids.iter().copied()))
        .exec(db)
        .await?;
    let executions = workflow_executions::Entity::delete_many()
        .filter(among(db, Column::Id, ids.iter().copied()))
        .exec(db)
        .await?;
    if executions.rows_affected != ids.len() as u64 {
        return Err(DatabaseError::Changed {
            table: "workflow_executions",
        });
    }
    Ok(PurgedExecutions {
        executions: executions.rows_affected,
        tasks: tasks.rows_affected,
    })
}
