//! Subscriptions inside the transaction that changes them.

use chrono::{DateTime, Utc};
use email_subscribers::{Column, Entity, Model};
use entity::{CustomerId, EmailListId, EmailSubscriberStatus, customers, email_lists, email_subscribers};
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::batch::{among, among_texts};
use crate::customers::suppression::{is_suppressed, suppression_address};
use crate::error::DatabaseError;
use crate::input::{Checks, Rule};
use crate::workflows::clock;

const CHANGED: DatabaseError = DatabaseError::Changed {
    table: "email_subscribers",
};

/// An address that somebody has; what stands for an erased one is none.
pub(super) fn check_email(checks: &mut Checks, field: impl Into<String>, email: &str) {
    let field = field.into();
    if is_suppressed(email) {
        checks.refuse(field, Rule::NotAnEmail);
    } else {
        checks.email(field, email);
    }
}

/// Every subscription of an address, also of one that was erased, locked against every other change, by list. One statement.
pub(super) async fn lock<C: ConnectionTrait>(db: &C, email: &str) -> Result<Vec<Model>, DatabaseError> {
    Ok(Entity::find()
        .filter(Column::Email.is_in([email.to_owned(), suppression_address(email)]))
        .order_by_asc(Column::Email)
        .order_by_asc(Column::ListId)
        .lock(LockType::NoKeyUpdate)
        .all(db)
        .await?)
}

/// Every subscription of many addresses, also of those that were erased. One statement.
pub(super) async fn of_all<C: ConnectionTrait>(
    db: &C,
    emails: impl Iterator<Item = &str>,
) -> Result<Vec<Model>, DatabaseError> {
    let emails = emails
        .flat_map(|email| [email.to_owned(), suppression_address(email)])
        .collect();
    Ok(Entity::find()
        .filter(among_texts(db, Column::Email, emails))
        .all(db)
        .await?)
}

/// Changes one that is locked, and is what it was when it was locked. One statement.
pub(super) async fn write<C: ConnectionTrait>(
    db: &C,
    present: &Model,
    new: email_subscribers::ActiveModel,
) -> Result<Model, DatabaseError> {
    let written = Entity::update_many()
        .set(new)
        .filter(Column::Email.eq(present.email.as_str()))
        .filter(Column::ListId.eq(present.list_id))
        .filter(Column::Status.eq(present.status))
        .exec_with_returning(db)
        .await?;
    written.into_iter().next().ok_or(CHANGED)
}

/// Ends an address' subscriptions to these lists, which are locked, or says that they ended later. None ends before it began,
/// unless it claims to begin after `limit`. One statement.
pub(super) async fn end<C: ConnectionTrait>(
    db: &C,
    email: &str,
    lists: &[EmailListId],
    status: EmailSubscriberStatus,
    (at, limit): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Model>, DatabaseError> {
    let known = Column::UnsubscribedAt;
    let began = Column::SubscribedAt;
    let last = Expr::case(known.gt(at), known.into_expr())
        .case(began.gt(at).and(began.lte(limit)), began.into_expr())
        .finally(Expr::value(at));
    let new = email_subscribers::ActiveModel {
        status: sea_orm::Set(status),
        ..Default::default()
    };
    let ended = Entity::update_many()
        .set(new)
        .col_expr(known, last.into())
        .filter(Column::Email.eq(email))
        .filter(among(db, Column::ListId, lists.iter().copied()))
        .exec_with_returning(db)
        .await?;
    if ended.len() == lists.len() {
        Ok(ended)
    } else {
        Err(CHANGED)
    }
}

/// Makes subscriptions that are not there yet, and returns those that it made. One statement.
pub(super) async fn insert<C: ConnectionTrait>(
    db: &C,
    new: Vec<email_subscribers::ActiveModel>,
) -> Result<Vec<Model>, DatabaseError> {
    use sea_orm::TryInsertResult;
    let inserted = Entity::insert_many(new)
        .on_conflict_do_nothing_on([Column::Email, Column::ListId])
        .exec_with_returning_many(db)
        .await?;
    Ok(match inserted {
        TryInsertResult::Inserted(rows) => rows,
        TryInsertResult::Empty | TryInsertResult::Conflicted => Vec::new(),
    })
}

/// A list, and when it was looked at.
pub(super) struct Found {
    pub(super) is_active: bool,
    /// The database's clock.
    pub(super) now: DateTime<Utc>,
}

/// The list, if there is one. One statement.
pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    id: EmailListId,
) -> Result<Option<Found>, DatabaseError> {
    let found = email_lists::Entity::find_by_id(id)
        .select_only()
        .column(email_lists::Column::IsActive)
        .expr(clock::now(db))
        .into_tuple()
        .one(db)
        .await?;
    Ok(found.map(|(is_active, now)| Found { is_active, now }))
}

/// The customers who have these addresses, by id, locked against removal: whoever removes one holds it before its subscriptions, so
/// it is locked before them here as well. One statement.
pub(super) async fn customers<C: ConnectionTrait>(
    db: &C,
    emails: Vec<String>,
) -> Result<Vec<(String, CustomerId)>, DatabaseError> {
    Ok(customers::Entity::find()
        .select_only()
        .columns([customers::Column::Email, customers::Column::Id])
        .filter(among_texts(db, customers::Column::Email, emails))
        .order_by_asc(customers::Column::Id)
        .lock(LockType::KeyShare)
        .into_tuple()
        .all(db)
        .await?)
}
