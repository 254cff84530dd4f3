//! Handing tasks to a worker.

use std::time::Duration;

use entity::{AgentId, tasks};
use sea_orm::{ConnectionTrait, DbBackend, TransactionTrait};
use thiserror::Error;

use super::lease::check_lease;
use super::{portable, postgres};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;

/// A worker that asks for tasks of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimTasks {
    /// Whose tasks.
    pub agent: AgentId,
    /// How many at most: from 1 to 2 000.
    pub limit: u32,
    /// How long the worker has before it must have ended each of them or sent a heartbeat: at least a millisecond, at most
    /// [`MAX_LEASE`](super::MAX_LEASE).
    pub lease: Duration,
}

impl ClaimTasks {
    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.batch_size("limit", self.limit);
        check_lease(&mut checks, "lease", self.lease);
        checks.finish()
    }
}

/// What [`claim`] handed out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimedTasks {
    /// The tasks by priority and age, each with the attempt that the worker has to send; empty when there is nothing to do.
    pub tasks: Vec<tasks::Model>,
}

/// Why nothing was claimed or released.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum QueueError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for QueueError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Claims the most urgent pending tasks of an agent, each for this worker alone: priority 1 before 2, then the oldest. Tasks that
/// rest after a failure are left out until their pause is over. Executions that were pending begin with their first task.
///
/// PostgreSQL: one statement, which waits for nobody: it passes over tasks and executions that others have locked
/// (`FOR UPDATE SKIP LOCKED`). SQLite: two in a transaction, one when there is nothing.
///
/// # Errors
///
/// [`QueueError::Invalid`], and what can happen to a connection. An agent that does not exist has nothing to do.
pub async fn claim<C>(db: &C, command: ClaimTasks) -> Result<ClaimedTasks, QueueError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.tasks.claim");
    command.check()?;
    let on_postgres = db.get_database_backend() == DbBackend::Postgres;
    if on_postgres && transaction::commits_each_statement(db) {
        return Ok(postgres::claim(db, command).await?);
    }
    let transaction = transaction::begin(db).await?;
    let outcome = match on_postgres {
        true => postgres::claim(&transaction, command).await,
        false => portable::claim(&transaction, command).await,
    };
    Ok(transaction::finish(transaction, outcome).await?)
}
