//! What a worker holds while it works on a task, and how it loses it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{TaskId, TaskStatus, tasks, workflow_executions};
use rust_decimal::Decimal;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait, UpdateMany,
};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, Rule};
use crate::transaction;
use crate::workflows::clock;
use crate::workflows::executions::settle::{lock_of_task, settle};

/// The longest lease. What takes longer sends heartbeats.
pub const MAX_LEASE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A task as one worker claimed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The task.
    pub task: TaskId,
    /// `attempts` of the task when it was claimed.
    pub attempt: i32,
}

impl From<&tasks::Model> for Lease {
    /// The lease of a task as [`claim`](super::claim()) returned it.
    fn from(task: &tasks::Model) -> Self {
        Self {
            task: task.id,
            attempt: task.attempts,
        }
    }
}

/// What [`complete`](super::complete()), [`fail`](super::fail()) and [`cancel`](super::cancel()) left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedTask {
    /// The task: completed, failed for good, cancelled, or pending again.
    pub task: tasks::Model,
    /// The execution, if it was asked for and has ended with this task.
    pub finished: Option<workflow_executions::Model>,
}

/// Why a worker could not do anything to a task.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LeaseError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such task.
    #[error("there is no task {task}")]
    NotFound {
        /// What was asked for.
        task: TaskId,
    },
    /// The task is not this worker's any more: its lease has expired, somebody else has claimed it, or it has ended.
    #[error("task {task} is {status} in attempt {attempts}, and attempt {attempt} holds no lease of it")]
    Lost {
        /// The task.
        task: TaskId,
        /// The attempt that the worker sent.
        attempt: i32,
        /// How often the task has been claimed.
        attempts: i32,
        /// What the task is.
        status: TaskStatus,
        /// Until when its lease ran or runs.
        lease_expires_at: Option<DateTime<Utc>>,
    },
    /// This attempt has ended in this way, with another output.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl LeaseError {
    pub(super) fn lost(lease: Lease, row: &tasks::Model) -> Self {
        Self::Lost {
            task: lease.task,
            attempt: lease.attempt,
            attempts: row.attempts,
            status: row.status,
            lease_expires_at: row.lease_expires_at,
        }
    }
}

impl Classified for LeaseError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::NotFound { .. } | Self::Lost { .. } | Self::Conflict(_) => {
                Class::Refused
            }
            Self::Database(error) => error.class(),
        }
    }
}

/// A lease lasts at least a millisecond and at most [`MAX_LEASE`]; the bounds of a refusal are in seconds.
pub(super) fn check_lease(checks: &mut Checks, field: &str, lease: Duration) {
    if lease < Duration::from_millis(1) || lease > MAX_LEASE {
        let (min, max) = (Decimal::new(1, 3), MAX_LEASE.as_secs().into());
        checks.refuse(field, Rule::OutOfRange { min, max });
    }
}

/// `status = '…'` with the status in the statement's text: a partial index serves a parameter only as long as the planner plans
/// for its value.
pub(super) fn is(status: TaskStatus) -> Expr {
    tasks::Column::Status
        .into_expr()
        .eq(Expr::Constant(status.to_value().into()))
}

/// The task, if this attempt has a lease that has not expired.
pub(super) fn under<C: ConnectionTrait>(
    db: &C,
    update: UpdateMany<tasks::Entity>,
    lease: Lease,
) -> UpdateMany<tasks::Entity> {
    use tasks::Column;
    update
        .filter(Column::Id.eq(lease.task))
        .filter(Column::Status.eq(TaskStatus::InProgress))
        .filter(Column::Attempts.eq(lease.attempt))
        .filter(Column::LeaseExpiresAt.into_expr().gt(clock::now(db)))
}

/// Ends the attempt as `update` says, and then the execution, if that was its last open task and `finish` asks for it. `again`
/// tells whether the task is what the same command once left.
///
/// One statement, three with `finish`; a repetition or a refusal sends one more.
pub(super) async fn end<C>(
    db: &C,
    lease: Lease,
    update: UpdateMany<tasks::Entity>,
    finish: bool,
    again: impl Fn(&tasks::Model) -> Result<bool, Conflict>,
) -> Result<EndedTask, LeaseError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let transaction = transaction::begin(db).await?;
    let outcome = end_in(&transaction, lease, update, finish, again).await;
    transaction::finish(transaction, outcome).await
}

async fn end_in<C: ConnectionTrait>(
    db: &C,
    lease: Lease,
    update: UpdateMany<tasks::Entity>,
    finish: bool,
    again: impl Fn(&tasks::Model) -> Result<bool, Conflict>,
) -> Result<EndedTask, LeaseError> {
    if finish {
        lock_of_task(db, lease.task).await?;
    }
    let mut written = under(db, update, lease)
        .exec_with_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    let Some(task) = written.pop() else {
        return repeated(db, lease, finish, again).await;
    };
    let finished = if finish && task.completed_at.is_some() {
        settle(db, [task.workflow_execution_id]).await?.pop()
    } else {
        None
    };
    Ok(EndedTask { task, finished })
}

async fn repeated<C: ConnectionTrait>(
    db: &C,
    lease: Lease,
    finish: bool,
    again: impl Fn(&tasks::Model) -> Result<bool, Conflict>,
) -> Result<EndedTask, LeaseError> {
    let task = find(db, lease.task).await?;
    let task = task.ok_or(LeaseError::NotFound { task: lease.task })?;
    if task.attempts != lease.attempt || !again(&task)? {
        return Err(LeaseError::lost(lease, &task));
    }
    let finished = if finish {
        ended_with(db, &task).await?
    } else {
        None
    };
    Ok(EndedTask { task, finished })
}

/// The execution, if it ended at the instant at which the task did, which makes it the last one. One statement.
pub(super) async fn ended_with<C: ConnectionTrait>(
    db: &C,
    task: &tasks::Model,
) -> Result<Option<workflow_executions::Model>, DatabaseError> {
    let Some(completed_at) = task.completed_at else {
        return Ok(None);
    };
    let execution = workflow_executions::Entity::find_by_id(task.workflow_execution_id)
        .one(db)
        .await?;
    Ok(execution.filter(|execution| execution.completed_at == Some(completed_at)))
}

pub(super) async fn find<C: ConnectionTrait>(
    db: &C,
    task: TaskId,
) -> Result<Option<tasks::Model>, DatabaseError> {
    Ok(tasks::Entity::find_by_id(task).one(db).await?)
}
