//! Whose subscriptions they are.

use entity::{CustomerId, customers, email_subscribers};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, TransactionTrait,
};

use crate::error::DatabaseError;
use crate::operation;
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
/// does nothing when there is no such customer. Whoever registers, or changes their address, through
/// [`customers`](crate::customers) has them already, also when they subscribe in that very moment: this is for customers who came
/// otherwise, and for those who registered in the moment of an [`import`](super::import()), which waits for nobody.
///
/// Two statements; one when there is no such customer. Locks the customer against removal, then what it gives.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn link<C>(db: &C, command: LinkCustomer) -> Result<LinkedCustomer, DatabaseError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.lists.link");
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command.customer).await;
    let subscriptions = transaction::finish(transaction, outcome).await?;
    Ok(LinkedCustomer { subscriptions })
}

async fn write<C: ConnectionTrait>(db: &C, customer: CustomerId) -> Result<u64, DatabaseError> {
    // The customer before its subscriptions, as everybody who removes one does.
    let email: Option<String> = customers::Entity::find_by_id(customer)
        .select_only()
        .column(customers::Column::Email)
        .lock(LockType::KeyShare)
        .into_tuple()
        .one(db)
        .await?;
    match email {
        Some(email) => claim(db, customer, &email).await,
        None => Ok(0),
    }
}

/// Gives a customer, who is locked or new, the subscriptions of an address that are nobody's, and says how many. One statement.
pub(crate) async fn claim<C: ConnectionTrait>(
    db: &C,
    customer: CustomerId,
    email: &str,
) -> Result<u64, DatabaseError> {
    use email_subscribers::Column;
    let new = email_subscribers::ActiveModel {
        customer_id: Set(Some(customer)),
        ..Default::default()
    };
    let written = email_subscribers::Entity::update_many()
        .set(new)
        .filter(Column::Email.eq(email))
        .filter(Column::CustomerId.is_null())
        .exec(db)
        .await?;
    Ok(written.rows_affected)
}
