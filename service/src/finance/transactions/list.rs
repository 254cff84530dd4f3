//! Pages of transactions.

use chrono::NaiveDate;
use entity::{AgentId, CustomerId, OrderId, TransactionId, TransactionType, transactions};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::period;
use crate::error::DatabaseError;
use crate::input::is_storable;
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};

/// Which transactions to list; no filter lists all, and several list those that pass each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListTransactions {
    /// Only those of this type.
    pub kind: Option<TransactionType>,
    /// Only those of this category, spelled exactly so.
    pub category: Option<String>,
    /// Only those about this order.
    pub order: Option<OrderId>,
    /// Only those of this customer.
    pub customer: Option<CustomerId>,
    /// Only those that this agent brought about.
    pub agent: Option<AgentId>,
    /// Only those of this day and later.
    pub from: Option<NaiveDate>,
    /// Only those of this day and earlier.
    pub to: Option<NaiveDate>,
    /// Which page.
    pub page: PageRequest<TransactionId>,
}

/// Lists transactions from the newest to the oldest, by id.
///
/// One statement. The primary key serves the list, and skips the months outside of the period; the indexes on type, category,
/// agent, order and customer serve their filters.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListTransactions,
) -> Result<Page<transactions::Model, TransactionId>, DatabaseError> {
    use transactions::Column;
    let db = &operation::named(db, "finance.transactions.list");
    let limit = query.page.clamped();
    if query
        .category
        .as_ref()
        .is_some_and(|category| !is_storable(category))
    {
        return Ok(Page::empty());
    }
    let equals = [
        query.kind.map(|kind| Column::Type.eq(kind)),
        query.category.map(|category| Column::Category.eq(category)),
        query.order.map(|order| Column::OrderId.eq(order)),
        query.customer.map(|customer| Column::CustomerId.eq(customer)),
        query.agent.map(|agent| Column::AgentId.eq(agent)),
    ];
    let mut select = transactions::Entity::find().limit(limit + 1);
    for filter in equals.into_iter().flatten() {
        select = select.filter(filter);
    }
    if let Some(from) = query.from {
        select = select.filter(period::since(from));
    }
    if let Some(to) = query.to {
        select = select.filter(period::until(to));
    }
    let select = by_key(select, Direction::Descending, Column::Id, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |row| row.id))
}
