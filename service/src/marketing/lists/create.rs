//! Making a list.

use entity::{EmailListId, email_lists};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, TransactionTrait, TryInsertResult};
use serde_json::Value;
use thiserror::Error;

use super::read::{ListKey, find};
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, same_json};
use crate::operation;
use crate::transaction;

/// A list, to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateList {
    /// The caller's: sent twice, the list is made once.
    pub id: EmailListId,
    /// No other list's; at most 255 characters.
    pub name: String,
    /// What it is, such as `newsletter`; at most 50 characters.
    pub kind: String,
    /// What subscribers are told it is about.
    pub description: Option<String>,
    /// An object that says who belongs on it, for whoever fills it.
    pub criteria: Option<Value>,
}

impl CreateList {
    /// A list with a new id and without anything optional.
    pub fn new(name: impl Into<String>, kind: impl Into<String>) -> Self {
        Self {
            id: EmailListId::new(),
            name: name.into(),
            kind: kind.into(),
            description: None,
            criteria: None,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.name("name", &self.name, 255);
        checks.name("kind", &self.kind, 50);
        if let Some(description) = &self.description {
            checks.text("description", description, usize::MAX);
        }
        if let Some(criteria) = &self.criteria {
            checks.json_object("criteria", criteria);
        }
        checks.finish()
    }

    fn made(&self, row: &email_lists::Model) -> bool {
        self.name == row.name
            && self.kind == row.r#type
            && self.description == row.description
            && same(self.criteria.as_ref(), row.criteria.as_ref())
    }
}

fn same(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same_json(a, b),
        (a, b) => a == b,
    }
}

/// What [`create`] wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatedList {
    /// The list, active and empty.
    pub list: email_lists::Model,
}

/// Why a list was not made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CreateError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// Another list has this name.
    #[error("list {owner} is called {name}")]
    NameTaken {
        /// The name.
        name: String,
        /// Which list has it.
        owner: EmailListId,
    },
    /// The id belongs to a list that differs.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for CreateError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::NameTaken { .. } | Self::Conflict(_) => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Makes a list. Sent again, it returns the list that there is.
///
/// Two statements: an INSERT and a read.
///
/// # Errors
///
/// [`CreateError::NameTaken`], for which one statement more is sent; [`CreateError::Conflict`] when the id belongs to a list that
/// differs in anything the command says, also because it has been changed since.
pub async fn create<C>(db: &C, command: CreateList) -> Result<CreatedList, CreateError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.lists.create");
    command.check()?;
    let name = command.name.clone();
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    match transaction::finish(transaction, outcome).await {
        Err(CreateError::Database(error @ DatabaseError::Duplicate { .. })) => {
            Err(match find(db, ListKey::Name(name.clone())).await? {
                Some(list) => CreateError::NameTaken { name, owner: list.id },
                None => error.into(),
            })
        }
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: CreateList) -> Result<CreatedList, CreateError> {
    let id = command.id;
    let new = email_lists::ActiveModel {
        id: Set(id),
        name: Set(command.name.clone()),
        r#type: Set(command.kind.clone()),
        description: Set(command.description.clone()),
        criteria: Set(command.criteria.clone()),
        ..Default::default()
    };
    let inserted = email_lists::Entity::insert_many([new])
        .on_conflict_do_nothing_on([email_lists::Column::Id])
        .exec_without_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    let list = find(db, id)
        .await?
        .ok_or(DatabaseError::Changed { table: "email_lists" })?;
    if matches!(inserted, TryInsertResult::Inserted(1)) || command.made(&list) {
        Ok(CreatedList { list })
    } else {
        Err(Conflict { id: id.into() }.into())
    }
}
