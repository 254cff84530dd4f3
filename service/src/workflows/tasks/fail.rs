//! A task that could not be done, this time or for good.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{TaskStatus, tasks};
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, EntityTrait, TransactionTrait};

use super::lease::{EndedTask, Lease, LeaseError, MAX_LEASE, end};
use super::release::LEASE_EXPIRED;
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
use crate::workflows::clock;

/// The task that a worker could not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailTask {
    /// The attempt that the worker claimed.
    pub lease: Lease,
    /// Why it failed.
    pub error: String,
    /// After how many attempts it has failed for good; at least 1.
    pub max_attempts: i32,
    /// How long it rests before it can be claimed again; at most [`MAX_LEASE`].
    pub retry_after: Duration,
    /// Whether the execution ends when the task has failed for good and was its last open one.
    pub finish_execution: bool,
}

impl FailTask {
    /// A failure that is tried again at once, up to `max_attempts`; the execution ends with its last task.
    pub fn new(lease: Lease, error: impl Into<String>, max_attempts: i32) -> Self {
        Self {
            lease,
            error: error.into(),
            max_attempts,
            retry_after: Duration::ZERO,
            finish_execution: true,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.name("error", &self.error, usize::MAX);
        checks.positive("max_attempts", self.max_attempts);
        if self.retry_after > MAX_LEASE {
            let (min, max) = (0.into(), MAX_LEASE.as_secs().into());
            checks.refuse("retry_after", Rule::OutOfRange { min, max });
        }
        checks.finish()
    }
}

/// Ends an attempt without success, if its lease has not expired: the task is pending again, or has failed for good when this was
/// its last attempt. The same command again returns the first outcome, until the task is claimed again.
///
/// While a pending task rests, `lease_expires_at` says until when; its error message is that of the last attempt.
///
/// One statement; with `finish_execution` two, and three when it failed for good. Locks like
/// [`complete`](super::complete()).
///
/// # Errors
///
/// [`LeaseError::Lost`] when the lease has expired, somebody else has claimed the task, or it has ended;
/// [`LeaseError::Conflict`] when this attempt failed for good with another error; [`LeaseError::NotFound`].
pub async fn fail<C>(db: &C, command: FailTask) -> Result<EndedTask, LeaseError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.tasks.fail");
    command.check()?;
    use tasks::Column;
    let lease = command.lease;
    let none = || Expr::value(Option::<DateTime<Utc>>::None);
    let (status, rests_until, completed_at) = if lease.attempt >= command.max_attempts {
        (TaskStatus::Failed, none(), clock::now(db))
    } else if command.retry_after.is_zero() {
        (TaskStatus::Pending, none(), none())
    } else {
        (TaskStatus::Pending, clock::after(db, command.retry_after), none())
    };
    let update = tasks::Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .col_expr(Column::ErrorMessage, Expr::value(command.error.clone()))
        .col_expr(Column::LeaseExpiresAt, rests_until)
        .col_expr(Column::CompletedAt, completed_at);
    let again = |row: &tasks::Model| {
        if row.status != status {
            Ok(false)
        } else if row.error_message.as_ref() == Some(&command.error) {
            Ok(true)
        } else if status == TaskStatus::Failed && row.error_message.as_deref() != Some(LEASE_EXPIRED) {
            let id = lease.task.into();
            Err(Conflict { id })
        } else {
            // Its lease was released meanwhile, for another attempt or for good.
            Ok(false)
        }
    };
    end(db, lease, update, command.finish_execution, again).await
}
