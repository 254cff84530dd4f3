//! A worker that is still at many tasks.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use entity::{TaskId, TaskStatus, tasks};
use sea_orm::sea_query::{ExprTrait, IntoCondition};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait};

use super::claim::QueueError;
use super::lease::{Lease, check_lease};
use super::lock::lock_tasks;
use crate::batch::{MAX_ELEMENTS, among};
use crate::error::DatabaseError;
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
use crate::transaction;
use crate::workflows::clock;

/// The leases to extend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heartbeats {
    /// The attempts that the worker claimed, each task once; at most 2 000.
    pub leases: Vec<Lease>,
    /// How long they last from now: at least a millisecond, at most [`MAX_LEASE`](super::MAX_LEASE).
    pub extend: Duration,
}

impl Heartbeats {
    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.at_most("leases", self.leases.len(), MAX_ELEMENTS);
        let mut tasks = BTreeSet::new();
        for (i, lease) in self.leases.iter().enumerate() {
            if !tasks.insert(lease.task) {
                checks.refuse(format!("leases[{i}].task"), Rule::Repeated);
            }
        }
        check_lease(&mut checks, "extend", self.extend);
        checks.finish()
    }
}

/// What [`heartbeat_many`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulse {
    /// The tasks that are still this worker's, with their new leases, by id.
    pub extended: Vec<tasks::Model>,
    /// The leases that are lost, in the command's order: the worker should drop what it does for them.
    pub lost: Vec<Lease>,
}

/// Lets those of many leases that have not expired last until `extend` from now. One that is lost does not hold up the others.
///
/// Two statements, however many leases; one when all are lost and none when there are none. Locks the tasks by id.
///
/// # Errors
///
/// [`QueueError::Invalid`], and what can happen to a connection.
pub async fn heartbeat_many<C>(db: &C, command: Heartbeats) -> Result<Pulse, QueueError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.tasks.heartbeat_many");
    command.check()?;
    if command.leases.is_empty() {
        return Ok(Pulse::default());
    }
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    Ok(transaction::finish(transaction, outcome).await?)
}

async fn write<C: ConnectionTrait>(db: &C, command: Heartbeats) -> Result<Pulse, DatabaseError> {
    use tasks::Column;
    let sent = command.leases.iter().map(|lease| lease.task);
    let attempts: BTreeMap<TaskId, i32> = lock_tasks(db, among(db, Column::Id, sent).into_condition())
        .await?
        .into_iter()
        .collect();
    let current: Vec<TaskId> = command
        .leases
        .iter()
        .filter(|lease| attempts.get(&lease.task) == Some(&lease.attempt))
        .map(|lease| lease.task)
        .collect();
    let mut extended = Vec::new();
    if !current.is_empty() {
        extended = tasks::Entity::update_many()
            .col_expr(Column::LeaseExpiresAt, clock::after(db, command.extend))
            .filter(among(db, Column::Id, current))
            .filter(Column::Status.eq(TaskStatus::InProgress))
            .filter(Column::LeaseExpiresAt.into_expr().gt(clock::now(db)))
            .exec_with_returning(db)
            .await?;
    }
    extended.sort_by_key(|task| task.id);
    let held: BTreeSet<TaskId> = extended.iter().map(|task| task.id).collect();
    let lost = command
        .leases
        .into_iter()
        .filter(|lease| !held.contains(&lease.task))
        .collect();
    Ok(Pulse { extended, lost })
}
