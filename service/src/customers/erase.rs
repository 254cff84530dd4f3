//! Forgetting a person, while the books stay.

mod needles;
mod phone;
mod redact;
mod subscriptions;
mod sweep;
mod tables;

use std::collections::BTreeMap;

use entity::{CustomerId, SystemEventId};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::customer;
use super::delete::remove;
use super::orders::lock_orders;
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::{self, Conflict, JournalError};
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
use crate::transaction;
use needles::Needles;

/// The kind of event that proves an erasure.
const KIND: &str = "customer.erased";

/// The person to forget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EraseCustomer {
    /// The caller's id, made before the call: the same command again changes nothing.
    pub id: SystemEventId,
    /// Who.
    pub customer: CustomerId,
}

impl EraseCustomer {
    /// Under a new id.
    #[must_use]
    pub fn new(customer: CustomerId) -> Self {
        let id = SystemEventId::new();
        Self { id, customer }
    }
}

#[derive(Serialize)]
struct Command {
    customer: CustomerId,
}

/// What [`erase`] did: numbers and nothing personal, because it is kept as the proof.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedCustomer {
    /// Rows in which personal data was replaced, by table.
    pub redacted: BTreeMap<String, u64>,
    /// Subscriptions that are kept under a digest, so that they are still honoured: unsubscribed, bounced, complained.
    pub suppressed: u64,
    /// Subscriptions that are gone: pending and subscribed.
    pub unlisted: u64,
    /// Orders that stay, without a customer.
    pub orders: u64,
    /// Transactions that stay, without a customer.
    pub transactions: u64,
    /// Contacts that are gone.
    pub interactions: u64,
    /// Memberships of segments that are gone.
    pub memberships: u64,
}

/// Why a person was not forgotten.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EraseError {
    /// The id is no UUIDv7.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The id was used for another command.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// There is no such customer; perhaps it was erased already.
    #[error("there is no customer {id}")]
    NotFound {
        /// Who was named.
        id: CustomerId,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for EraseError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::Conflict(_) | Self::NotFound { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

impl From<JournalError> for EraseError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Conflict(conflict) => conflict.into(),
            JournalError::Database(error) => error.into(),
        }
    }
}

/// Forgets a person: the customer with its contacts and memberships goes, and every text and JSON column of every table is searched
/// for what is known of the person. Orders, transactions and all amounts stay as they are.
///
/// **What is searched for.** The e-mail addresses (that of the customer and those of its subscriptions), the phone number in the ways it
/// is usually written, Shopify's customer id, and the full name. In a row that has one of these, first name, last name and company
/// are replaced as well, wherever they stand in it as whole words; so are they in the customer's own transactions. Two people of
/// one name cannot be told apart: what is said of the other under the full name is replaced too. A row that has nothing but a
/// first name, or a name spelled otherwise, is not found.
///
/// **What is left.** `[erased]` in place of what was found, in texts, JSON strings, JSON keys and JSON numbers; ids of this database,
/// which point to nothing any more; and subscriptions that were ended, under a digest of the address. In other customers' rows only
/// the tags are searched: a phone number that two share stays the other's. What a command remembered about itself is searched too,
/// and such a command sent again is then refused as a conflict rather than answered.
///
/// **What it costs.** No index helps: every table is read once, also the large ones, and the rows that are found stay locked until the
/// end. It is for a quiet hour, and for a connection without a short statement timeout. Backups, logs and the materialized views
/// until their next refresh are not reached; the views hold no personal data but the id.
///
/// Forty-two statements when nothing is found. Two more when there are subscriptions (one when none of them is kept), and for each
/// table one more for every 500 rows in which something is found. Locks the customer, its orders by id, its subscriptions,
/// then what is found, table by table and by id. An event `customer.erased` with the numbers remains, under the command's id.
///
/// # Errors
///
/// [`EraseError::NotFound`].
pub async fn erase<C>(db: &C, command: EraseCustomer) -> Result<ErasedCustomer, EraseError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "customers.erase");
    let mut checks = Checks::default();
    if command.id.instant().is_none() {
        checks.refuse("id", Rule::NotTimeOrdered);
    }
    checks.finish()?;
    let transaction = transaction::begin(db).await?;
    let outcome = once(&transaction, command).await;
    match transaction::finish(transaction, outcome).await {
        // A twin may have gone first.
        Err(error @ (EraseError::NotFound { .. } | EraseError::Database(DatabaseError::Serialization))) => {
            replayed(db, command).await?.ok_or(error)
        }
        outcome => outcome,
    }
}

async fn replayed<C: ConnectionTrait>(
    db: &C,
    EraseCustomer { id, customer }: EraseCustomer,
) -> Result<Option<ErasedCustomer>, JournalError> {
    idempotency::replay(db, id, KIND, &Command { customer }).await
}

async fn once<C: ConnectionTrait>(db: &C, command: EraseCustomer) -> Result<ErasedCustomer, EraseError> {
    if let Some(outcome) = replayed(db, command).await? {
        return Ok(outcome);
    }
    let id = command.customer;
    let customer = customer::lock(db, id).await?.ok_or(EraseError::NotFound { id })?;
    lock_orders(db, &[id]).await?;
    let subscriptions = subscriptions::suppress(db, &customer).await?;
    let needles = Needles::of(&customer, &subscriptions.emails);
    let redacted = tables::sweep_all(db, &needles, id).await?;
    let reached = remove(db, id).await?;
    let outcome = ErasedCustomer {
        redacted,
        suppressed: subscriptions.suppressed,
        unlisted: subscriptions.unlisted,
        orders: reached.orders,
        transactions: reached.transactions,
        interactions: reached.interactions,
        memberships: reached.memberships,
    };
    idempotency::remember(db, command.id, KIND, &Command { customer: id }, &outcome).await?;
    Ok(outcome)
}
