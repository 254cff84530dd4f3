//! What an agent owns and has to do, from one agent to another.

use entity::{AgentId, TaskStatus, budgets, campaigns, goals, kpis, tasks, workflows};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockType, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, IdenStatic, Order, QueryFilter};

use super::HandedOver;
use crate::error::DatabaseError;

/// Hands everything over, table by table. Twelve statements, whatever there is.
pub(super) async fn hand_over<C: ConnectionTrait>(
    db: &C,
    from: AgentId,
    to: AgentId,
) -> Result<HandedOver, DatabaseError> {
    let goals = owned(
        db,
        goals::Entity,
        (goals::Column::Id, goals::Column::OwnerAgentId),
        from,
        to,
    )
    .await?;
    let workflows = owned(
        db,
        workflows::Entity,
        (workflows::Column::Id, workflows::Column::OwnerAgentId),
        from,
        to,
    )
    .await?;
    let campaigns = owned(
        db,
        campaigns::Entity,
        (campaigns::Column::Id, campaigns::Column::OwnerAgentId),
        from,
        to,
    )
    .await?;
    let kpis = owned(
        db,
        kpis::Entity,
        (kpis::Column::Id, kpis::Column::OwnerAgentId),
        from,
        to,
    )
    .await?;
    let budgets = owned(
        db,
        budgets::Entity,
        (budgets::Column::Id, budgets::Column::OwnerAgentId),
        from,
        to,
    )
    .await?;
    let (tasks, leases_ended) = open_tasks(db, from, to).await?;
    Ok(HandedOver {
        children: 0,
        goals,
        workflows,
        tasks,
        leases_ended,
        campaigns,
        kpis,
        budgets,
    })
}

/// The rows of a table that the agent owns, locked by id and then written: others lock several of them in this order, and an
/// UPDATE alone would lock them in whatever order it finds them. Two statements.
async fn owned<C: ConnectionTrait, E: EntityTrait>(
    db: &C,
    table: E,
    (id, owner): (E::Column, E::Column),
    from: AgentId,
    to: AgentId,
) -> Result<u64, DatabaseError> {
    const HELD: &str = "held";
    let held = Query::select()
        .column(id)
        .from(table)
        .and_where(owner.eq(from))
        .order_by(id, Order::Asc)
        .lock(LockType::NoKeyUpdate)
        .to_owned();
    let count = Query::select()
        .expr(Expr::col((Alias::new(HELD), Alias::new(id.as_str()))).count())
        .from_subquery(held, HELD)
        .to_owned();
    db.query_one(&count).await?;
    let written = E::update_many()
        .col_expr(owner, Expr::value(to))
        .filter(owner.eq(from))
        .exec(db)
        .await?;
    Ok(written.rows_affected)
}

/// The open tasks and, of these, the ones that a worker was on.
///
/// They are locked and counted before they are written, because an UPDATE returns what a row has become: a worker that claims or
/// finishes one in between waits, and then finds that it is no longer its own.
async fn open_tasks<C: ConnectionTrait>(
    db: &C,
    from: AgentId,
    to: AgentId,
) -> Result<(u64, u64), DatabaseError> {
    use tasks::Column;
    const HELD: &str = "held";
    let open = || {
        Condition::all()
            .add(Column::AssignedAgentId.eq(from))
            .add(Column::Status.is_in([TaskStatus::Pending, TaskStatus::InProgress]))
    };
    let held = Query::select()
        .column(Column::Status)
        .from(tasks::Entity)
        .cond_where(open())
        .order_by(Column::Id, Order::Asc)
        .lock(LockType::NoKeyUpdate)
        .to_owned();
    let status = || Expr::col((Alias::new(HELD), Alias::new(Column::Status.as_str())));
    let count = Query::select()
        .expr_as(status(), "status")
        .expr_as(status().count(), "tasks")
        .from_subquery(held, HELD)
        .add_group_by([status()])
        .to_owned();
    let (mut all, mut leased) = (0, 0);
    for row in db.query_all(&count).await? {
        let tasks = u64::try_from(row.try_get::<i64>("", "tasks")?).unwrap_or_default();
        all += tasks;
        if row.try_get::<TaskStatus>("", "status")? == TaskStatus::InProgress {
            leased = tasks;
        }
    }
    let written = tasks::Entity::update_many()
        .col_expr(Column::AssignedAgentId, Expr::value(to))
        .col_expr(Column::Status, Expr::value(TaskStatus::Pending))
        .col_expr(
            Column::LeaseExpiresAt,
            // While a task is pending this says until when it rests after a failed attempt.
            Expr::case(
                Column::Status.eq(TaskStatus::Pending),
                Column::LeaseExpiresAt.into_expr(),
            )
            .into(),
        )
        .filter(open())
        .exec(db)
        .await?;
    if written.rows_affected == all {
        Ok((all, leased))
    } else {
        Err(DatabaseError::Changed { table: "tasks" })
    }
}
