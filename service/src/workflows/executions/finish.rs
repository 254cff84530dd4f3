//! Ending an execution.

use chrono::{DateTime, Utc};
use entity::{TaskId, TaskStatus, WorkflowExecutionId, WorkflowExecutionStatus, tasks, workflow_executions};
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, TransactionTrait,
};
use serde_json::{Value, json};

use super::begin::{lock, only};
use super::error::ExecutionError;
use super::state::may_move;
use crate::error::DatabaseError;
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, same_json};
use crate::operation;
use crate::transaction;
use crate::workflows::clock;
use crate::workflows::tasks::lock::lock_tasks;
use crate::workflows::tasks::state::OPEN as OPEN_TASKS;

/// How an execution ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExecutionResult {
    /// It did what it was for.
    Succeeded,
    /// It did not.
    Failed {
        /// Why not.
        error: String,
    },
    /// Somebody called it off.
    Cancelled {
        /// Why, if there is anything to say.
        reason: Option<String>,
    },
}

impl ExecutionResult {
    const fn status(&self) -> WorkflowExecutionStatus {
        match self {
            Self::Succeeded => WorkflowExecutionStatus::Succeeded,
            Self::Failed { .. } => WorkflowExecutionStatus::Failed,
            Self::Cancelled { .. } => WorkflowExecutionStatus::Cancelled,
        }
    }

    fn message(&self) -> Option<&String> {
        match self {
            Self::Succeeded => None,
            Self::Failed { error } => Some(error),
            Self::Cancelled { reason } => reason.as_ref(),
        }
    }
}

/// The execution that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct FinishExecution {
    /// Its id.
    pub id: WorkflowExecutionId,
    /// How it ended.
    pub result: ExecutionResult,
    /// A JSON object with what came of it.
    pub output: Value,
    /// A JSON object with what was measured.
    pub metrics: Value,
}

impl FinishExecution {
    /// An end without output and metrics.
    #[must_use]
    pub fn new(id: WorkflowExecutionId, result: ExecutionResult) -> Self {
        Self {
            id,
            result,
            output: json!({}),
            metrics: json!({}),
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if let Some(message) = self.result.message() {
            checks.name("result", message, usize::MAX);
        }
        checks.json_object("output", &self.output);
        checks.json_object("metrics", &self.metrics);
        checks.finish()
    }

    fn made(&self, row: &workflow_executions::Model) -> bool {
        row.status == self.result.status()
            && row.error_message.as_ref() == self.result.message()
            && same_json(&row.output_data, &self.output)
            && same_json(&row.metrics, &self.metrics)
    }
}

/// What [`finish`] left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedExecution {
    /// The execution.
    pub execution: workflow_executions::Model,
    /// The open tasks that were cancelled with it, by id.
    pub cancelled: Vec<TaskId>,
}

/// Ends an execution.
///
/// When it fails or is cancelled, its open tasks are cancelled with it, and whoever works on one cannot complete it any more. It
/// can only succeed once no task is open. A pending execution can be cancelled: it is begun and cancelled at the same instant.
/// The same command again returns the first outcome.
///
/// Three statements, however many tasks; four when it cancels some. Locks the execution, then the tasks that it cancels, by id.
///
/// # Errors
///
/// [`ExecutionError::IllegalMove`] when it is over or has not begun; [`ExecutionError::OpenTasks`];
/// [`ExecutionError::Conflict`] when it ended in the same way with another output, other metrics or another error.
pub async fn finish<C>(db: &C, command: FinishExecution) -> Result<FinishedExecution, ExecutionError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.executions.finish");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = finish_in(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn finish_in<C: ConnectionTrait>(
    db: &C,
    command: FinishExecution,
) -> Result<FinishedExecution, ExecutionError> {
    let id = command.id;
    let execution = lock(db, id).await?;
    let (from, to) = (execution.status, command.result.status());
    if from == to {
        if !command.made(&execution) {
            return Err(Conflict { id: id.into() }.into());
        }
        let cancelled = cancelled_with(db, &execution).await?;
        return Ok(FinishedExecution { execution, cancelled });
    }
    if !reaches(from, to) {
        return Err(ExecutionError::IllegalMove { id, from, to });
    }
    if to == WorkflowExecutionStatus::Succeeded {
        let open = open_tasks(db, id).await?;
        if open > 0 {
            return Err(ExecutionError::OpenTasks { id, open });
        }
        let execution = write(db, command).await?;
        let cancelled = Vec::new();
        return Ok(FinishedExecution { execution, cancelled });
    }
    let execution = write(db, command).await?;
    let cancelled = cancel_open_tasks(db, &execution).await?;
    Ok(FinishedExecution { execution, cancelled })
}

