//! Tasks that should have been done by now.

use chrono::{DateTime, Duration, Utc};
use entity::{AgentId, TaskId, tasks};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::state::OPEN;
use crate::error::DatabaseError;
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_pair};
use crate::workflows::clock;

/// Which overdue tasks to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListOverdue {
    /// Only those of this agent.
    pub agent: Option<AgentId>,
    /// Which page.
    pub page: PageRequest<(DateTime<Utc>, TaskId)>,
}

/// An open task past its SLA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverdueTask {
    /// The task: pending or in progress.
    pub task: tasks::Model,
    /// When it should have been done: its SLA runs from its creation.
    pub deadline: DateTime<Utc>,
}

/// Lists the tasks that are pending or in progress although their SLA, which runs from their creation, is over by the database's
/// clock; the oldest first.
///
/// One statement; `idx_tasks_open`, which holds the open tasks alone, serves it.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn overdue<C: ConnectionTrait>(
    db: &C,
    query: ListOverdue,
) -> Result<Page<OverdueTask, (DateTime<Utc>, TaskId)>, DatabaseError> {
    use tasks::Column;
    let db = &operation::named(db, "workflows.tasks.overdue");
    let limit = query.page.clamped();
    let open = OPEN.map(|status| Expr::Constant(status.to_value().into()));
    let deadline = clock::minutes_after(db, Column::CreatedAt.into_expr(), Column::SlaMinutes.into_expr());
    let mut select = tasks::Entity::find()
        .filter(Column::Status.into_expr().is_in(open))
        .filter(deadline.lt(clock::once(db)))
        .limit(limit + 1);
    if let Some(agent) = query.agent {
        select = select.filter(Column::AssignedAgentId.eq(agent));
    }
    let after = query
        .page
        .after
        .map(|(created_at, id)| (clock::bound(db, created_at), id));
    let select = by_pair(
        select,
        Direction::Ascending,
        (Column::CreatedAt, Column::Id),
        after,
    );
    let page = Page::cut(select.all(db).await?, limit, |task| (task.created_at, task.id));
    Ok(Page {
        items: page.items.into_iter().map(with_deadline).collect(),
        next: page.next,
    })
}

fn with_deadline(task: tasks::Model) -> OverdueTask {
    let sla = Duration::minutes(task.sla_minutes.into());
    let deadline = task.created_at.checked_add_signed(sla).unwrap_or(task.created_at);
    OverdueTask { task, deadline }
}
