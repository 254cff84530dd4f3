//! One goal, and pages of them.

use entity::{AgentId, GoalId, GoalStatus, goals};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::error::GoalError;
use super::row;
use crate::error::DatabaseError;
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};

/// The goal to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GetGoal {
    /// Its id.
    pub id: GoalId,
}

/// Which goals to list; no filter lists all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListGoals {
    /// Only those that this agent answers for.
    pub owner: Option<AgentId>,
    /// Only those with this status.
    pub status: Option<GoalStatus>,
    /// Only those right below this goal.
    pub parent: Option<GoalId>,
    /// Which page.
    pub page: PageRequest<GoalId>,
}

/// Reads a goal. One statement.
///
/// # Errors
///
/// [`GoalError::NotFound`].
pub async fn get<C: ConnectionTrait>(db: &C, query: GetGoal) -> Result<goals::Model, GoalError> {
    let db = &operation::named(db, "goals.get");
    let id = query.id;
    row::find(db, id).await?.ok_or(GoalError::NotFound { id })
}

/// Lists goals by id, which is the order in which they were set.
///
/// One statement; `idx_goals_owner_agent_id`, `idx_goals_parent_goal_id`, `idx_goals_status_id` or the primary key serves it.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListGoals,
) -> Result<Page<goals::Model, GoalId>, DatabaseError> {
    use goals::Column;
    let db = &operation::named(db, "goals.list");
    let limit = query.page.clamped();
    let mut select = goals::Entity::find().limit(limit + 1);
    if let Some(owner) = query.owner {
        select = select.filter(Column::OwnerAgentId.eq(owner));
    }
    if let Some(status) = query.status {
        select = select.filter(Column::Status.eq(status));
    }
    if let Some(parent) = query.parent {
        select = select.filter(Column::ParentGoalId.eq(parent));
    }
    let select = by_key(select, Direction::Ascending, Column::Id, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |goal| goal.id))
}
