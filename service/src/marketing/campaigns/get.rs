//! One campaign.

use entity::{CampaignId, campaigns};
use sea_orm::{ConnectionTrait, EntityTrait};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::operation;

/// Why there is no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GetError {
    /// There is no such campaign.
    #[error("there is no campaign {id}")]
    NotFound {
        /// What was asked for.
        id: CampaignId,
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

/// Reads a campaign. One statement.
///
/// # Errors
///
/// [`GetError::NotFound`].
pub async fn get<C: ConnectionTrait>(db: &C, id: CampaignId) -> Result<campaigns::Model, GetError> {
    let db = &operation::named(db, "marketing.campaigns.get");
    find(db, id).await?.ok_or(GetError::NotFound { id })
}

/// Reads a campaign that may not exist. One statement.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    id: CampaignId,
) -> Result<Option<campaigns::Model>, DatabaseError> {
    let db = &operation::named(db, "marketing.campaigns.find");
    Ok(campaigns::Entity::find_by_id(id).one(db).await?)
}
