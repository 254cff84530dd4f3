//! A task that is called off.

use chrono::{DateTime, Utc};
use entity::{TaskId, TaskStatus, tasks};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait};
use thiserror::Error;

use super::lease::{EndedTask, ended_with, find};
use super::state::OPEN;
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;
use crate::workflows::clock;
use crate::workflows::executions::settle::{lock_of_task, settle};

/// The task to call off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelTask {
    /// Its id.
    pub task: TaskId,
    /// Why, if there is anything to say.
    pub reason: Option<String>,
    /// Whether the execution ends when this was its last open task.
    pub finish_execution: bool,
}

/// Why a task was not cancelled.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CancelTaskError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such task.
    #[error("there is no task {task}")]
    NotFound {
        /// What was asked for.
        task: TaskId,
    },
    /// It is over: completed or failed.
    #[error("task {task} has {from} and cannot be cancelled")]
    IllegalMove {
        /// The task.
        task: TaskId,
        /// What it is.
        from: TaskStatus,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for CancelTaskError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::NotFound { .. } | Self::IllegalMove { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Cancels a task that is pending or in progress; a worker that has it cannot complete it any more. One that is cancelled already
/// is returned as it is.
///
/// One statement; with `finish_execution` three, and then it locks the execution before the task. A repetition sends one more.
///
/// # Errors
///
/// [`CancelTaskError::IllegalMove`] when it was completed or has failed; [`CancelTaskError::NotFound`].
pub async fn cancel<C>(db: &C, command: CancelTask) -> Result<EndedTask, CancelTaskError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.tasks.cancel");
    if let Some(reason) = &command.reason {
        let mut checks = Checks::default();
        checks.name("reason", reason, usize::MAX);
        checks.finish()?;
    }
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, command: CancelTask) -> Result<EndedTask, CancelTaskError> {
    use tasks::Column;
    let CancelTask {
        task,
        reason,
        finish_execution,
    } = command;
    if finish_execution {
        lock_of_task(db, task).await?;
    }
    let mut written = tasks::Entity::update_many()
        .col_expr(Column::Status, Expr::value(TaskStatus::Cancelled))
        .col_expr(Column::ErrorMessage, Expr::value(reason))
        .col_expr(Column::LeaseExpiresAt, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(Column::CompletedAt, clock::now(db))
        .filter(Column::Id.eq(task))
        .filter(Column::Status.is_in(OPEN))
        .exec_with_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    if let Some(task) = written.pop() {
        let finished = if finish_execution {
            settle(db, [task.workflow_execution_id]).await?.pop()
        } else {
            None
        };
        return Ok(EndedTask { task, finished });
    }
    let row = find(db, task).await?.ok_or(CancelTaskError::NotFound { task })?;
    if row.status != TaskStatus::Cancelled {
        let from = row.status;
        return Err(CancelTaskError::IllegalMove { task, from });
    }
    let finished = if finish_execution {
        ended_with(db, &row).await?
    } else {
        None
    };
    Ok(EndedTask { task: row, finished })
}
