//! Cancelling an order of which nothing was sent.

use std::collections::BTreeMap;

use entity::{OrderId, OrderStatus, order_items, orders};
use sea_orm::{ConnectionTrait, TransactionTrait};
use thiserror::Error;

use super::held::{self, Change};
use super::state::{may_become, open};
use crate::error::{Class, Classified, DatabaseError};
use crate::inventory::StockError;
use crate::inventory::movement::{self, Batch, Counts};
use crate::operation;
use crate::transaction;

/// The order to cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CancelOrder {
    /// Its id.
    pub id: OrderId,
}

/// An order that was cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelledOrder {
    /// The order.
    pub order: orders::Model,
    /// Its lines by id, all of their pieces cancelled.
    pub items: Vec<order_items::Model>,
}

/// Why an order was not cancelled.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CancelError {
    /// There is no such order.
    #[error("there is no order {id}")]
    NotFound {
        /// What was asked for.
        id: OrderId,
    },
    /// There is no way from one status to the other.
    #[error("the order is {from} and cannot become {to}")]
    IllegalMove {
        /// Where it is.
        from: OrderStatus,
        /// Where it should go.
        to: OrderStatus,
    },
    /// Pieces were sent; what is sent can be refunded, and what is not as well.
    #[error("{pieces} pieces of the order were sent")]
    Sent {
        /// How many.
        pieces: i64,
    },
    /// Its reservations are not there any more.
    #[error(transparent)]
    Stock(#[from] StockError),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for CancelError {
    fn class(&self) -> Class {
        match self {
            Self::Stock(error) => error.class(),
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}

/// Cancels an order of which nothing was sent, and frees the stock that it reserved. What was paid stays paid until it is
/// refunded ([`refund`](super::refund())).
///
/// Safe to repeat: a cancelled order is returned as it is. Six statements on PostgreSQL and seven on SQLite, two when it is cancelled.
/// Locks the order, then the stock by variant and location.
///
/// # Errors
///
/// [`CancelError::NotFound`], [`CancelError::IllegalMove`] of a completed order, [`CancelError::Sent`] once a single piece was
/// sent, also when it came back; [`CancelError::Stock`] when somebody released the reservations by hand.
pub async fn cancel<C>(db: &C, command: CancelOrder) -> Result<CancelledOrder, CancelError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "orders.cancel");
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command.id).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, id: OrderId) -> Result<CancelledOrder, CancelError> {
    let order = held::order(db, id).await?.ok_or(CancelError::NotFound { id })?;
    let mut items = held::items(db, id).await?;
    let (from, to) = (order.status, OrderStatus::Cancelled);
    if from == to {
        return Ok(CancelledOrder { order, items });
    }
    if !may_become(from, to) {
        return Err(CancelError::IllegalMove { from, to });
    }
    let pieces = items.iter().map(|item| i64::from(item.quantity_fulfilled)).sum();
    if pieces > 0 {
        return Err(CancelError::Sent { pieces });
    }
    let mut batch = Batch::default();
    let mut changes = BTreeMap::new();
    for item in items.iter().filter(|item| open(item) > 0) {
        let cancelled = open(item);
        if let (Some(variant), Some(location)) = (item.product_variant_id, item.location.clone()) {
            let pieces = i64::from(cancelled);
            batch.add(
                variant,
                location,
                Counts {
                    available: pieces,
                    reserved: -pieces,
                    incoming: 0,
                },
            );
        }
        changes.insert(
            item.id,
            Change {
                cancelled,
                ..Change::default()
            },
        );
    }
    if !batch.0.is_empty() {
        movement::apply(db, &batch).await?;
    }
    held::change_items(db, &mut items, &changes).await?;
    let after = orders::Model {
        status: to,
        ..order.clone()
    };
    let order = held::write(db, order, after).await?;
    Ok(CancelledOrder { order, items })
}
