//! One transaction.

use entity::{TransactionId, transactions};
use sea_orm::{ConnectionTrait, EntityTrait};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::operation;

/// Why a transaction was not returned.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GetError {
    /// There is no such transaction.
    #[error("there is no transaction {id}")]
    NotFound {
        /// What was asked for.
        id: TransactionId,
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

/// A transaction, if there is one with this id. One statement.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    id: TransactionId,
) -> Result<Option<transactions::Model>, DatabaseError> {
    let db = &operation::named(db, "finance.transactions.find");
    Ok(transactions::Entity::find_by_id(id).one(db).await?)
}

/// A transaction that must exist. One statement.
///
/// # Errors
///
/// [`GetError::NotFound`].
pub async fn get<C: ConnectionTrait>(db: &C, id: TransactionId) -> Result<transactions::Model, GetError> {
    let db = &operation::named(db, "finance.transactions.get");
    find(db, id).await?.ok_or(GetError::NotFound { id })
}
