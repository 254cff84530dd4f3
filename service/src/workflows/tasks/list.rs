//! Pages of an agent's tasks.

use entity::{AgentId, TaskId, TaskStatus, tasks};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::error::DatabaseError;
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};

/// Which tasks to list. Those of an execution come with it ([`executions::get`](crate::workflows::executions::get())).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListTasks {
    /// Whose tasks.
    pub agent: AgentId,
    /// Only those with this status.
    pub status: Option<TaskStatus>,
    /// In which direction.
    pub direction: Direction,
    /// Which page.
    pub page: PageRequest<TaskId>,
}

impl ListTasks {
    /// The newest of an agent's tasks, whatever became of them.
    #[must_use]
    pub fn new(agent: AgentId) -> Self {
        Self {
            agent,
            status: None,
            direction: Direction::Descending,
            page: PageRequest::default(),
        }
    }
}

/// Lists an agent's tasks by id, which is the order in which they were made.
///
/// One statement; `idx_tasks_assigned_agent_id_id` or `idx_tasks_agent_status` serves it.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListTasks,
) -> Result<Page<tasks::Model, TaskId>, DatabaseError> {
    use tasks::Column;
    let db = &operation::named(db, "workflows.tasks.list");
    let limit = query.page.clamped();
    let mut select = tasks::Entity::find()
        .filter(Column::AssignedAgentId.eq(query.agent))
        .limit(limit + 1);
    if let Some(status) = query.status {
        select = select.filter(Column::Status.eq(status));
    }
    let select = by_key(select, query.direction, Column::Id, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |task| task.id))
}
