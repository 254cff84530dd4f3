//! Pages of budgets.

use entity::{AgentId, BudgetId, budgets};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::error::DatabaseError;
use crate::input::is_storable;
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};

/// Which budgets to list; no filter lists all, and several list those that pass each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListBudgets {
    /// Only those of this category, spelled exactly so.
    pub category: Option<String>,
    /// Only those of this year.
    pub fiscal_year: Option<i32>,
    /// Only those that this agent answers for.
    pub owner: Option<AgentId>,
    /// Which page.
    pub page: PageRequest<BudgetId>,
}

/// Lists budgets by id, which is the order in which they were made.
///
/// One statement; indexes on category, year and owner serve the filters.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListBudgets,
) -> Result<Page<budgets::Model, BudgetId>, DatabaseError> {
    use budgets::Column;
    let db = &operation::named(db, "finance.budgets.list");
    let limit = query.page.clamped();
    if query
        .category
        .as_ref()
        .is_some_and(|category| !is_storable(category))
    {
        return Ok(Page::empty());
    }
    let equals = [
        query.category.map(|category| Column::Category.eq(category)),
        query.fiscal_year.map(|year| Column::FiscalYear.eq(year)),
        query.owner.map(|owner| Column::OwnerAgentId.eq(owner)),
    ];
    let mut select = budgets::Entity::find().limit(limit + 1);
    for filter in equals.into_iter().flatten() {
        select = select.filter(filter);
    }
    let select = by_key(select, Direction::Ascending, Column::Id, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |budget| budget.id))
}
