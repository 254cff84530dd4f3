//! Up and down the tree, each in one recursive statement.

use entity::{GoalId, goals};
use sea_orm::sea_query::{
    Alias, CommonTableExpression, Expr, ExprTrait, IntoIden, Query, SelectStatement, UnionType, WithClause,
};
use sea_orm::{ColumnTrait, ConnectionTrait, FromQueryResult, IdenStatic, Iterable, Order};

use super::error::GoalError;
use crate::error::DatabaseError;
use crate::operation;

/// The recursion's own table, and what it knows of each goal.
const WALK: &str = "walk";
const DEPTH: &str = "depth";
const NEXT: &str = "next_id";

/// A goal, and how far it stands from the one that was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedGoal {
    /// The goal.
    pub goal: goals::Model,
    /// 0 for the goal itself, 1 for its parent or its children, and so on.
    pub depth: u32,
}

/// Whose subtree to read, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListSubgoals {
    /// The goal at its top.
    pub root: GoalId,
    /// How many levels below the top; `None` is all of them.
    pub max_depth: Option<u32>,
}

impl ListSubgoals {
    /// All levels.
    #[must_use]
    pub const fn of(root: GoalId) -> Self {
        Self {
            root,
            max_depth: None,
        }
    }
}

/// What a goal is a part of, from its parent to the root. One statement; the primary key serves it.
///
/// # Errors
///
/// [`GoalError::NotFound`].
pub async fn ancestors<C: ConnectionTrait>(db: &C, id: GoalId) -> Result<Vec<PlacedGoal>, GoalError> {
    let db = &operation::named(db, "goals.ancestors");
    let up = (goals::Column::Id, goals::Column::ParentGoalId);
    let mut line = walk(db, id, up, None).await?;
    if line.is_empty() {
        return Err(GoalError::NotFound { id });
    }
    line.remove(0);
    Ok(line)
}

/// A goal and everything below it, archived goals included, level by level and by id within a level. One statement;
/// `idx_goals_parent_goal_id` serves it.
///
/// # Errors
///
/// [`GoalError::NotFound`].
pub async fn subtree<C: ConnectionTrait>(db: &C, query: ListSubgoals) -> Result<Vec<PlacedGoal>, GoalError> {
    let db = &operation::named(db, "goals.subtree");
    let down = (goals::Column::ParentGoalId, goals::Column::Id);
    let tree = walk(db, query.root, down, query.max_depth).await?;
    if tree.is_empty() {
        return Err(GoalError::NotFound { id: query.root });
    }
    Ok(tree)
}

/// A step leads from a row's `next` to the rows whose `joined_by` it is. The schema has no circles, so the walk ends.
async fn walk<C: ConnectionTrait>(
    db: &C,
    start: GoalId,
    (joined_by, next): (goals::Column, goals::Column),
    max_depth: Option<u32>,
) -> Result<Vec<PlacedGoal>, DatabaseError> {
    let of_goal = |column: goals::Column| Expr::col((goals::Entity, column));
    let first = Query::select()
        .expr(of_goal(goals::Column::Id))
        .expr(of_goal(next))
        .expr(Expr::value(0).cast_as("integer"))
        .from(goals::Entity)
        .and_where(goals::Column::Id.eq(start))
        .to_owned();
    let mut step = Query::select()
        .expr(of_goal(goals::Column::Id))
        .expr(of_goal(next))
        .expr(Expr::col((WALK, DEPTH)).add(1))
        .from(goals::Entity)
        .inner_join(WALK, of_goal(joined_by).equals((WALK, NEXT)))
        .to_owned();
    if let Some(max) = max_depth {
        step.and_where(Expr::col((WALK, DEPTH)).lt(i64::from(max)));
    }
    let recursion = CommonTableExpression::new()
        .table_name(WALK)
        .columns(["id", NEXT, DEPTH].map(|name| Alias::new(name).into_iden()))
        .query(first.clone().union(UnionType::All, step).take())
        .to_owned();
    let with = WithClause::new().recursive(true).cte(recursion).to_owned();
    let rows = db.query_all(&everything_on_the_walk().with(with)).await?;
    let placed = rows.into_iter().map(|row| {
        Ok(PlacedGoal {
            goal: goals::Model::from_query_result(&row, "")?,
            depth: row.try_get::<i32>("", DEPTH)?.unsigned_abs(),
        })
    });
    Ok(placed.collect::<Result<_, sea_orm::DbErr>>()?)
}

fn everything_on_the_walk() -> SelectStatement {
    let mut read = Query::select();
    for column in goals::Column::iter() {
        read.expr_as(Expr::col((goals::Entity, column)), column.as_str());
    }
    read.expr_as(Expr::col((WALK, DEPTH)), DEPTH)
        .from(goals::Entity)
        .inner_join(
            WALK,
            Expr::col((goals::Entity, goals::Column::Id)).equals((WALK, "id")),
        )
        .order_by((WALK, DEPTH), Order::Asc)
        .order_by((goals::Entity, goals::Column::Id), Order::Asc)
        .take()
}
