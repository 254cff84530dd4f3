//! Pages of the history.

use chrono::{DateTime, Duration, Utc};
use entity::{WorkflowExecutionId, WorkflowExecutionStatus, WorkflowId, workflow_executions};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::error::DatabaseError;
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};

/// Which executions to list; no filter lists all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListExecutions {
    /// Only those of this workflow.
    pub workflow: Option<WorkflowId>,
    /// Only those with this status.
    pub status: Option<WorkflowExecutionStatus>,
    /// Only those created at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Only those created before this time.
    pub to: Option<DateTime<Utc>>,
    /// Which page.
    pub page: PageRequest<WorkflowExecutionId>,
}

/// Lists executions, the newest first.
///
/// One statement; `idx_workflow_executions_workflow_id_id`, `idx_workflow_executions_status_id` or the primary key serves it. A
/// time range reads the partitions of its months and no others.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListExecutions,
) -> Result<Page<workflow_executions::Model, WorkflowExecutionId>, DatabaseError> {
    use workflow_executions::Column;
    let db = &operation::named(db, "workflows.executions.list");
    let limit = query.page.clamped();
    let mut select = workflow_executions::Entity::find().limit(limit + 1);
    if let Some(workflow) = query.workflow {
        select = select.filter(Column::WorkflowId.eq(workflow));
    }
    if let Some(status) = query.status {
        select = select.filter(Column::Status.eq(status));
    }
    if let Some(from) = query.from {
        select = select
            .filter(Column::Id.gte(WorkflowExecutionId::lowest(from)))
            .filter(Column::CreatedAt.gte(from));
    }
    if let Some(to) = query.to {
        select = select
            .filter(Column::Id.lt(lowest_after(to)))
            .filter(Column::CreatedAt.lt(to));
    }
    let select = by_key(select, Direction::Descending, Column::Id, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |row| row.id))
}

/// No execution that was created before `to` has this id or a higher one. The id counts whole milliseconds, so the one in which
/// `to` lies is included.
pub(super) fn lowest_after(to: DateTime<Utc>) -> WorkflowExecutionId {
    WorkflowExecutionId::lowest(to.checked_add_signed(Duration::milliseconds(1)).unwrap_or(to))
}
