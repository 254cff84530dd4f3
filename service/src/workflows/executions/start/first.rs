//! The tasks that an execution was started with: rows alone do not tell them from those that were enqueued later.

use std::collections::BTreeSet;

use entity::{SystemEventId, TaskId};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{StartError, StartExecution};
use crate::error::DatabaseError;
use crate::idempotency::{self, Conflict, JournalError};

/// The type of the event under the execution's id.
const EVENT: &str = "execution.started";

/// Remembers the tasks of a start, if it has any. At most one statement.
pub(super) async fn remember<C: ConnectionTrait>(db: &C, command: &StartExecution) -> Result<(), StartError> {
    if command.tasks.is_empty() {
        return Ok(());
    }
    match idempotency::remember(db, event(command), EVENT, &ids(command), &()).await {
        // The execution is new, so the event under its id is that of another command.
        Err(DatabaseError::Serialization) => Err(conflict(command).into()),
        outcome => Ok(outcome?),
    }
}

/// Refuses a repetition with other tasks than the first time. What is not remembered is not held against it. One statement.
pub(super) async fn compare<C: ConnectionTrait>(db: &C, command: &StartExecution) -> Result<(), StartError> {
    match idempotency::replay::<_, _, ()>(db, event(command), EVENT, &ids(command)).await {
        Ok(_) => Ok(()),
        Err(JournalError::Conflict(conflict)) => Err(conflict.into()),
        Err(JournalError::Database(error)) => Err(error.into()),
    }
}

fn event(command: &StartExecution) -> SystemEventId {
    Uuid::from(command.id).into()
}

fn ids(command: &StartExecution) -> BTreeSet<TaskId> {
    command.tasks.iter().map(|task| task.id).collect()
}

fn conflict(command: &StartExecution) -> Conflict {
    let id = command.id.into();
    Conflict { id }
}
