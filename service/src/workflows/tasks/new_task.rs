//! Tasks that are about to be queued.

use std::collections::{BTreeMap, BTreeSet};

use entity::{AgentId, AgentStatus, TaskId, WorkflowExecutionId, agents, tasks};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Set, TryInsertResult};
use serde_json::{Value, json};

use crate::batch::{MAX_ELEMENTS, among};
use crate::error::DatabaseError;
use crate::idempotency::Conflict;
use crate::input::{Checks, Rule, same_json};

/// A piece of work for one agent.
#[derive(Clone, Debug, PartialEq)]
pub struct NewTask {
    /// Made by the caller before the call.
    pub id: TaskId,
    /// Who is to do it; not archived.
    pub agent: AgentId,
    /// What kind of work it is. At most 100 characters.
    pub task_type: String,
    /// From 1, which is claimed first, to 10.
    pub priority: i32,
    /// A JSON object with what the worker needs to know.
    pub input: Value,
    /// How many minutes after it was queued it should be done; at least 1.
    pub sla_minutes: i32,
}

impl NewTask {
    /// A task of middling priority with an hour to do it, and nothing to know.
    pub fn new(agent: AgentId, task_type: impl Into<String>) -> Self {
        Self {
            id: TaskId::new(),
            agent,
            task_type: task_type.into(),
            priority: 5,
            input: json!({}),
            sla_minutes: 60,
        }
    }

    fn check(&self, checks: &mut Checks, field: &str) {
        checks.name(format!("{field}.task_type"), &self.task_type, 100);
        checks.between(format!("{field}.priority"), self.priority, (1, 10));
        checks.json_object(format!("{field}.input"), &self.input);
        checks.positive(format!("{field}.sla_minutes"), self.sla_minutes);
    }

    /// Whether the row is what this command once made of it, apart from who is to do it now.
    fn made(&self, execution: WorkflowExecutionId, row: &tasks::Model) -> bool {
        row.workflow_execution_id == execution
            && row.task_type == self.task_type
            && row.priority == self.priority
            && row.sla_minutes == self.sla_minutes
            && same_json(&row.input_data, &self.input)
    }

    fn into_row(self, execution: WorkflowExecutionId) -> tasks::ActiveModel {
        tasks::ActiveModel {
            id: Set(self.id),
            workflow_execution_id: Set(execution),
            assigned_agent_id: Set(self.agent),
            task_type: Set(self.task_type),
            priority: Set(self.priority),
            input_data: Set(self.input),
            sla_minutes: Set(self.sla_minutes),
            ..Default::default()
        }
    }
}

/// Checks each task, their number, and that no id occurs twice.
pub(crate) fn check_all(checks: &mut Checks, tasks: &[NewTask]) {
    checks.at_most("tasks", tasks.len(), MAX_ELEMENTS);
    let mut ids = BTreeSet::new();
    for (i, task) in tasks.iter().enumerate() {
        task.check(checks, &format!("tasks[{i}]"));
        if !ids.insert(task.id) {
            checks.refuse(format!("tasks[{i}].id"), Rule::Repeated);
        }
    }
}

/// Writes the tasks that are not there yet; what comes back is in no order. At most one statement.
pub(crate) async fn insert<C: ConnectionTrait>(
    db: &C,
    execution: WorkflowExecutionId,
    new: &[NewTask],
) -> Result<Vec<tasks::Model>, DatabaseError> {
    let rows = new.iter().cloned().map(|task| task.into_row(execution));
    let inserted = tasks::Entity::insert_many(rows)
        .on_conflict_do_nothing_on([tasks::Column::Id])
        .exec_with_returning_many(db)
        .await?;
    match inserted {
        TryInsertResult::Inserted(rows) => Ok(rows),
        TryInsertResult::Empty | TryInsertResult::Conflicted => Ok(Vec::new()),
    }
}

/// Why the rows are not what the same command would have made of them.
#[derive(Debug)]
pub(crate) enum Differs {
    /// No task has this id.
    Missing,
    /// The id belongs to other work.
    Conflict(Conflict),
    Database(DatabaseError),
}

impl From<DatabaseError> for Differs {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

/// The rows of tasks that an earlier, equal command made, in the command's order.
///
/// One statement, and one more when another agent has some of them by now: that is no difference if the agent of the command has
/// been archived since, because its work was handed over.
pub(crate) async fn replay<C: ConnectionTrait>(
    db: &C,
    execution: WorkflowExecutionId,
    new: &[NewTask],
) -> Result<Vec<tasks::Model>, Differs> {
    let mut rows: BTreeMap<TaskId, tasks::Model> = tasks::Entity::find()
        .filter(among(db, tasks::Column::Id, new.iter().map(|task| task.id)))
        .all(db)
        .await
        .map_err(DatabaseError::from)?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let mut handed_over = BTreeMap::new();
    let mut found = Vec::with_capacity(new.len());
    for task in new {
        let row = rows.remove(&task.id).ok_or(Differs::Missing)?;
        let conflict = Conflict { id: task.id.into() };
        if !task.made(execution, &row) {
            return Err(Differs::Conflict(conflict));
        }
        if row.assigned_agent_id != task.agent {
            handed_over.insert(task.agent, conflict);
        }
        found.push(row);
    }
    if let Some(conflict) = handed_over.values().next().copied() {
        let archived = agents::Entity::find()
            .filter(among(db, agents::Column::Id, handed_over.keys().copied()))
            .filter(agents::Column::Status.eq(AgentStatus::Archived))
            .count(db)
            .await
            .map_err(DatabaseError::from)?;
        if archived != handed_over.len() as u64 {
            return Err(Differs::Conflict(conflict));
        }
    }
    Ok(found)
}

/// The rows in the order of the command.
pub(crate) fn in_order(new: &[NewTask], rows: Vec<tasks::Model>) -> Vec<tasks::Model> {
    let mut rows: BTreeMap<_, _> = rows.into_iter().map(|row| (row.id, row)).collect();
    new.iter().filter_map(|task| rows.remove(&task.id)).collect()
}
