//! Who can do something, the least loaded first.

use entity::{AgentId, AgentStatus, TaskStatus, agent_capabilities, agents, tasks};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, FromQueryResult, IdenStatic, Iterable, Order};

use crate::error::DatabaseError;
use crate::input::is_storable;
use crate::operation;
use crate::page::{Page, PageRequest};

const ABLE: &str = "able";
const OPEN_TASKS: &str = "open_tasks";

/// Which agents to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindAble {
    /// The kind of capability.
    pub capability_type: String,
    /// Its name within the kind; `None` is any of the kind.
    pub name: Option<String>,
    /// Which page: number of open tasks and id. The load changes while pages are read, so an agent may be seen twice or not at
    /// all; within a page the order is right.
    pub page: PageRequest<(i64, AgentId)>,
}

impl FindAble {
    /// The first page of those who have this capability.
    pub fn new(capability_type: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            capability_type: capability_type.into(),
            name: Some(name.into()),
            page: PageRequest::default(),
        }
    }
}

/// An active agent that has the capability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Able {
    /// The agent.
    pub agent: agents::Model,
    /// How many of its tasks are pending or in progress.
    pub open_tasks: i64,
}

/// Finds the active agents that have a capability in force, those with the fewest open tasks first, then by id.
///
/// One statement. `idx_agent_capabilities_capability_type_capability_name` finds the agents, `idx_tasks_agent_status` counts their
/// tasks.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn able<C: ConnectionTrait>(
    db: &C,
    query: FindAble,
) -> Result<Page<Able, (i64, AgentId)>, DatabaseError> {
    let db = &operation::named(db, "agents.able");
    let name = query.name.as_deref().unwrap_or_default();
    if !is_storable(&query.capability_type) || !is_storable(name) {
        return Ok(Page::empty());
    }
    let limit = query.page.clamped();
    let of_able = |column: &'static str| Expr::col((Alias::new(ABLE), Alias::new(column)));
    let mut page = Query::select();
    for column in agents::Column::iter() {
        page.expr_as(of_able(column.as_str()), column.as_str());
    }
    page.expr_as(of_able(OPEN_TASKS), OPEN_TASKS)
        .from_subquery(with_load(&query), ABLE)
        .order_by((ABLE, OPEN_TASKS), Order::Asc)
        .order_by((ABLE, agents::Column::Id.as_str()), Order::Asc)
        .limit(limit + 1);
    if let Some((load, id)) = query.page.after {
        let key = Expr::tuple([of_able(OPEN_TASKS), of_able(agents::Column::Id.as_str())]);
        page.and_where(key.gt(Expr::tuple([Expr::value(load), Expr::value(id)])));
    }
    let rows = db.query_all(&page).await?;
    let found = rows.into_iter().map(|row| {
        Ok(Able {
            agent: agents::Model::from_query_result(&row, "")?,
            open_tasks: row.try_get("", OPEN_TASKS)?,
        })
    });
    let found = found.collect::<Result<_, DbErr>>()?;
    Ok(Page::cut(found, limit, |able: &Able| {
        (able.open_tasks, able.agent.id)
    }))
}

/// Everybody who has it, with the number of their open tasks.
fn with_load(query: &FindAble) -> SelectStatement {
    use agent_capabilities::Column as Capability;
    use tasks::Column as Task;
    let mut capable = Query::select();
    capable
        .column(Capability::AgentId)
        .from(agent_capabilities::Entity)
        .and_where(Capability::CapabilityType.eq(query.capability_type.as_str()))
        .and_where(Capability::IsActive.eq(true));
    if let Some(name) = &query.name {
        capable.and_where(Capability::CapabilityName.eq(name.as_str()));
    }
    let load = Query::select()
        .expr(Task::Id.count())
        .from(tasks::Entity)
        .and_where(
            Task::AssignedAgentId
                .into_expr()
                .equals((agents::Entity, agents::Column::Id)),
        )
        .and_where(Task::Status.is_in([TaskStatus::Pending, TaskStatus::InProgress]))
        .to_owned();
    let mut everybody = Query::select();
    for column in agents::Column::iter() {
        everybody.column((agents::Entity, column));
    }
    everybody
        .expr_as(load, OPEN_TASKS)
        .from(agents::Entity)
        .and_where(agents::Column::Status.eq(AgentStatus::Active))
        .and_where(agents::Column::Id.in_subquery(capable))
        .take()
}
