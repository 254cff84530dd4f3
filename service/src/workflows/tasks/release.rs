//! Giving back what workers have left that died.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{AgentId, TaskId, TaskStatus, WorkflowExecutionId, tasks, workflow_executions};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, IntoCondition};
use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    TransactionTrait,
};

use super::claim::QueueError;
use super::lease::is;
use super::lock::lock_tasks;
use crate::batch::{MAX_ELEMENTS, among};
use crate::error::DatabaseError;
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;
use crate::workflows::clock;
use crate::workflows::executions::settle::{lock_all, settle};

/// What the error message of a task says whose lease expired.
pub const LEASE_EXPIRED: &str = "the lease expired";

/// The leases to release, a batch at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReleaseExpired {
    /// Only those of this agent's tasks.
    pub agent: Option<AgentId>,
    /// After how many attempts a task has failed for good, because it may be what kills its workers; at least 1.
    pub max_attempts: i32,
    /// How many at most, the one that expired first before others: from 1 to 2 000.
    pub limit: u32,
    /// Whether an execution ends when its last open task fails for good by this.
    pub finish_executions: bool,
}

impl ReleaseExpired {
    /// A full batch of all agents' tasks; executions end with their last task.
    #[must_use]
    pub const fn new(max_attempts: i32) -> Self {
        Self {
            agent: None,
            max_attempts,
            limit: MAX_ELEMENTS as u32,
            finish_executions: true,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.positive("max_attempts", self.max_attempts);
        checks.batch_size("limit", self.limit);
        checks.finish()
    }
}

/// What [`release_expired`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReleasedTasks {
    /// The tasks that can be claimed again, by id.
    pub pending: Vec<tasks::Model>,
    /// The tasks that have failed for good, by id.
    pub failed: Vec<tasks::Model>,
    /// The executions that ended with them.
    pub finished: Vec<workflow_executions::Model>,
}

/// Releases leases that have expired: the task is pending again, or has failed for good after its last attempt.
///
/// Call it every now and then, until it releases fewer than the limit. A worker whose lease has expired and that ends its task at
/// this moment is too late either way.
///
/// One statement when there is nothing; else three, and two more with `finish_executions`. Locks the executions by id, then the
/// tasks by id.
///
/// # Errors
///
/// [`QueueError::Invalid`], and what can happen to a connection.
pub async fn release_expired<C>(db: &C, command: ReleaseExpired) -> Result<ReleasedTasks, QueueError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.tasks.release_expired");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = release(&transaction, command).await;
    Ok(transaction::finish(transaction, outcome).await?)
}

async fn release<C: ConnectionTrait>(
    db: &C,
    command: ReleaseExpired,
) -> Result<ReleasedTasks, DatabaseError> {
    let expired = expired(db, command).await?;
    if expired.is_empty() {
        return Ok(ReleasedTasks::default());
    }
    let executions: BTreeSet<_> = expired.iter().map(|(_, execution)| *execution).collect();
    if command.finish_executions {
        lock_all(db, &executions).await?;
    }
    let tasks: Vec<TaskId> = expired.into_iter().map(|(task, _)| task).collect();
    lock_tasks(
        db,
        among(db, tasks::Column::Id, tasks.iter().copied()).into_condition(),
    )
    .await?;
    let mut released = write(db, tasks, command.max_attempts).await?;
    released.sort_by_key(|task| task.id);
    let (failed, pending): (Vec<_>, Vec<_>) = released
        .into_iter()
        .partition(|task| task.status == TaskStatus::Failed);
    let finished = if command.finish_executions {
        settle(db, failed.iter().map(|task| task.workflow_execution_id)).await?
    } else {
        Vec::new()
    };
    Ok(ReleasedTasks {
        pending,
        failed,
        finished,
    })
}

/// The tasks whose leases have expired, and their executions.
async fn expired<C: ConnectionTrait>(
    db: &C,
    command: ReleaseExpired,
) -> Result<Vec<(TaskId, WorkflowExecutionId)>, DatabaseError> {
    use tasks::Column;
    let mut select = tasks::Entity::find()
        .select_only()
        .columns([Column::Id, Column::WorkflowExecutionId])
        .filter(is(TaskStatus::InProgress))
        .filter(Column::LeaseExpiresAt.into_expr().lte(clock::once(db)))
        .order_by_asc(Column::LeaseExpiresAt)
        .order_by_asc(Column::Id)
        .limit(u64::from(command.limit));
    if let Some(agent) = command.agent {
        select = select.filter(Column::AssignedAgentId.eq(agent));
    }
    Ok(select.into_tuple().all(db).await?)
}

/// Looks again, because a heartbeat may have come meanwhile.
async fn write<C: ConnectionTrait>(
    db: &C,
    tasks: Vec<TaskId>,
    max_attempts: i32,
) -> Result<Vec<tasks::Model>, DatabaseError> {
    use tasks::Column;
    let for_good = || Column::Attempts.into_expr().gte(max_attempts);
    let status = CaseStatement::new()
        .case(for_good(), Expr::val(TaskStatus::Failed.to_value()))
        .finally(Expr::val(TaskStatus::Pending.to_value()));
    let completed_at = CaseStatement::new()
        .case(for_good(), clock::now(db))
        .finally(Expr::value(Option::<DateTime<Utc>>::None));
    Ok(tasks::Entity::update_many()
        .col_expr(Column::Status, status.into())
        .col_expr(Column::ErrorMessage, Expr::value(LEASE_EXPIRED))
        .col_expr(Column::LeaseExpiresAt, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(Column::CompletedAt, completed_at.into())
        .filter(among(db, Column::Id, tasks))
        .filter(Column::Status.eq(TaskStatus::InProgress))
        .filter(Column::LeaseExpiresAt.into_expr().lte(clock::now(db)))
        .exec_with_returning(db)
        .await?)
}
