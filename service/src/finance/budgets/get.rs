//! One budget.

use entity::{BudgetId, budgets};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::error::BudgetError;
use super::row;
use crate::error::DatabaseError;
use crate::input::is_storable;
use crate::operation;

/// The budget of a category and a month, if there is one. One statement.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    category: &str,
    (fiscal_year, fiscal_month): (i32, i32),
) -> Result<Option<budgets::Model>, DatabaseError> {
    use budgets::Column;
    let db = &operation::named(db, "finance.budgets.find");
    if !is_storable(category) {
        return Ok(None);
    }
    Ok(budgets::Entity::find()
        .filter(Column::Category.eq(category))
        .filter(Column::FiscalYear.eq(fiscal_year))
        .filter(Column::FiscalMonth.eq(fiscal_month))
        .one(db)
        .await?)
}

/// A budget that must exist. One statement.
///
/// # Errors
///
/// [`BudgetError::NotFound`].
pub async fn get<C: ConnectionTrait>(db: &C, id: BudgetId) -> Result<budgets::Model, BudgetError> {
    let db = &operation::named(db, "finance.budgets.get");
    row::read(db, id).await
}
