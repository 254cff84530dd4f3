//! Whose subscriptions they are.

use entity::{CustomerId, customers, email_subscribers};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    TransactionTrait,
};

use crate::error::DatabaseError;
use crate::transaction;

/// A customer who may have subscribed before being one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkCustomer {
    /// The customer.
    pub customer: CustomerId,
}

/// What [`link`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkedCustomer {
    /// How many subscriptions are the customer's now that were nobody's.
    pub subscriptions: u64,
}

/// Gives a customer the subscriptions of their address that are nobody's, so that a segment reaches them. It may be repeated, and
/// does nothing when there is no such customer.
///
/// One statement.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn link<C>(db: &C, command: LinkCustomer) -> Result<LinkedCustomer, DatabaseError>
where
    C: ConnectionTrait + TransactionTrait,
{
    use email_subscribers::Column;
    let address = customers::Entity::find_by_id(command.customer)
        .select_only()
        .column(customers::Column::Email);
    let new = email_subscribers::ActiveModel {
        customer_id: Set(Some(command.customer)),
        ..Default::default()
    };
    let transaction = transaction::begin(db).await?;
    let outcome = email_subscribers::Entity::update_many()
        .set(new)
        .filter(Column::CustomerId.is_null())
        .filter(Column::Email.into_expr().in_subquery(address.into_query()))
        .exec(&transaction)
        .await
        .map_err(DatabaseError::from);
    let written = transaction::finish(transaction, outcome).await?;
    Ok(LinkedCustomer {
        subscriptions: written.rows_affected,
    })
}
