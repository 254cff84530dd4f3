//! Taking a value away.

use entity::configurations;
use sea_orm::{ConnectionTrait, EntityTrait, TransactionTrait};
use serde_json::Value;
use thiserror::Error;

use super::{Configuration, lock};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{is_storable, same_json};
use crate::operation;
use crate::transaction;

/// The key to clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteConfiguration {
    /// Which key.
    pub key: String,
    /// What it has to hold; `None`: anything.
    pub expected: Option<Value>,
}

impl DeleteConfiguration {
    /// Whatever the key holds.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            expected: None,
        }
    }
}

/// Why nothing was deleted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeleteError {
    /// Nothing is configured under this key.
    #[error("nothing is configured under {key}")]
    NotFound {
        /// What was asked for.
        key: String,
    },
    /// The key holds something else.
    #[error("{} does not hold what was expected", present.key)]
    Differs {
        /// What it holds.
        present: Box<Configuration>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for DeleteError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound { .. } | Self::Differs { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Deletes what is configured under a key, and returns what it was. Two statements, the first of which locks the row.
///
/// # Errors
///
/// [`DeleteError::NotFound`], also when it is sent again; [`DeleteError::Differs`].
pub async fn delete<C>(db: &C, command: DeleteConfiguration) -> Result<Configuration, DeleteError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "system.configuration.delete");
    if !is_storable(&command.key) {
        return Err(DeleteError::NotFound { key: command.key });
    }
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(
    db: &C,
    command: DeleteConfiguration,
) -> Result<Configuration, DeleteError> {
    let DeleteConfiguration { key, expected } = command;
    let Some(present) = lock(db, &key).await? else {
        return Err(DeleteError::NotFound { key });
    };
    if expected.is_some_and(|expected| !same_json(&expected, &present.value)) {
        let present = Box::new(present.into());
        return Err(DeleteError::Differs { present });
    }
    let deleted = configurations::Entity::delete_by_id(present.id)
        .exec(db)
        .await
        .map_err(DatabaseError::from)?;
    if deleted.rows_affected != 1 {
        let table = "configurations";
        return Err(DatabaseError::Changed { table }.into());
    }
    Ok(present.into())
}
