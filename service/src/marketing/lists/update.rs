//! Changing a list.

use entity::{EmailListId, email_lists};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait};
use serde_json::Value;
use thiserror::Error;

use super::read::{ListKey, find};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;

/// What to change; `None` leaves a field alone, `Some(None)` empties it.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateList {
    /// Which list.
    pub id: EmailListId,
    /// No other list's; at most 255 characters.
    pub name: Option<String>,
    /// What it is; at most 50 characters.
    pub kind: Option<String>,
    /// What subscribers are told it is about.
    pub description: Option<Option<String>>,
    /// An object that says who belongs on it.
    pub criteria: Option<Option<Value>>,
    /// Whether it takes subscribers on and is mailed; its subscriptions stay either way.
    pub is_active: Option<bool>,
}

impl UpdateList {
    /// Changes nothing.
    #[must_use]
    pub fn new(id: EmailListId) -> Self {
        Self {
            id,
            name: None,
            kind: None,
            description: None,
            criteria: None,
            is_active: None,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if let Some(name) = &self.name {
            checks.name("name", name, 255);
        }
        if let Some(kind) = &self.kind {
            checks.name("kind", kind, 50);
        }
        if let Some(Some(description)) = &self.description {
            checks.text("description", description, usize::MAX);
        }
        if let Some(Some(criteria)) = &self.criteria {
            checks.json_object("criteria", criteria);
        }
        checks.finish()
    }
}

/// Why a list was not changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such list.
    #[error("there is no list {id}")]
    NotFound {
        /// What was asked for.
        id: EmailListId,
    },
    /// Another list has this name.
    #[error("list {owner} is called {name}")]
    NameTaken {
        /// The name.
        name: String,
        /// Which list has it.
        owner: EmailListId,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for UpdateError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::NotFound { .. } | Self::NameTaken { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Changes a list and returns it as it is then.
///
/// Two statements, or one when nothing changes.
///
/// # Errors
///
/// [`UpdateError::NameTaken`], for which one statement more is sent; [`UpdateError::NotFound`].
pub async fn update<C>(db: &C, command: UpdateList) -> Result<email_lists::Model, UpdateError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.lists.update");
    command.check()?;
    let name = command.name.clone().unwrap_or_default();
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    match transaction::finish(transaction, outcome).await {
        Err(UpdateError::Database(error @ DatabaseError::Duplicate { .. })) => {
            Err(match find(db, ListKey::Name(name.clone())).await? {
                Some(list) => UpdateError::NameTaken { name, owner: list.id },
                None => error.into(),
            })
        }
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: UpdateList) -> Result<email_lists::Model, UpdateError> {
    let id = command.id;
    let mut new = email_lists::ActiveModel::default();
    macro_rules! set {
        ($($field:ident => $column:ident),*) => {
            $(if let Some(value) = command.$field { new.$column = Set(value); })*
        };
    }
    set!(name => name, kind => r#type, description => description, criteria => criteria, is_active => is_active);
    if sea_orm::ActiveModelTrait::is_changed(&new) {
        let updated = email_lists::Entity::update_many()
            .set(new)
            .filter(email_lists::Column::Id.eq(id))
            .exec(db)
            .await
            .map_err(DatabaseError::from)?;
        if updated.rows_affected == 0 {
            return Err(UpdateError::NotFound { id });
        }
    }
    find(db, id).await?.ok_or(UpdateError::NotFound { id })
}
