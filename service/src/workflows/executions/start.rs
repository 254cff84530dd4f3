//! Starting a run of a workflow, with its tasks.

mod first;

use entity::{
    AgentId, TaskId, WorkflowExecutionId, WorkflowExecutionStatus, WorkflowId, tasks, workflow_executions,
    workflows,
};
use sea_orm::sea_query::LockType;
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect, Set, TransactionTrait, TryInsertResult};
use serde_json::{Value, json};
use thiserror::Error;

use super::begin::write_begin;
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, Rule, same_json};
use crate::operation;
use crate::transaction;
use crate::workflows::agents::unfit;
use crate::workflows::tasks::new_task::{self, Differs, NewTask};

/// A run of a workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct StartExecution {
    /// A UUIDv7, made by the caller before the call; its instant is the execution's `created_at`.
    pub id: WorkflowExecutionId,
    /// What runs; it must be active.
    pub workflow: WorkflowId,
    /// What the engine that runs it (n8n) calls it. At most 255 characters.
    pub execution_id: Option<String>,
    /// A JSON object with what the run is given.
    pub input: Value,
    /// At most 2 000; more can be enqueued later.
    pub tasks: Vec<NewTask>,
    /// Whether it runs at once. Otherwise it is pending until it is begun or the first of its tasks is claimed.
    pub running: bool,
}

impl StartExecution {
    /// A pending execution of now, without tasks and input.
    #[must_use]
    pub fn new(workflow: WorkflowId) -> Self {
        Self {
            id: WorkflowExecutionId::new(),
            workflow,
            execution_id: None,
            input: json!({}),
            tasks: Vec::new(),
            running: false,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if self.id.instant().is_none() {
            checks.refuse("id", Rule::NotTimeOrdered);
        }
        if let Some(execution_id) = &self.execution_id {
            checks.name("execution_id", execution_id, 255);
        }
        checks.json_object("input", &self.input);
        new_task::check_all(&mut checks, &self.tasks);
        checks.finish()
    }

    fn made(&self, row: &workflow_executions::Model) -> bool {
        row.workflow_id == self.workflow
            && row.execution_id == self.execution_id
            && same_json(&row.input_data, &self.input)
    }
}

/// What [`start`] wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartedExecution {
    /// The execution.
    pub execution: workflow_executions::Model,
    /// The tasks of the command, in its order.
    pub tasks: Vec<tasks::Model>,
}

/// Why an execution was not started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such workflow.
    #[error("there is no workflow {workflow}")]
    UnknownWorkflow {
        /// What was asked for.
        workflow: WorkflowId,
    },
    /// The workflow is switched off.
    #[error("workflow {workflow} is not active")]
    InactiveWorkflow {
        /// The workflow.
        workflow: WorkflowId,
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
    /// The execution's id, or that of a task, stands for something else.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for StartError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_)
            | Self::UnknownWorkflow { .. }
            | Self::InactiveWorkflow { .. }
            | Self::UnknownAgents { .. }
            | Self::ArchivedAgents { .. }
            | Self::Conflict(_) => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Starts an execution with its tasks, all or nothing.
///
/// The same command again returns the execution and its tasks as they are by then, also when the workflow has been switched off
/// or an agent archived since. Tasks that were enqueued later make no difference, and neither does `running`; with more or fewer
/// tasks than the first time it is a conflict. Those are remembered as a system event under the execution's id: once that month of
/// events is dropped, fewer tasks are not noticed any more.
///
/// Six statements, however many tasks: is it there, the agents, the workflow, and three INSERTs; three fewer without tasks, one
/// more when it is to run at once. A repetition sends two, and one more with tasks. Locks the agents by id, so that none is archived meanwhile, then the workflow, so that it is
/// not switched off; readers and other starts are not held up.
///
/// # Errors
///
/// See [`StartError`]. Nothing is written then.
pub async fn start<C>(db: &C, command: StartExecution) -> Result<StartedExecution, StartError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.executions.start");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &command).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, command: &StartExecution) -> Result<StartedExecution, StartError> {
    if let Some(first) = replay(db, command).await? {
        return Ok(first);
    }
    if !command.tasks.is_empty() {
        let unfit = unfit(db, command.tasks.iter().map(|task| task.agent)).await?;
        if !unfit.unknown.is_empty() {
            return Err(StartError::UnknownAgents {
                agents: unfit.unknown,
            });
        }
        if !unfit.archived.is_empty() {
            return Err(StartError::ArchivedAgents {
                agents: unfit.archived,
            });
        }
    }
    let workflow = command.workflow;
    let active = workflows::Entity::find_by_id(workflow)
        .select_only()
        .column(workflows::Column::IsActive)
        .lock(LockType::Share)
        .into_tuple::<bool>()
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    match active {
        None => return Err(StartError::UnknownWorkflow { workflow }),
        Some(false) => return Err(StartError::InactiveWorkflow { workflow }),
        Some(true) => {}
    }
    let Some(execution) = insert(db, command).await? else {
        // The same command in another transaction was first, and has committed: now it can be seen.
        let first = replay(db, command).await?;
        return first.ok_or_else(|| DatabaseError::Serialization.into());
    };
    let tasks = new_task::insert(db, command.id, &command.tasks).await?;
    let tasks = new_task::in_order(&command.tasks, tasks);
    match first_absent(&command.tasks, &tasks) {
        // It belongs to another execution, since this one is new.
        Some(taken) => Err(Conflict { id: taken.into() }.into()),
        None => {
            first::remember(db, command).await?;
            Ok(StartedExecution { execution, tasks })
        }
    }
}

