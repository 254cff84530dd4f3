//! Removing a customer, while the shop's records stay.

use entity::{
    CustomerId, customer_interactions, customer_segment_members, customers, email_subscribers, orders,
    transactions,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, TransactionTrait};
use thiserror::Error;

use super::customer;
use super::orders::lock_orders;
use crate::error::{Class, Classified, DatabaseError};
use crate::operation;
use crate::transaction;

/// The customer to remove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeleteCustomer {
    /// Its id.
    pub id: CustomerId,
}

/// What [`delete`] removed and what stayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedCustomer {
    /// The customer as it was.
    pub customer: customers::Model,
    /// What its removal did to other tables.
    pub reached: Reached,
}

/// The rows that a customer's removal reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Orders that stay, without a customer.
    pub orders: u64,
    /// Transactions that stay, without a customer.
    pub transactions: u64,
    /// Subscriptions that stay, with their address and without a customer.
    pub subscriptions: u64,
    /// Contacts that go.
    pub interactions: u64,
    /// Memberships of segments that go.
    pub memberships: u64,
}

/// Why a customer was not removed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeleteError {
    /// There is no such customer.
    #[error("there is no customer {id}")]
    NotFound {
        /// What was asked for.
        id: CustomerId,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for DeleteError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Removes a customer with its contacts and memberships. Orders, transactions and subscriptions stay, without a customer; the latter
/// keep the address, and with it an unsubscribe. To forget the person everywhere there is [`erase`](super::erase()).
///
/// Eight statements. Locks the customer, then its orders by id.
///
/// # Errors
///
/// [`DeleteError::NotFound`].
pub async fn delete<C>(db: &C, command: DeleteCustomer) -> Result<DeletedCustomer, DeleteError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "customers.delete");
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command.id).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, id: CustomerId) -> Result<DeletedCustomer, DeleteError> {
    let customer = customer::lock(db, id)
        .await?
        .ok_or(DeleteError::NotFound { id })?;
    lock_orders(db, &[id]).await?;
    let reached = remove(db, id).await?;
    Ok(DeletedCustomer { customer, reached })
}

/// Removes a customer that is locked. Six statements.
pub(super) async fn remove<C: ConnectionTrait>(db: &C, id: CustomerId) -> Result<Reached, DatabaseError> {
    macro_rules! rows_of {
        ($table:ident) => {
            $table::Entity::find()
                .filter($table::Column::CustomerId.eq(id))
                .count(db)
                .await?
        };
    }
    let reached = Reached {
        orders: rows_of!(orders),
        transactions: rows_of!(transactions),
        subscriptions: rows_of!(email_subscribers),
        interactions: rows_of!(customer_interactions),
        memberships: rows_of!(customer_segment_members),
    };
    let deleted = customers::Entity::delete_by_id(id).exec(db).await?;
    if deleted.rows_affected == 1 {
        Ok(reached)
    } else {
        Err(DatabaseError::Changed { table: "customers" })
    }
}
