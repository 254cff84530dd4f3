//! Making somebody a customer.

use entity::{CustomerId, customers};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, TransactionTrait, TryInsertResult};
use thiserror::Error;

use super::customer::{self, check_names, check_tags, unique_tags};
use super::postgres::hold_address;
use super::taken::{Claims, Taken, TakenList};
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, normalized_email};
use crate::marketing::lists;
use crate::operation;
use crate::transaction;

/// A customer to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterCustomer {
    /// The caller's id, made before the call: the same command again changes nothing.
    pub id: CustomerId,
    /// Any spelling; it is stored without surrounding white space and in lower case. Unique in the shop.
    pub email: String,
    /// Shopify's id, when the customer came from there.
    pub shopify_customer_id: Option<String>,
    /// At most 255 characters.
    pub first_name: Option<String>,
    /// At most 255 characters.
    pub last_name: Option<String>,
    /// At most 255 characters.
    pub company: Option<String>,
    /// As the customer writes it; at most 50 characters.
    pub phone: Option<String>,
    /// At most 250 of at most 255 characters; one that is given twice is kept once.
    pub tags: Vec<String>,
    /// Whether the customer agreed to marketing at this address.
    pub accepts_marketing: bool,
    /// Whether the shop treats the customer as a VIP.
    pub vip_status: bool,
}

impl RegisterCustomer {
    /// Nobody but an address, under a new id and without consent to marketing.
    pub fn new(email: impl Into<String>) -> Self {
        Self {
            id: CustomerId::new(),
            email: email.into(),
            shopify_customer_id: None,
            first_name: None,
            last_name: None,
            company: None,
            phone: None,
            tags: Vec::new(),
            accepts_marketing: false,
            vip_status: false,
        }
    }

    fn check(mut self) -> Result<Self, InvalidInput> {
        self.email = normalized_email(&self.email);
        let mut checks = Checks::default();
        checks.email("email", &self.email);
        check_names(
            &mut checks,
            [
                ("shopify_customer_id", self.shopify_customer_id.as_deref(), 255),
                ("first_name", self.first_name.as_deref(), 255),
                ("last_name", self.last_name.as_deref(), 255),
                ("company", self.company.as_deref(), 255),
                ("phone", self.phone.as_deref(), 50),
            ],
        );
        check_tags(&mut checks, "tags", &self.tags);
        checks.finish()?;
        self.tags = unique_tags(self.tags);
        Ok(self)
    }

    fn claims(&self) -> Claims {
        Claims {
            customer: self.id,
            email: Some(self.email.clone()),
            shopify_customer_id: self.shopify_customer_id.clone(),
        }
    }

    fn row(&self) -> customers::ActiveModel {
        let command = self.clone();
        customers::ActiveModel {
            id: Set(command.id),
            email: Set(command.email),
            shopify_customer_id: Set(command.shopify_customer_id),
            first_name: Set(command.first_name),
            last_name: Set(command.last_name),
            company: Set(command.company),
            phone: Set(command.phone),
            tags: Set(command.tags.into()),
            accepts_marketing: Set(command.accepts_marketing),
            vip_status: Set(command.vip_status),
            ..Default::default()
        }
    }

    /// Whether the row is what this command made, as far as it still can be told: one that was changed since no longer says
    /// what it was made from, and its id speaks for it.
    fn made(&self, row: &customers::Model) -> bool {
        let same = self.email == row.email
            && self.shopify_customer_id == row.shopify_customer_id
            && self.first_name == row.first_name
            && self.last_name == row.last_name
            && self.company == row.company
            && self.phone == row.phone
            && self.tags == *row.tags
            && self.accepts_marketing == row.accepts_marketing
            && self.vip_status == row.vip_status;
        same || row.updated_at != row.created_at
    }
}

/// What [`register`] left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredCustomer {
    /// The customer.
    pub customer: customers::Model,
}

/// Why somebody did not become a customer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The id belongs to a customer who was registered with other content.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// Another customer has the address or the Shopify id.
    #[error("{}", TakenList(taken))]
    Taken {
        /// Both, if both are; never empty.
        taken: Vec<Taken>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for RegisterError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::Conflict(_) | Self::Taken { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Registers a customer. Subscriptions of the address that were nobody's are the customer's from then on, whatever their status.
///
/// Three statements: an INSERT, an UPDATE of the subscriptions and a read. The same command again returns the customer and changes
/// nothing, also when the customer was changed in between, with two. Locks the address, for which PostgreSQL takes one statement
/// more, then its subscriptions.
///
/// # Errors
///
/// [`RegisterError::Taken`] says who has the address or the Shopify id, for which one more statement is sent;
/// [`RegisterError::Conflict`] when the id was used for another registration; [`RegisterError::Invalid`] before anything is sent.
pub async fn register<C>(db: &C, command: RegisterCustomer) -> Result<RegisteredCustomer, RegisterError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "customers.register");
    let command = command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &command).await;
    match transaction::finish(transaction, outcome).await {
        Err(RegisterError::Database(DatabaseError::Duplicate { .. })) => {
            Err(match command.claims().taken(db).await? {
                // Whoever had it has given it up in the meantime, or it was this very command, sent twice at once.
                taken if taken.is_empty() => DatabaseError::Changed { table: "customers" }.into(),
                taken => RegisterError::Taken { taken },
            })
        }
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(
    db: &C,
    command: &RegisterCustomer,
) -> Result<RegisteredCustomer, RegisterError> {
    hold_address(db, &command.email).await?;
    let inserted = customers::Entity::insert_many([command.row()])
        .on_conflict_do_nothing_on([customers::Column::Id])
        .exec_without_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    let is_new = matches!(inserted, TryInsertResult::Inserted(1));
    if is_new {
        lists::claim(db, command.id, &command.email).await?;
    }
    let customer = customer::read_back(db, command.id).await?;
    if is_new || command.made(&customer) {
        Ok(RegisteredCustomer { customer })
    } else {
        let id = command.id.into();
        Err(Conflict { id }.into())
    }
}
