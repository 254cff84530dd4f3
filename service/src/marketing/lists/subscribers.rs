//! Reading who is on a list, and on which lists somebody is.

use entity::{EmailListId, EmailSubscriberStatus, email_subscribers};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::error::DatabaseError;
use crate::input::{is_storable, normalized_email};
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};

/// Whose addresses to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListSubscribers {
    /// On which list.
    pub list: EmailListId,
    /// In which state.
    pub status: EmailSubscriberStatus,
    /// From the first address to the last, or back.
    pub direction: Direction,
    /// Which page.
    pub page: PageRequest<String>,
}

impl ListSubscribers {
    /// The first page of those who are subscribed.
    #[must_use]
    pub fn new(list: EmailListId) -> Self {
        Self {
            list,
            status: EmailSubscriberStatus::Subscribed,
            direction: Direction::Ascending,
            page: PageRequest::default(),
        }
    }
}

/// Lists the addresses of a list that are in one state, by address, as the database sorts texts.
///
/// One statement; `idx_email_subscribers_list_id_status_email` serves it.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn subscribers<C: ConnectionTrait>(
    db: &C,
    query: ListSubscribers,
) -> Result<Page<email_subscribers::Model, String>, DatabaseError> {
    use email_subscribers::Column;
    let db = &operation::named(db, "marketing.lists.subscribers");
    let limit = query.page.clamped();
    if query.page.after.as_ref().is_some_and(|after| !is_storable(after)) {
        return Ok(Page::empty());
    }
    let select = email_subscribers::Entity::find()
        .filter(Column::ListId.eq(query.list))
        .filter(Column::Status.eq(query.status))
        .limit(limit + 1);
    let select = by_key(select, query.direction, Column::Email, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |row| row.email.clone()))
}

/// Reads every subscription of an address, in any spelling, whatever its state, by list.
///
/// One statement, along the primary key.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn subscriptions<C: ConnectionTrait>(
    db: &C,
    email: &str,
) -> Result<Vec<email_subscribers::Model>, DatabaseError> {
    use email_subscribers::Column;
    let db = &operation::named(db, "marketing.lists.subscriptions");
    let email = normalized_email(email);
    if !is_storable(&email) {
        return Ok(Vec::new());
    }
    Ok(email_subscribers::Entity::find()
        .filter(Column::Email.eq(email))
        .order_by_asc(Column::ListId)
        .all(db)
        .await?)
}
