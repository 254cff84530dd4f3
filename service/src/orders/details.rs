//! An order with everything that belongs to it, for one or for a page of them.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use entity::{OrderId, customers, order_items, orders, transactions};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use thiserror::Error;

use crate::batch::among;
use crate::error::{Class, Classified, DatabaseError};
use crate::input::is_storable;
use crate::operation;

/// How an order is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderKey {
    /// By its id.
    Id(OrderId),
    /// By its number.
    Number(String),
}

impl From<OrderId> for OrderKey {
    fn from(id: OrderId) -> Self {
        Self::Id(id)
    }
}

impl fmt::Display for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Number(number) => write!(f, "with the number {number}"),
        }
    }
}

/// An order, what was ordered, by whom, and what was paid and refunded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderDetails {
    /// The order.
    pub order: orders::Model,
    /// Its lines, by id.
    pub items: Vec<order_items::Model>,
    /// Who ordered; `None` for a guest, and once the customer is deleted.
    pub customer: Option<customers::Model>,
    /// Every transaction that names the order, by id, which is the order of time.
    pub transactions: Vec<transactions::Model>,
}

/// Why there is no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GetError {
    /// There is no such order.
    #[error("there is no order {key}")]
    NotFound {
        /// What was asked for.
        key: OrderKey,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for GetError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Reads an order with its lines, its customer and its transactions.
///
/// Four statements, three for a guest. They are so many snapshots: for figures that belong together begin a transaction of
/// REPEATABLE READ and pass it.
///
/// # Errors
///
/// [`GetError::NotFound`].
pub async fn get<C: ConnectionTrait>(db: &C, key: impl Into<OrderKey>) -> Result<OrderDetails, GetError> {
    let db = &operation::named(db, "orders.get");
    let key = key.into();
    match find(db, key.clone()).await? {
        Some(details) => Ok(details),
        None => Err(GetError::NotFound { key }),
    }
}

/// Like [`get`], for an order that may be absent.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    key: impl Into<OrderKey>,
) -> Result<Option<OrderDetails>, DatabaseError> {
    let db = &operation::named(db, "orders.find");
    let select = match key.into() {
        OrderKey::Id(id) => orders::Entity::find_by_id(id),
        OrderKey::Number(number) if is_storable(&number) => {
            orders::Entity::find().filter(orders::Column::OrderNumber.eq(number))
        }
        OrderKey::Number(_) => return Ok(None),
    };
    let order = select.one(db).await?;
    Ok(complete(db, order.into_iter().collect()).await?.pop())
}

/// Adds to the orders what belongs to them, in three statements, two when all are of guests; none for no orders.
pub(super) async fn complete<C: ConnectionTrait>(
    db: &C,
    orders: Vec<orders::Model>,
) -> Result<Vec<OrderDetails>, DatabaseError> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let ids = || orders.iter().map(|order| order.id);
    let items = order_items::Entity::find()
        .filter(among(db, order_items::Column::OrderId, ids()))
        .order_by_asc(order_items::Column::Id)
        .all(db)
        .await?;
    let transactions = transactions::Entity::find()
        .filter(among(db, transactions::Column::OrderId, ids()))
        .order_by_asc(transactions::Column::Id)
        .all(db)
        .await?;
    let buyers: BTreeSet<_> = orders.iter().filter_map(|order| order.customer_id).collect();
    let customers = if buyers.is_empty() {
        Vec::new()
    } else {
        customers::Entity::find()
            .filter(among(db, customers::Column::Id, buyers))
            .all(db)
            .await?
    };
    let customers: HashMap<_, _> = customers
        .into_iter()
        .map(|customer| (customer.id, customer))
        .collect();
    let mut items_of: HashMap<OrderId, Vec<_>> = HashMap::new();
    for item in items {
        items_of.entry(item.order_id).or_default().push(item);
    }
    let mut transactions_of: HashMap<OrderId, Vec<_>> = HashMap::new();
    for transaction in transactions {
        if let Some(order) = transaction.order_id {
            transactions_of.entry(order).or_default().push(transaction);
        }
    }
    let details = orders.into_iter().map(|order| OrderDetails {
        items: items_of.remove(&order.id).unwrap_or_default(),
        transactions: transactions_of.remove(&order.id).unwrap_or_default(),
        customer: order.customer_id.and_then(|id| customers.get(&id).cloned()),
        order,
    });
    Ok(details.collect())
}
