//! Adding tasks to an execution that is under way.

use entity::{AgentId, WorkflowExecutionId, WorkflowExecutionStatus, tasks, workflow_executions};
use sea_orm::sea_query::LockType;
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect, TransactionTrait};
use thiserror::Error;

use super::new_task::{self, Differs, NewTask};
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
use crate::transaction;
use crate::workflows::agents::unfit;
use crate::workflows::executions::state::is_finished;

/// Tasks for one execution.
#[derive(Clone, Debug, PartialEq)]
pub struct EnqueueTasks {
    /// What they are part of; not finished.
    pub execution: WorkflowExecutionId,
    /// At least one, at most 2 000.
    pub tasks: Vec<NewTask>,
}

impl EnqueueTasks {
    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if self.tasks.is_empty() {
            checks.refuse("tasks", Rule::Empty);
        }
        new_task::check_all(&mut checks, &self.tasks);
        checks.finish()
    }
}

/// What [`enqueue`] left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnqueuedTasks {
    /// The tasks in the order of the command.
    pub tasks: Vec<tasks::Model>,
}

/// Why tasks were not enqueued.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EnqueueError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such execution.
    #[error("there is no execution {execution}")]
    UnknownExecution {
        /// What was asked for.
        execution: WorkflowExecutionId,
    },
    /// The execution is over.
    #[error("execution {execution} has {status}")]
    ExecutionFinished {
        /// The execution.
        execution: WorkflowExecutionId,
        /// How it ended.
        status: WorkflowExecutionStatus,
    },
    /// Agents that do not exist.
    #[error("{} of the agents do not exist", agents.len())]
    UnknownAgents {
        /// All of them; never empty.
        agents: Vec<AgentId>,
    },
    /// Agents that are retired.
    #[error("{} of the agents are archived", agents.len())]
    ArchivedAgents {
        /// All of them; never empty.
        agents: Vec<AgentId>,
    },
    /// A task's id stands for other work.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for EnqueueError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_)
            | Self::UnknownExecution { .. }
            | Self::ExecutionFinished { .. }
            | Self::UnknownAgents { .. }
            | Self::ArchivedAgents { .. }
            | Self::Conflict(_) => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

impl From<Differs> for EnqueueError {
    fn from(differs: Differs) -> Self {
        match differs {
            // Somebody removed what the INSERT had found there.
            Differs::Missing => DatabaseError::Serialization.into(),
            Differs::Conflict(conflict) => conflict.into(),
            Differs::Database(error) => error.into(),
        }
    }
}

/// Adds tasks to an execution, all or nothing.
///
/// Tasks that are there already, from the same command, are returned as they are by then. So the same command again adds nothing,
/// also when the execution is over by then.
///
/// Three statements, however many tasks; one or two more for a repetition. Locks the agents by id, so that none is archived
/// meanwhile, then the execution, so that it does not end; other enqueuers and claims are not held up.
///
/// # Errors
///
/// See [`EnqueueError`]. Nothing is written then.
pub async fn enqueue<C>(db: &C, command: EnqueueTasks) -> Result<EnqueuedTasks, EnqueueError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.tasks.enqueue");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &command).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, command: &EnqueueTasks) -> Result<EnqueuedTasks, EnqueueError> {
    let EnqueueTasks { execution, tasks } = command;
    match check(db, command).await {
        Ok(()) => {}
        Err(EnqueueError::Database(error)) => return Err(error.into()),
        Err(refusal) => {
            // The same command may have come through when it still could.
            return match new_task::replay(db, *execution, tasks).await {
                Ok(tasks) => Ok(EnqueuedTasks { tasks }),
                Err(Differs::Missing) => Err(refusal),
                Err(other) => Err(other.into()),
            };
        }
    }
    let inserted = new_task::insert(db, *execution, tasks).await?;
    let tasks = if inserted.len() == tasks.len() {
        new_task::in_order(tasks, inserted)
    } else {
        new_task::replay(db, *execution, tasks).await?
    };
    Ok(EnqueuedTasks { tasks })
}

/// Locks the agents and the execution, and refuses the ones that cannot take tasks. Two statements.
async fn check<C: ConnectionTrait>(db: &C, command: &EnqueueTasks) -> Result<(), EnqueueError> {
    let unfit = unfit(db, command.tasks.iter().map(|task| task.agent)).await?;
    let execution = command.execution;
    let status = workflow_executions::Entity::find_by_id(execution)
        .select_only()
        .column(workflow_executions::Column::Status)
        .lock(LockType::Share)
        .into_tuple::<WorkflowExecutionStatus>()
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    match status {
        None => Err(EnqueueError::UnknownExecution { execution }),
        Some(status) if is_finished(status) => Err(EnqueueError::ExecutionFinished { execution, status }),
        Some(_) if !unfit.unknown.is_empty() => Err(EnqueueError::UnknownAgents {
            agents: unfit.unknown,
        }),
        Some(_) if !unfit.archived.is_empty() => Err(EnqueueError::ArchivedAgents {
            agents: unfit.archived,
        }),
        Some(_) => Ok(()),
    }
}