/// A pending execution is cancelled by way of running; it neither succeeds nor fails without having begun.
const fn reaches(from: WorkflowExecutionStatus, to: WorkflowExecutionStatus) -> bool {
    use WorkflowExecutionStatus::{Cancelled, Running};
    may_move(from, to) || matches!(to, Cancelled) && may_move(from, Running) && may_move(Running, to)
}

async fn open_tasks<C: ConnectionTrait>(db: &C, id: WorkflowExecutionId) -> Result<u64, DatabaseError> {
    Ok(tasks::Entity::find()
        .filter(tasks::Column::WorkflowExecutionId.eq(id))
        .filter(tasks::Column::Status.is_in(OPEN_TASKS))
        .count(db)
        .await?)
}

async fn write<C: ConnectionTrait>(
    db: &C,
    command: FinishExecution,
) -> Result<workflow_executions::Model, DatabaseError> {
    use workflow_executions::Column;
    let begun = Func::coalesce([Column::StartedAt.into_expr(), clock::now(db)]);
    // A server's clock that was set back must not make the end come before the start.
    let ended = Func::greatest([begun.clone().into(), clock::now(db)]);
    let written = workflow_executions::Entity::update_many()
        .col_expr(Column::Status, Expr::value(command.result.status()))
        .col_expr(Column::OutputData, Expr::value(command.output))
        .col_expr(Column::Metrics, Expr::value(command.metrics))
        .col_expr(
            Column::ErrorMessage,
            Expr::value(command.result.message().cloned()),
        )
        .col_expr(Column::StartedAt, begun.into())
        .col_expr(Column::CompletedAt, ended.into())
        .filter(Column::Id.eq(command.id))
        .exec_with_returning(db)
        .await?;
    only(written)
}

/// Cancels them at the instant at which the execution ended, by which [`cancelled_with`] knows them again.
async fn cancel_open_tasks<C: ConnectionTrait>(
    db: &C,
    execution: &workflow_executions::Model,
) -> Result<Vec<TaskId>, DatabaseError> {
    use tasks::Column;
    let open = Condition::all()
        .add(Column::WorkflowExecutionId.eq(execution.id))
        .add(Column::Status.is_in(OPEN_TASKS));
    if lock_tasks(db, open.clone()).await?.is_empty() {
        return Ok(Vec::new());
    }
    let cancelled = tasks::Entity::update_many()
        .col_expr(Column::Status, Expr::value(TaskStatus::Cancelled))
        .col_expr(Column::LeaseExpiresAt, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(Column::CompletedAt, Expr::value(execution.completed_at))
        .filter(open)
        .exec_with_returning(db)
        .await?;
    Ok(sorted(cancelled))
}

async fn cancelled_with<C: ConnectionTrait>(
    db: &C,
    execution: &workflow_executions::Model,
) -> Result<Vec<TaskId>, DatabaseError> {
    let mut cancelled = tasks::Entity::find()
        .filter(tasks::Column::WorkflowExecutionId.eq(execution.id))
        .filter(tasks::Column::Status.eq(TaskStatus::Cancelled))
        .all(db)
        .await?;
    cancelled.retain(|task| task.completed_at == execution.completed_at);
    Ok(sorted(cancelled))
}

fn sorted(tasks: Vec<tasks::Model>) -> Vec<TaskId> {
    let mut ids: Vec<_> = tasks.into_iter().map(|task| task.id).collect();
    ids.sort_unstable();
    ids
}
