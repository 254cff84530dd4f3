//! Making one customer of two records of one person.

mod fold;
mod moved;

use entity::{CustomerId, SystemEventId, customers};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    TransactionTrait,
};
use serde::Serialize;
use thiserror::Error;

use super::customer;
use super::orders::lock_orders;
use crate::batch::among;
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::{self, Conflict, JournalError};
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
use crate::transaction;

pub use moved::Moved;

/// The kind of event that remembers a merge.
const KIND: &str = "customer.merged";

/// Two records of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MergeCustomers {
    /// The caller's id, made before the call: the same command again changes nothing.
    pub id: SystemEventId,
    /// The customer who goes.
    pub from: CustomerId,
    /// The customer who stays.
    pub into: CustomerId,
}

impl MergeCustomers {
    /// Under a new id.
    #[must_use]
    pub fn new(from: CustomerId, into: CustomerId) -> Self {
        let id = SystemEventId::new();
        Self { id, from, into }
    }
}

/// What identifies the command: no personal data, because it is remembered.
#[derive(Serialize)]
struct Command {
    from: CustomerId,
    into: CustomerId,
}

/// What [`merge`] left.
#[derive(Clone, Debug, PartialEq)]
pub struct MergedCustomers {
    /// The customer who stayed.
    pub customer: customers::Model,
    /// What it got from the other.
    pub moved: Moved,
}

/// Why two customers were not made one.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MergeError {
    /// Both are the same customer, or the id is no UUIDv7.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The id was used for another command.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// One of them, or both, do not exist; perhaps because they were merged already.
    #[error("{} of the two customers do not exist", customers.len())]
    NotFound {
        /// Those who do not exist, by id; never empty.
        customers: Vec<CustomerId>,
    },
    /// Both together have more tags than one customer may have.
    #[error("the customers have {tags} tags between them, and one may have {max}")]
    TooManyTags {
        /// How many different ones they have.
        tags: usize,
        /// How many one customer may have.
        max: usize,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for MergeError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}

impl From<JournalError> for MergeError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Conflict(conflict) => conflict.into(),
            JournalError::Database(error) => error.into(),
        }
    }
}

/// Moves everything of one customer to another, and removes the one.
///
/// Orders, transactions, contacts and subscriptions move. Memberships of segments move as well; in a segment to which both belong
/// the higher score and the earlier date stay. Fields that are empty are filled, tags are united, VIP is who was one, and the
/// customer counts from the earlier registration. What the customer has stays: of two addresses that of `into`, of two Shopify ids
/// likewise. Consent to marketing is never gained: it stays only when both gave it. A subscription keeps its status, since it belongs
/// to its address.
///
/// Thirteen statements. Locks both customers by id, then the orders of both by id, the segments of the one (against deletion) by id,
/// then what moves. An event `customer.merged` with
/// both ids remains, under the command's id.
///
/// # Errors
///
/// [`MergeError::TooManyTags`], since none is dropped; [`MergeError::NotFound`]. Of two merges of the same pair into each other the second finds its source gone.
pub async fn merge<C>(db: &C, command: MergeCustomers) -> Result<MergedCustomers, MergeError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "customers.merge");
    let mut checks = Checks::default();
    if command.id.instant().is_none() {
        checks.refuse("id", Rule::NotTimeOrdered);
    }
    if command.from == command.into {
        checks.refuse("into", Rule::Repeated);
    }
    checks.finish()?;
    let transaction = transaction::begin(db).await?;
    let outcome = once(&transaction, command).await;
    match transaction::finish(transaction, outcome).await {
        // A twin may have gone first.
        Err(error @ (MergeError::NotFound { .. } | MergeError::Database(DatabaseError::Serialization))) => {
            replayed(db, command).await?.ok_or(error)
        }
        outcome => outcome,
    }
}

async fn once<C: ConnectionTrait>(db: &C, command: MergeCustomers) -> Result<MergedCustomers, MergeError> {
    if let Some(outcome) = replayed(db, command).await? {
        return Ok(outcome);
    }
    let moved = write(db, command).await?;
    let MergeCustomers { id, from, into } = command;
    idempotency::remember(db, id, KIND, &Command { from, into }, &moved).await?;
    let customer = customer::read_back(db, into).await?;
    Ok(MergedCustomers { customer, moved })
}

/// What the same command led to before, with the customer as it is now.
async fn replayed<C: ConnectionTrait>(
    db: &C,
    command: MergeCustomers,
) -> Result<Option<MergedCustomers>, MergeError> {
    let MergeCustomers { id, from, into } = command;
    let Some(moved) = idempotency::replay(db, id, KIND, &Command { from, into }).await? else {
        return Ok(None);
    };
    let found = customers::Entity::find_by_id(into).one(db).await;
    let customer = found.map_err(DatabaseError::from)?;
    // It has been deleted, or merged, since.
    let customer = customer.ok_or(MergeError::NotFound {
        customers: vec![into],
    })?;
    Ok(Some(MergedCustomers { customer, moved }))
}

async fn write<C: ConnectionTrait>(db: &C, command: MergeCustomers) -> Result<Moved, MergeError> {
    let (from, into) = lock_both(db, command).await?;
    let (from_id, folded) = (from.id, fold::fold(from, into));
    let (tags, max) = (folded.tags.0.len(), customer::MAX_TAGS);
    if tags > max {
        return Err(MergeError::TooManyTags { tags, max });
    }
    let moved = moved::move_all(db, from_id, folded.id).await?;
    let gone = customers::Entity::delete_by_id(from_id).exec(db).await;
    if gone.map_err(DatabaseError::from)?.rows_affected != 1 {
        return Err(DatabaseError::Changed { table: "customers" }.into());
    }
    // After the deletion, because the Shopify id may move.
    let row = customers::ActiveModel {
        shopify_customer_id: Set(folded.shopify_customer_id),
        first_name: Set(folded.first_name),
        last_name: Set(folded.last_name),
        company: Set(folded.company),
        phone: Set(folded.phone),
        tags: Set(folded.tags),
        accepts_marketing: Set(folded.accepts_marketing),
        vip_status: Set(folded.vip_status),
        created_at: Set(folded.created_at),
        ..<customers::ActiveModel as Default>::default()
    };
    let updated = customers::Entity::update_many()
        .set(row)
        .filter(customers::Column::Id.eq(folded.id))
        .exec(db)
        .await
        .map_err(DatabaseError::from)?;
    if updated.rows_affected != 1 {
        return Err(DatabaseError::Changed { table: "customers" }.into());
    }
    Ok(moved)
}

/// Locks both by id, then their orders: whoever pays one of the orders keeps the customer and then locks the order.
async fn lock_both<C: ConnectionTrait>(
    db: &C,
    command: MergeCustomers,
) -> Result<(customers::Model, customers::Model), MergeError> {
    let both = [command.from, command.into];
    let held = customers::Entity::find()
        .filter(among(db, customers::Column::Id, both))
        .order_by_asc(customers::Column::Id)
        .lock(LockType::Update)
        .all(db)
        .await
        .map_err(DatabaseError::from)?;
    lock_orders(db, &both).await?;
    let mut held = held.into_iter();
    match (held.next(), held.next()) {
        (Some(a), Some(b)) if a.id == command.from => Ok((a, b)),
        (Some(a), Some(b)) => Ok((b, a)),
        (one, _) => {
            let mut customers: Vec<_> = both
                .into_iter()
                .filter(|id| one.as_ref().is_none_or(|one| one.id != *id))
                .collect();
            customers.sort_unstable();
            Err(MergeError::NotFound { customers })
        }
    }
}
