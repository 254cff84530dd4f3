//! A budget's row: reading it, and changing its two amounts.

use entity::{BudgetId, budgets};
use rust_decimal::Decimal;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::error::BudgetError;
use crate::batch::among;
use crate::error::DatabaseError;
use crate::finance::cents;

/// The most hundredths that a budget's columns hold.
pub(super) const MAX: u64 = 999_999_999_999;

pub(super) fn too_much(budget: BudgetId) -> BudgetError {
    let max = cents::decimal(MAX);
    BudgetError::TooMuch { budget, max }
}

pub(super) fn not_found(budget: BudgetId) -> BudgetError {
    let budgets = vec![budget];
    BudgetError::NotFound { budgets }
}

/// A budget, as it is now. One statement.
pub(super) async fn read<C: ConnectionTrait>(
    db: &C,
    budget: BudgetId,
) -> Result<budgets::Model, BudgetError> {
    budgets::Entity::find_by_id(budget)
        .one(db)
        .await
        .map_err(DatabaseError::from)?
        .ok_or_else(|| not_found(budget))
}

/// Budgets under their locks, by id. One statement.
pub(super) async fn lock<C: ConnectionTrait>(
    db: &C,
    budgets: impl IntoIterator<Item = BudgetId>,
) -> Result<Vec<budgets::Model>, DatabaseError> {
    Ok(budgets::Entity::find()
        .filter(among(db, budgets::Column::Id, budgets))
        .order_by_asc(budgets::Column::Id)
        .lock(sea_orm::sea_query::LockType::NoKeyUpdate)
        .all(db)
        .await?)
}

/// Changes one budget where `possible` holds at the moment of the change, and returns what it is then; `None` where it does not,
/// or there is no such budget. One statement: the UPDATE waits for others that write the row, and looks again after them.
pub(super) async fn change<C: ConnectionTrait>(
    db: &C,
    budget: BudgetId,
    (column, hundredths): (budgets::Column, Expr),
    possible: Expr,
) -> Result<Option<budgets::Model>, DatabaseError> {
    let rows = budgets::Entity::update_many()
        .col_expr(column, cents::column(hundredths))
        .filter(budgets::Column::Id.eq(budget))
        .filter(possible)
        .exec_with_returning(db)
        .await?;
    Ok(rows.into_iter().next())
}

/// A column of a budget in hundredths.
pub(super) fn hundredths(column: budgets::Column) -> Expr {
    cents::expr(column.into_expr())
}

/// So many hundredths, as the statement's parameter.
pub(super) fn value(hundredths: u64) -> Expr {
    Expr::value(i64::try_from(hundredths).unwrap_or(i64::MAX))
}

/// An amount as the column shows it, so that the same amount is always the same text.
pub(super) fn as_stored(amount: Decimal) -> Decimal {
    cents::decimal(cents::of(amount))
}
