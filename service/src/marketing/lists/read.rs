//! Reading lists: one, or pages.

use std::fmt;

use entity::{EmailListId, email_lists};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::input::is_storable;
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};

/// How a list is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListKey {
    /// By its id.
    Id(EmailListId),
    /// By its name, spelled exactly so.
    Name(String),
}

impl From<EmailListId> for ListKey {
    fn from(id: EmailListId) -> Self {
        Self::Id(id)
    }
}

impl fmt::Display for ListKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Name(name) => write!(f, "called {name}"),
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GetError {
    /// There is no such list.
    #[error("there is no list {key}")]
    NotFound {
        /// What was asked for.
        key: ListKey,
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

/// Reads a list. One statement.
///
/// # Errors
///
/// [`GetError::NotFound`].
pub async fn get<C: ConnectionTrait>(
    db: &C,
    key: impl Into<ListKey>,
) -> Result<email_lists::Model, GetError> {
    let db = &operation::named(db, "marketing.lists.get");
    let key = key.into();
    find(db, key.clone()).await?.ok_or(GetError::NotFound { key })
}

/// Reads a list that may not exist. One statement.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    key: impl Into<ListKey>,
) -> Result<Option<email_lists::Model>, DatabaseError> {
    let db = &operation::named(db, "marketing.lists.find");
    let select = match key.into() {
        ListKey::Id(id) => email_lists::Entity::find_by_id(id),
        ListKey::Name(name) if !is_storable(&name) => return Ok(None),
        ListKey::Name(name) => email_lists::Entity::find().filter(email_lists::Column::Name.eq(name)),
    };
    Ok(select.one(db).await?)
}

/// Which lists to list; no filter lists all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListLists {
    /// Only those that are active, or only those that are not.
    pub is_active: Option<bool>,
    /// From the oldest to the newest, or back.
    pub direction: Direction,
    /// Which page.
    pub page: PageRequest<EmailListId>,
}

/// Lists lists by id, which is the order in which they were made.
///
/// One statement, along the primary key.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListLists,
) -> Result<Page<email_lists::Model, EmailListId>, DatabaseError> {
    use email_lists::Column;
    let db = &operation::named(db, "marketing.lists.list");
    let limit = query.page.clamped();
    let mut select = email_lists::Entity::find().limit(limit + 1);
    if let Some(is_active) = query.is_active {
        select = select.filter(Column::IsActive.eq(is_active));
    }
    let select = by_key(select, query.direction, Column::Id, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |list| list.id))
}
