//! Reading one value.

use entity::configurations;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::Configuration;
use crate::error::{Class, Classified, DatabaseError};
use crate::input::is_storable;
use crate::operation;

/// Why a configuration was not read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Nothing is configured under this key.
    #[error("nothing is configured under {key}")]
    NotFound {
        /// What was asked for.
        key: String,
    },
    /// The value is not of the type that was asked for.
    #[error("the value of {key} is not of the expected type")]
    Type {
        /// What was asked for.
        key: String,
        /// Where it differs.
        #[source]
        source: serde_json::Error,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for ReadError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound { .. } | Self::Type { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Reads what is configured under a key. One statement.
///
/// # Errors
///
/// [`ReadError::NotFound`]; [`ReadError::Type`] when the value is no `T`.
pub async fn get<T, C>(db: &C, key: &str) -> Result<Configuration<T>, ReadError>
where
    T: DeserializeOwned,
    C: ConnectionTrait,
{
    let db = &operation::named(db, "system.configuration.get");
    find(db, key)
        .await?
        .ok_or_else(|| ReadError::NotFound { key: key.to_owned() })
}

/// Reads what is configured under a key, if anything is. One statement.
///
/// # Errors
///
/// [`ReadError::Type`] when the value is no `T`.
pub async fn find<T, C>(db: &C, key: &str) -> Result<Option<Configuration<T>>, ReadError>
where
    T: DeserializeOwned,
    C: ConnectionTrait,
{
    let db = &operation::named(db, "system.configuration.find");
    if !is_storable(key) {
        return Ok(None);
    }
    let row = configurations::Entity::find()
        .filter(configurations::Column::Key.eq(key))
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    let Some(row) = row else { return Ok(None) };
    let Configuration {
        key,
        value,
        description,
        updated_by,
        created_at,
        updated_at,
    } = Configuration::from(row);
    match serde_json::from_value(value) {
        Ok(value) => Ok(Some(Configuration {
            key,
            value,
            description,
            updated_by,
            created_at,
            updated_at,
        })),
        Err(source) => Err(ReadError::Type { key, source }),
    }
}
