//! One customer, by whatever names it.

use std::fmt;

use entity::{CustomerId, customers};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::input::{is_storable, normalized_email};
use crate::operation;

/// How a customer is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomerKey {
    /// By its id.
    Id(CustomerId),
    /// By its e-mail address, in any spelling.
    Email(String),
    /// By Shopify's id.
    ShopifyCustomerId(String),
}

impl From<CustomerId> for CustomerKey {
    fn from(id: CustomerId) -> Self {
        Self::Id(id)
    }
}

impl fmt::Display for CustomerKey {
    // Without the address: messages end in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Email(_) => f.write_str("with this e-mail address"),
            Self::ShopifyCustomerId(_) => f.write_str("with this shopify id"),
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GetError {
    /// There is no such customer.
    #[error("there is no customer {key}")]
    NotFound {
        /// What was asked for.
        key: CustomerKey,
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

/// Reads a customer. One statement.
///
/// # Errors
///
/// [`GetError::NotFound`].
pub async fn get<C: ConnectionTrait>(
    db: &C,
    key: impl Into<CustomerKey>,
) -> Result<customers::Model, GetError> {
    let db = &operation::named(db, "customers.get");
    let key = key.into();
    find(db, key.clone()).await?.ok_or(GetError::NotFound { key })
}

/// Reads a customer who may not exist. One statement.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    key: impl Into<CustomerKey>,
) -> Result<Option<customers::Model>, DatabaseError> {
    use customers::Column;
    let db = &operation::named(db, "customers.find");
    let select = match key.into() {
        CustomerKey::Id(id) => customers::Entity::find_by_id(id),
        CustomerKey::Email(email) if is_storable(&email) => {
            customers::Entity::find().filter(Column::Email.eq(normalized_email(&email)))
        }
        CustomerKey::ShopifyCustomerId(id) if is_storable(&id) => {
            customers::Entity::find().filter(Column::ShopifyCustomerId.eq(id))
        }
        CustomerKey::Email(_) | CustomerKey::ShopifyCustomerId(_) => return Ok(None),
    };
    Ok(select.one(db).await?)
}
