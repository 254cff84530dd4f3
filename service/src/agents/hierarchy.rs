//! Up and down the hierarchy, each in one recursive statement.

use entity::{AgentId, agents};
use sea_orm::sea_query::{
    Alias, CommonTableExpression, Expr, ExprTrait, IntoIden, Query, SelectStatement, UnionType, WithClause,
};
use sea_orm::{ConnectionTrait, FromQueryResult, IdenStatic, Iterable, Order};
use thiserror::Error;

use crate::batch::among;
use crate::error::{Class, Classified, DatabaseError};
use crate::operation;

/// The recursion's own table, and what it knows of each agent.
const WALK: &str = "walk";
const DEPTH: &str = "depth";
const NEXT: &str = "next_id";

/// An agent, and how far it stands from the one that was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The agent.
    pub agent: agents::Model,
    /// 0 for the agent itself, 1 for its parent or its children, and so on.
    pub depth: u32,
}

/// Whose subtree to read, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListSubtree {
    /// The agent at its top.
    pub root: AgentId,
    /// How many levels below the top; `None` is all of them.
    pub max_depth: Option<u32>,
}

impl ListSubtree {
    /// All levels.
    #[must_use]
    pub fn of(root: AgentId) -> Self {
        Self {
            root,
            max_depth: None,
        }
    }
}

/// Why nothing was read of a hierarchy.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HierarchyError {
    /// There is no such agent.
    #[error("there is no agent {id}")]
    NotFound {
        /// What was asked for.
        id: AgentId,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for HierarchyError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Who stands above an agent, from its parent to the root. One statement; the primary key serves it.
///
/// # Errors
///
/// [`HierarchyError::NotFound`].
pub async fn ancestors<C: ConnectionTrait>(db: &C, id: AgentId) -> Result<Vec<Placed>, HierarchyError> {
    let db = &operation::named(db, "agents.ancestors");
    let mut line = line_up(db, id).await?;
    if line.is_empty() {
        return Err(HierarchyError::NotFound { id });
    }
    line.remove(0);
    Ok(line)
}

/// An agent and everybody below it, archived ones included, level by level and by id within a level. One statement;
/// `idx_agents_parent_id` serves it.
///
/// # Errors
///
/// [`HierarchyError::NotFound`].
pub async fn subtree<C: ConnectionTrait>(db: &C, query: ListSubtree) -> Result<Vec<Placed>, HierarchyError> {
    let db = &operation::named(db, "agents.subtree");
    let below = Direction {
        joined_by: agents::Column::ParentId,
        next: agents::Column::Id,
        max_depth: query.max_depth,
    };
    let tree = walk(db, &[query.root], below).await?;
    if tree.is_empty() {
        return Err(HierarchyError::NotFound { id: query.root });
    }
    Ok(tree)
}

/// An agent and who stands above it, from the agent to the root; empty when there is no such agent. One statement.
pub(super) async fn line_up<C: ConnectionTrait>(db: &C, id: AgentId) -> Result<Vec<Placed>, DatabaseError> {
    lines_up(db, &[id]).await
}

/// [`line_up`] of several agents; who stands above several of them occurs as often. One statement.
pub(super) async fn lines_up<C: ConnectionTrait>(
    db: &C,
    ids: &[AgentId],
) -> Result<Vec<Placed>, DatabaseError> {
    let above = Direction {
        joined_by: agents::Column::Id,
        next: agents::Column::ParentId,
        max_depth: None,
    };
    walk(db, ids, above).await
}

/// A step leads from a row's `next` to the rows whose `joined_by` it is.
struct Direction {
    joined_by: agents::Column,
    next: agents::Column,
    max_depth: Option<u32>,
}

/// The schema has no circles, so the walk ends.
async fn walk<C: ConnectionTrait>(
    db: &C,
    start: &[AgentId],
    direction: Direction,
) -> Result<Vec<Placed>, DatabaseError> {
    let of_walk = |column: &'static str| Expr::col((Alias::new(WALK), Alias::new(column)));
    let of_agent = |column: agents::Column| Expr::col((agents::Entity, column));
    let first = Query::select()
        .expr(of_agent(agents::Column::Id))
        .expr(of_agent(direction.next))
        .expr(Expr::value(0).cast_as("integer"))
        .from(agents::Entity)
        .and_where(among(db, agents::Column::Id, start.iter().copied()))
        .to_owned();
    let mut step = Query::select()
        .expr(of_agent(agents::Column::Id))
        .expr(of_agent(direction.next))
        .expr(of_walk(DEPTH).add(1))
        .from(agents::Entity)
        .inner_join(WALK, of_agent(direction.joined_by).equals((WALK, NEXT)))
        .to_owned();
    if let Some(max) = direction.max_depth {
        step.and_where(of_walk(DEPTH).lt(i64::from(max)));
    }
    let recursion = CommonTableExpression::new()
        .table_name(WALK)
        .columns(["id", NEXT, DEPTH].map(|name| Alias::new(name).into_iden()))
        .query(first.clone().union(UnionType::All, step).take())
        .to_owned();
    let with = WithClause::new().recursive(true).cte(recursion).to_owned();
    let read = everybody_on_the_walk().with(with);
    let rows = db.query_all(&read).await?;
    let placed = rows.into_iter().map(|row| {
        Ok(Placed {
            agent: agents::Model::from_query_result(&row, "")?,
            depth: row.try_get::<i32>("", DEPTH)?.unsigned_abs(),
        })
    });
    Ok(placed.collect::<Result<_, sea_orm::DbErr>>()?)
}

fn everybody_on_the_walk() -> SelectStatement {
    let mut read = Query::select();
    for column in agents::Column::iter() {
        read.expr_as(Expr::col((agents::Entity, column)), column.as_str());
    }
    read.expr_as(Expr::col((WALK, DEPTH)), DEPTH)
        .from(agents::Entity)
        .inner_join(
            WALK,
            Expr::col((agents::Entity, agents::Column::Id)).equals((WALK, "id")),
        )
        .order_by((WALK, DEPTH), Order::Asc)
        .order_by((agents::Entity, agents::Column::Id), Order::Asc)
        .take()
}
