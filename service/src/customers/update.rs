//! Changing what is known of a customer.

use entity::{CustomerId, customers};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    TransactionTrait,
};
use thiserror::Error;

use super::customer::{self, check_names, check_tags, unique_tags};
use super::postgres::hold_address;
use super::taken::{Claims, Taken, TakenList};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput, Rule, normalized_email};
use crate::marketing::lists;
use crate::operation;
use crate::transaction;

/// What to change of a customer. `None` leaves a value as it is; `Some(None)` clears one that may be absent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of RegisterCustomer, with its limits")]
pub struct UpdateCustomer {
    /// Which customer.
    pub id: CustomerId,
    pub email: Option<String>,
    pub shopify_customer_id: Option<Option<String>>,
    pub first_name: Option<Option<String>>,
    pub last_name: Option<Option<String>>,
    pub company: Option<Option<String>>,
    pub phone: Option<Option<String>>,
    /// All tags anew; not together with the two below.
    pub tags: Option<Vec<String>>,
    /// Tags to have besides those that are there, whoever changes others at the same time.
    pub add_tags: Vec<String>,
    /// Tags to have no longer.
    pub remove_tags: Vec<String>,
    pub accepts_marketing: Option<bool>,
    pub vip_status: Option<bool>,
}

impl UpdateCustomer {
    /// Changes nothing yet.
    #[must_use]
    pub fn new(id: CustomerId) -> Self {
        Self {
            id,
            email: None,
            shopify_customer_id: None,
            first_name: None,
            last_name: None,
            company: None,
            phone: None,
            tags: None,
            add_tags: Vec::new(),
            remove_tags: Vec::new(),
            accepts_marketing: None,
            vip_status: None,
        }
    }

    fn check(mut self) -> Result<Self, InvalidInput> {
        let mut checks = Checks::default();
        if let Some(email) = &mut self.email {
            *email = normalized_email(email);
            checks.email("email", email);
        }
        let given = |value: &'_ Option<Option<String>>| value.clone().flatten();
        let texts = [
            ("shopify_customer_id", given(&self.shopify_customer_id), 255),
            ("first_name", given(&self.first_name), 255),
            ("last_name", given(&self.last_name), 255),
            ("company", given(&self.company), 255),
            ("phone", given(&self.phone), 50),
        ];
        check_names(
            &mut checks,
            texts
                .iter()
                .map(|(field, value, max)| (*field, value.as_deref(), *max)),
        );
        check_tags(&mut checks, "tags", self.tags.as_deref().unwrap_or_default());
        check_tags(&mut checks, "add_tags", &self.add_tags);
        if self.tags.is_some() && !(self.add_tags.is_empty() && self.remove_tags.is_empty()) {
            checks.refuse(
                "tags",
                Rule::Conflicts {
                    other: "add_tags and remove_tags",
                },
            );
        }
        checks.finish()?;
        Ok(self)
    }

    fn claims(&self) -> Claims {
        Claims {
            customer: self.id,
            email: self.email.clone(),
            shopify_customer_id: self.shopify_customer_id.clone().flatten(),
        }
    }

    /// The columns that change, given the tags that are there.
    fn row(&self, present: &[String]) -> Result<customers::ActiveModel, InvalidInput> {
        let mut row = <customers::ActiveModel as Default>::default();
        macro_rules! set {
            ($($field:ident),*) => { $(if let Some(value) = self.$field.clone() { row.$field = Set(value); })* };
        }
        set!(
            email,
            shopify_customer_id,
            first_name,
            last_name,
            company,
            phone,
            accepts_marketing,
            vip_status
        );
        let base = self.tags.as_deref().unwrap_or(present);
        let tags = unique_tags(base.iter().chain(&self.add_tags).cloned())
            .into_iter()
            .filter(|tag| !self.remove_tags.contains(tag))
            .collect::<Vec<_>>();
        if tags != present {
            let mut checks = Checks::default();
            check_tags(&mut checks, "add_tags", &tags);
            checks.finish()?;
            row.tags = Set(tags.into());
        }
        Ok(row)
    }
}

/// What [`update`] left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdatedCustomer {
    /// The customer.
    pub customer: customers::Model,
}

/// Why a customer was not changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// The command breaks rules that need no database, or the tags would become too many.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such customer.
    #[error("there is no customer {id}")]
    NotFound {
        /// What was asked for.
        id: CustomerId,
    },
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

impl Classified for UpdateError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::NotFound { .. } | Self::Taken { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Changes what is known of a customer. Subscriptions of a new address that were nobody's are the customer's from then on, besides
/// those of the old one.
///
/// Three statements: a lock, an UPDATE and a read; one when nothing changes, and one more for a new address. Locks the address, if one
/// is given, for which PostgreSQL takes one statement more; then the customer and the subscriptions of a new address.
///
/// # Errors
///
/// [`UpdateError::NotFound`]; [`UpdateError::Taken`] says who has the address or the Shopify id, for which one more statement is
/// sent: two records of one person are for [`merge`](super::merge()).
pub async fn update<C>(db: &C, command: UpdateCustomer) -> Result<UpdatedCustomer, UpdateError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "customers.update");
    let command = command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &command).await;
    match transaction::finish(transaction, outcome).await {
        Err(UpdateError::Database(DatabaseError::Duplicate { .. })) => {
            Err(match command.claims().taken(db).await? {
                // Whoever had it has given it up in the meantime.
                taken if taken.is_empty() => DatabaseError::Changed { table: "customers" }.into(),
                taken => UpdateError::Taken { taken },
            })
        }
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: &UpdateCustomer) -> Result<UpdatedCustomer, UpdateError> {
    let id = command.id;
    if let Some(email) = &command.email {
        hold_address(db, email).await?;
    }
    let customer = customer::lock(db, id)
        .await?
        .ok_or(UpdateError::NotFound { id })?;
    let row = command.row(&customer.tags)?;
    if !row.is_changed() {
        return Ok(UpdatedCustomer { customer });
    }
    let updated = customers::Entity::update_many()
        .set(row)
        .filter(customers::Column::Id.eq(id))
        .exec(db)
        .await
        .map_err(DatabaseError::from)?;
    if updated.rows_affected != 1 {
        return Err(DatabaseError::Changed { table: "customers" }.into());
    }
    if let Some(email) = command.email.as_ref().filter(|email| **email != customer.email) {
        lists::claim(db, id, email).await?;
    }
    let customer = customer::read_back(db, id).await?;
    Ok(UpdatedCustomer { customer })
}
