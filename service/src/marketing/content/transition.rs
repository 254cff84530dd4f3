//! Moving content from state to state.

use chrono::{DateTime, Utc};
use entity::{ContentId, ContentStatus, content};
use sea_orm::{ActiveValue::Set, ConnectionTrait, TransactionTrait};
use thiserror::Error;

use super::{row, state};
use crate::error::{Class, Classified, DatabaseError};
use crate::marketing::stored;
use crate::operation;
use crate::transaction;

/// Where content shall go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransitionContent {
    /// Which content.
    pub id: ContentId,
    /// The state it shall be in.
    pub to: ContentStatus,
    /// Now; `published_at` when it is published.
    pub at: DateTime<Utc>,
}

/// What [`transition`] left.
#[derive(Clone, Debug, PartialEq)]
pub struct TransitionedContent {
    /// The content as it is now.
    pub content: content::Model,
    /// The state it was in; the same when it was there already, and nothing was written.
    pub from: ContentStatus,
}

/// Why content stays in its state.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TransitionError {
    /// There is no such content.
    #[error("there is no content {id}")]
    NotFound {
        /// What was asked for.
        id: ContentId,
    },
    /// No way leads from the one state to the other.
    #[error("content that is {from:?} cannot become {to:?}")]
    Illegal {
        /// The state it is in.
        from: ContentStatus,
        /// The state it was to be in.
        to: ContentStatus,
    },
    /// There is nothing to review: neither a title nor a body.
    #[error("content {id} says nothing")]
    Blank {
        /// The content.
        id: ContentId,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for TransitionError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound { .. } | Self::Illegal { .. } | Self::Blank { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Moves content to another state; what is there already stays as it is, so the command may be repeated.
///
/// ```text
/// draft ⇄ review → approved → published    approved → draft    all four → archived
/// ```
///
/// What goes to review must have a title or a body. `published_at` is set when it is published and stays when it is archived.
///
/// Two statements, one when it is there already. Locks the content.
///
/// # Errors
///
/// [`TransitionError::Illegal`], [`TransitionError::Blank`], [`TransitionError::NotFound`].
pub async fn transition<C>(db: &C, command: TransitionContent) -> Result<TransitionedContent, TransitionError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.content.transition");
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(
    db: &C,
    command: TransitionContent,
) -> Result<TransitionedContent, TransitionError> {
    let TransitionContent { id, to, at } = command;
    let content = row::lock(db, id).await?.ok_or(TransitionError::NotFound { id })?;
    let from = content.status;
    if from == to {
        return Ok(TransitionedContent { content, from });
    }
    if !state::is_legal(from, to) {
        return Err(TransitionError::Illegal { from, to });
    }
    if to == ContentStatus::Review && is_blank(&content) {
        return Err(TransitionError::Blank { id });
    }
    let mut new = content::ActiveModel {
        status: Set(to),
        ..Default::default()
    };
    if to == ContentStatus::Published {
        new.published_at = Set(Some(stored(at)));
    }
    let content = row::write(db, content, new).await?;
    Ok(TransitionedContent { content, from })
}

fn is_blank(content: &content::Model) -> bool {
    let says = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    !says(&content.title) && !says(&content.body)
}
