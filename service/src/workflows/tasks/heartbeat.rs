//! A worker that is still at it.

use std::time::Duration;

use entity::tasks;
use sea_orm::{ConnectionTrait, EntityTrait, TransactionTrait};

use super::lease::{Lease, LeaseError, check_lease, find, under};
use crate::error::DatabaseError;
use crate::input::Checks;
use crate::operation;
use crate::transaction;
use crate::workflows::clock;

/// The lease to extend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// The attempt that the worker claimed.
    pub lease: Lease,
    /// How long it lasts from now: at least a millisecond, at most [`MAX_LEASE`](super::MAX_LEASE).
    pub extend: Duration,
}

/// Lets a lease that has not expired last until `extend` from now. Returns the task.
///
/// One statement; a refusal sends one more.
///
/// # Errors
///
/// [`LeaseError::Lost`]: the worker should drop what it does. [`LeaseError::NotFound`].
pub async fn heartbeat<C>(db: &C, command: Heartbeat) -> Result<tasks::Model, LeaseError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.tasks.heartbeat");
    let mut checks = Checks::default();
    check_lease(&mut checks, "extend", command.extend);
    checks.finish()?;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, command: Heartbeat) -> Result<tasks::Model, LeaseError> {
    let lease = command.lease;
    let update = tasks::Entity::update_many()
        .col_expr(tasks::Column::LeaseExpiresAt, clock::after(db, command.extend));
    let mut written = under(db, update, lease)
        .exec_with_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    if let Some(task) = written.pop() {
        return Ok(task);
    }
    match find(db, lease.task).await? {
        Some(task) => Err(LeaseError::lost(lease, &task)),
        None => Err(LeaseError::NotFound { task: lease.task }),
    }
}
