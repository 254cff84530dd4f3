//! Editing content.

use entity::{CampaignId, ContentId, ContentStatus, content};
use sea_orm::{ActiveValue::Set, ConnectionTrait, TransactionTrait};
use serde_json::Value;
use thiserror::Error;

use super::{row, state};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput};
use crate::marketing::Missing;
use crate::operation;
use crate::transaction;

/// What to change; `None` leaves a field alone, `Some(None)` empties it.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateContent {
    /// Which content.
    pub id: ContentId,
    /// What it is; at most 50 characters.
    pub kind: Option<String>,
    /// At most 500 characters.
    pub title: Option<Option<String>>,
    /// Any length.
    pub body: Option<Option<String>>,
    /// An object, which replaces the one there is.
    pub metadata: Option<Value>,
    /// The campaign that uses it.
    pub campaign: Option<Option<CampaignId>>,
}

impl UpdateContent {
    /// Changes nothing.
    #[must_use]
    pub fn new(id: ContentId) -> Self {
        Self {
            id,
            kind: None,
            title: None,
            body: None,
            metadata: None,
            campaign: None,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if let Some(kind) = &self.kind {
            checks.name("kind", kind, 50);
        }
        if let Some(Some(title)) = &self.title {
            checks.text("title", title, 500);
        }
        if let Some(Some(body)) = &self.body {
            checks.text("body", body, usize::MAX);
        }
        if let Some(metadata) = &self.metadata {
            checks.json_object("metadata", metadata);
        }
        checks.finish()
    }
}

/// Why content was not changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such content.
    #[error("there is no content {id}")]
    NotFound {
        /// What was asked for.
        id: ContentId,
    },
    /// It names a campaign that does not exist.
    #[error("{missing}")]
    Missing {
        /// The campaign.
        missing: Missing,
    },
    /// It is approved, published or archived.
    #[error("content that is {status:?} is not edited")]
    Settled {
        /// Its state.
        status: ContentStatus,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for UpdateError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::NotFound { .. } | Self::Missing { .. } | Self::Settled { .. } => {
                Class::Refused
            }
            Self::Database(error) => error.class(),
        }
    }
}

/// Edits content and returns it as it is then.
///
/// Two statements, or one when nothing changes. Locks the content.
///
/// # Errors
///
/// [`UpdateError::Settled`] from its approval on; [`UpdateError::NotFound`]; [`UpdateError::Missing`], for which one statement
/// more is sent.
pub async fn update<C>(db: &C, command: UpdateContent) -> Result<content::Model, UpdateError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.content.update");
    command.check()?;
    let named = command.campaign.flatten().map(Missing::Campaign);
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    match transaction::finish(transaction, outcome).await {
        Err(UpdateError::Database(error @ DatabaseError::MissingReference { .. })) => {
            Err(match Missing::first_of(db, named).await? {
                Some(missing) => UpdateError::Missing { missing },
                None => error.into(),
            })
        }
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: UpdateContent) -> Result<content::Model, UpdateError> {
    let id = command.id;
    let present = row::lock(db, id).await?.ok_or(UpdateError::NotFound { id })?;
    if !state::is_editable(present.status) {
        let status = present.status;
        return Err(UpdateError::Settled { status });
    }
    let mut new = content::ActiveModel::default();
    macro_rules! set {
        ($($field:ident => $column:ident),*) => {
            $(if let Some(value) = command.$field { new.$column = Set(value); })*
        };
    }
    set!(kind => r#type, title => title, body => body, metadata => metadata, campaign => campaign_id);
    Ok(row::write(db, present, new).await?)
}