/// Writes the execution, unless its id is taken.
async fn insert<C: ConnectionTrait>(
    db: &C,
    command: &StartExecution,
) -> Result<Option<workflow_executions::Model>, DatabaseError> {
    use workflow_executions::Column;
    let created_at = command.id.instant().unwrap_or_default();
    let row = workflow_executions::ActiveModel {
        id: Set(command.id),
        workflow_id: Set(command.workflow),
        execution_id: Set(command.execution_id.clone()),
        input_data: Set(command.input.clone()),
        created_at: Set(created_at),
        status: Set(WorkflowExecutionStatus::Pending),
        ..Default::default()
    };
    let inserted = workflow_executions::Entity::insert_many([row])
        .on_conflict_do_nothing_on([Column::Id])
        .exec_with_returning_many(db)
        .await?;
    let execution = match inserted {
        TryInsertResult::Inserted(mut rows) => rows.pop(),
        TryInsertResult::Empty | TryInsertResult::Conflicted => None,
    };
    match execution {
        Some(_) if command.running => write_begin(db, command.id).await.map(Some),
        other => Ok(other),
    }
}

/// The outcome of the same command, when it has happened.
async fn replay<C: ConnectionTrait>(
    db: &C,
    command: &StartExecution,
) -> Result<Option<StartedExecution>, StartError> {
    let id = command.id;
    let execution = workflow_executions::Entity::find_by_id(id)
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    let Some(execution) = execution else {
        return Ok(None);
    };
    let conflict = Conflict { id: id.into() };
    if !command.made(&execution) {
        return Err(conflict.into());
    }
    first::compare(db, command).await?;
    if command.tasks.is_empty() {
        let tasks = Vec::new();
        return Ok(Some(StartedExecution { execution, tasks }));
    }
    match new_task::replay(db, id, &command.tasks).await {
        Ok(tasks) => Ok(Some(StartedExecution { execution, tasks })),
        Err(Differs::Missing) => Err(conflict.into()),
        Err(Differs::Conflict(conflict)) => Err(conflict.into()),
        Err(Differs::Database(error)) => Err(error.into()),
    }
}

fn first_absent(new: &[NewTask], rows: &[tasks::Model]) -> Option<TaskId> {
    // Both are in the order of the command.
    let mut rows = rows.iter();
    new.iter()
        .find(|task| rows.next().is_none_or(|row| row.id != task.id))
        .map(|task| task.id)
}
