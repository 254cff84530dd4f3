//! Confirming an order, and closing it when everything is done.

use entity::{OrderFinancialStatus, OrderFulfillmentStatus, OrderId, OrderStatus, orders};
use sea_orm::{ConnectionTrait, TransactionTrait};
use thiserror::Error;

use super::held;
use super::state::may_become;
use crate::error::{Class, Classified, DatabaseError};
use crate::operation;
use crate::transaction;

/// The order to confirm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfirmOrder {
    /// Its id.
    pub id: OrderId,
}

/// An order that is going to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmedOrder {
    /// The order.
    pub order: orders::Model,
}

/// The order to complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompleteOrder {
    /// Its id.
    pub id: OrderId,
}

/// An order of which nothing is left to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedOrder {
    /// The order.
    pub order: orders::Model,
}

/// Why an order stays where it is.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StatusError {
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
    /// Something is left to send or to pay.
    #[error("the order is {fulfillment_status} and {financial_status}")]
    Unfinished {
        /// How far it is sent.
        fulfillment_status: OrderFulfillmentStatus,
        /// How far it is paid.
        financial_status: OrderFinancialStatus,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for StatusError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}

/// Confirms a pending order: from then on it may be fulfilled. Whether it has to be paid before is the caller's to decide.
///
/// Safe to repeat: a confirmed order is returned as it is. Three statements, one when it is confirmed; locks the order.
///
/// # Errors
///
/// [`StatusError::NotFound`], [`StatusError::IllegalMove`] of a cancelled or completed order.
pub async fn confirm<C>(db: &C, command: ConfirmOrder) -> Result<ConfirmedOrder, StatusError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "orders.confirm");
    let order = become_status(db, command.id, OrderStatus::Confirmed).await?;
    Ok(ConfirmedOrder { order })
}

/// Completes a confirmed order that is fulfilled and paid. Nothing completes an order by itself; it is for whoever knows that the
/// parcels have arrived. An order of which something was refunded counts as paid. Afterwards it can still be refunded.
///
/// Safe to repeat: a completed order is returned as it is. Three statements, one when it is completed; locks the order.
///
/// # Errors
///
/// [`StatusError::NotFound`], [`StatusError::IllegalMove`] of a pending or cancelled order, [`StatusError::Unfinished`].
pub async fn complete<C>(db: &C, command: CompleteOrder) -> Result<CompletedOrder, StatusError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "orders.complete");
    let order = become_status(db, command.id, OrderStatus::Completed).await?;
    Ok(CompletedOrder { order })
}

async fn become_status<C>(db: &C, id: OrderId, to: OrderStatus) -> Result<orders::Model, StatusError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, id, to).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(
    db: &C,
    id: OrderId,
    to: OrderStatus,
) -> Result<orders::Model, StatusError> {
    let order = held::order(db, id).await?.ok_or(StatusError::NotFound { id })?;
    let from = order.status;
    if from == to {
        return Ok(order);
    }
    if !may_become(from, to) {
        return Err(StatusError::IllegalMove { from, to });
    }
    let (fulfillment_status, financial_status) = (order.fulfillment_status, order.financial_status);
    if to == OrderStatus::Completed
        && (fulfillment_status != OrderFulfillmentStatus::Fulfilled
            || financial_status == OrderFinancialStatus::Unpaid)
    {
        return Err(StatusError::Unfinished {
            fulfillment_status,
            financial_status,
        });
    }
    let after = orders::Model {
        status: to,
        ..order.clone()
    };
    Ok(held::write(db, order, after).await?)
}
