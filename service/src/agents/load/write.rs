//! Writing a plan, in a handful of statements whatever its size.
//!
//! The schema looks at every row of a statement as it is written (SQLite) or at the end of it (PostgreSQL). So that nothing in
//! between looks like a circle or a wrong place, whoever changes is taken out of the hierarchy first, then gets its type, and its
//! place last, when everybody is there.

use entity::{AgentId, agents};
use sea_orm::sea_query::{Expr, ExprTrait, Query, Value};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::What;
use super::plan::{Plan, Wanted};
use crate::batch::{among, nth, rows};
use crate::error::DatabaseError;

const BY: &str = "wanted";

/// Writes the plan: at most four statements, none when nothing changes.
pub(super) async fn write<C: ConnectionTrait>(db: &C, plan: &Plan) -> Result<(), DatabaseError> {
    let changed: Vec<&Wanted> = of(plan, What::Changed);
    if !changed.is_empty() {
        let ids = changed.iter().map(|agent| agent.id);
        let detached = agents::Entity::update_many()
            .col_expr(agents::Column::ParentId, Expr::value(None::<AgentId>))
            .filter(among(db, agents::Column::Id, ids))
            .exec(db)
            .await?;
        expect(detached.rows_affected, changed.len())?;
        let types = changed
            .iter()
            .map(|agent| vec![agent.id.into(), agent.agent_type.to_string().into()]);
        set(db, agents::Column::Type, types.collect()).await?;
    }
    let created = of(plan, What::Created);
    if !created.is_empty() {
        agents::Entity::insert_many(created.into_iter().map(row))
            .exec_without_returning(db)
            .await?;
    }
    let places: Vec<_> = changed
        .iter()
        .filter_map(|agent| Some(vec![agent.id.into(), agent.parent?.into()]))
        .collect();
    if !places.is_empty() {
        set(db, agents::Column::ParentId, places).await?;
    }
    Ok(())
}

fn of(plan: &Plan, what: What) -> Vec<&Wanted> {
    plan.wanted.iter().filter(|agent| agent.what == what).collect()
}

fn row(agent: &Wanted) -> agents::ActiveModel {
    agents::ActiveModel {
        id: Set(agent.id),
        name: Set(agent.name.clone()),
        r#type: Set(agent.agent_type),
        parent_id: Set(agent.parent),
        ..Default::default()
    }
}

/// Sets a column of many agents, each to a value of its own, given as pairs of id and value.
async fn set<C: ConnectionTrait>(
    db: &C,
    column: agents::Column,
    values: Vec<Vec<Value>>,
) -> Result<(), DatabaseError> {
    let expected = values.len();
    let mut update = Query::update();
    update
        .table(agents::Entity)
        .from(rows(BY, values))
        .value(column, nth(BY, 2))
        .and_where(agents::Column::Id.into_expr().eq(nth(BY, 1)));
    let written = db.execute(&update).await?;
    expect(written.rows_affected(), expected)
}

fn expect(written: u64, expected: usize) -> Result<(), DatabaseError> {
    if written == expected as u64 {
        Ok(())
    } else {
        Err(DatabaseError::Changed { table: "agents" })
    }
}
