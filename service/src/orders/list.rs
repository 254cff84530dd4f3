//! Pages of orders, the newest first.

use chrono::{DateTime, Utc};
use entity::orders::{self, Column};
use entity::{CustomerId, OrderFinancialStatus, OrderFulfillmentStatus, OrderId, OrderStatus};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::details::{OrderDetails, complete};
use crate::error::DatabaseError;
use crate::operation;
use crate::page::{self, Direction, Page, PageRequest};

/// Which orders; one index serves each choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OrdersOf {
    /// All.
    #[default]
    Anybody,
    /// Those of a customer.
    Customer(CustomerId),
    /// Those with this status.
    Status(OrderStatus),
    /// Those that are so far paid.
    FinancialStatus(OrderFinancialStatus),
    /// Those that are so far sent.
    FulfillmentStatus(OrderFulfillmentStatus),
}

/// After which order a page begins: when it was placed, and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct OrderCursor {
    /// `orders.created_at`
    pub created_at: DateTime<Utc>,
    /// `orders.id`
    pub id: OrderId,
}

/// Which orders to list; no filter lists all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListOrders {
    /// Whose, or in which state.
    pub of: OrdersOf,
    /// Placed at this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Placed before this instant.
    pub until: Option<DateTime<Utc>>,
    /// Which page.
    pub page: PageRequest<OrderCursor>,
}

/// Lists orders, the newest first.
///
/// One statement, which an index on the filter's column, `created_at` and `id` serves.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListOrders,
) -> Result<Page<orders::Model, OrderCursor>, DatabaseError> {
    let db = &operation::named(db, "orders.list");
    let limit = query.page.clamped();
    let after = query.page.after.map(|cursor| (cursor.created_at, cursor.id));
    let key = (Column::CreatedAt, Column::Id);
    let mut select =
        page::by_pair(orders::Entity::find(), Direction::Descending, key, after).limit(limit + 1);
    select = match query.of {
        OrdersOf::Anybody => select,
        OrdersOf::Customer(id) => select.filter(Column::CustomerId.eq(id)),
        OrdersOf::Status(status) => select.filter(Column::Status.eq(status)),
        OrdersOf::FinancialStatus(status) => select.filter(Column::FinancialStatus.eq(status)),
        OrdersOf::FulfillmentStatus(status) => select.filter(Column::FulfillmentStatus.eq(status)),
    };
    if let Some(from) = query.from {
        select = select.filter(Column::CreatedAt.gte(from));
    }
    if let Some(until) = query.until {
        select = select.filter(Column::CreatedAt.lt(until));
    }
    let orders = select.all(db).await?;
    Ok(Page::cut(orders, limit, |order| OrderCursor {
        created_at: order.created_at,
        id: order.id,
    }))
}

/// Lists orders like [`list`], each with its lines, its customer and its transactions.
///
/// Four statements, however many orders the page has; three when none has a customer.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn page<C: ConnectionTrait>(
    db: &C,
    query: ListOrders,
) -> Result<Page<OrderDetails, OrderCursor>, DatabaseError> {
    let db = &operation::named(db, "orders.page");
    let Page { items, next } = list(db, query).await?;
    let items = complete(db, items).await?;
    Ok(Page { items, next })
}
