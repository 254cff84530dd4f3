//! One workflow, and pages of them.

use entity::{AgentId, GoalId, WorkflowId, workflows};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::error::WorkflowError;
use super::row;
use crate::error::DatabaseError;
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};

/// The workflow to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GetWorkflow {
    /// Its id.
    pub id: WorkflowId,
}

/// Which workflows to list; no filter lists all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListWorkflows {
    /// Only those that this agent answers for.
    pub owner: Option<AgentId>,
    /// Only those that work towards this goal itself.
    pub goal: Option<GoalId>,
    /// Only those that are switched on, or off.
    pub is_active: Option<bool>,
    /// Which page.
    pub page: PageRequest<WorkflowId>,
}

/// Reads a workflow. One statement.
///
/// # Errors
///
/// [`WorkflowError::NotFound`].
pub async fn get<C: ConnectionTrait>(db: &C, query: GetWorkflow) -> Result<workflows::Model, WorkflowError> {
    let db = &operation::named(db, "workflows.get");
    let id = query.id;
    row::find(db, id).await?.ok_or(WorkflowError::NotFound { id })
}

/// Lists workflows by id, which is the order in which they were defined.
///
/// One statement; `idx_workflows_owner_agent_id`, `idx_workflows_goal_id`, `idx_workflows_is_active_id` or the primary key serves
/// it.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListWorkflows,
) -> Result<Page<workflows::Model, WorkflowId>, DatabaseError> {
    use workflows::Column;
    let db = &operation::named(db, "workflows.list");
    let limit = query.page.clamped();
    let mut select = workflows::Entity::find().limit(limit + 1);
    if let Some(owner) = query.owner {
        select = select.filter(Column::OwnerAgentId.eq(owner));
    }
    if let Some(goal) = query.goal {
        select = select.filter(Column::GoalId.eq(goal));
    }
    if let Some(is_active) = query.is_active {
        select = select.filter(Column::IsActive.eq(is_active));
    }
    let select = by_key(select, Direction::Ascending, Column::Id, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |workflow| workflow.id))
}
