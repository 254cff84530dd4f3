//! Ending subscriptions: by unsubscribing, by a bounce, by a complaint.

use chrono::{DateTime, Utc};
use entity::{EmailListId, email_subscribers};
use sea_orm::{ActiveValue::Set, ConnectionTrait, TransactionTrait};
use thiserror::Error;

use super::instant;
use super::row;
use super::state::{Event, Step, step};
use crate::customers::suppression::is_suppressed;
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput, normalized_email};
use crate::marketing::stored;
use crate::operation;
use crate::transaction;
use crate::workflows::clock;

/// An address that wants no more mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsubscribe {
    /// The address, in any spelling.
    pub email: String,
    /// From which list; `None` is every list that it is on.
    pub list: Option<EmailListId>,
    /// When its owner said so; `None` is now, and ends whatever there is.
    pub at: Option<DateTime<Utc>>,
}

/// An address whose mailbox takes no mail for good (a hard bounce; one that passes is nothing to record).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounce {
    /// The address, in any spelling.
    pub email: String,
    /// When it bounced.
    pub at: DateTime<Utc>,
}

/// An address whose owner reported a mail as spam.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complain {
    /// The address, in any spelling.
    pub email: String,
    /// When its owner did.
    pub at: DateTime<Utc>,
}

/// What was ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ended {
    /// The subscriptions that changed, as they are now, by list; empty when there was nothing left to end.
    pub subscriptions: Vec<email_subscribers::Model>,
}

/// Why nothing was ended.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EndError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such list.
    #[error("there is no list {list}")]
    UnknownList {
        /// What was asked for.
        list: EmailListId,
    },
    /// It says that it happens later than now.
    #[error("the end of {at} lies in the future: the database's clock shows {now}")]
    InFuture {
        /// When it happened, as the command says.
        at: DateTime<Utc>,
        /// The database's clock.
        now: DateTime<Utc>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for EndError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}

/// Unsubscribes an address from a list, or from all that it is on. It may be repeated; the last time counts, so that only a newer
/// consent begins it again. An address that is not on the named list is written there as unsubscribed, unless its owner was
/// erased and is kept as such. One that subscribed after `at` stays; without an `at`, none does.
///
/// Three statements, four when it was said before and elsewhere not; two when there is nothing to do. Locks the subscriptions of
/// the address.
///
/// # Errors
///
/// [`EndError::UnknownList`]; [`EndError::InFuture`] beyond [`CLOCK_TOLERANCE`](super::CLOCK_TOLERANCE).
pub async fn unsubscribe<C>(db: &C, command: Unsubscribe) -> Result<Ended, EndError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.lists.unsubscribe");
    let list = command.list;
    let end = End::new(command.email, list, Event::Unsubscribe, command.at)?;
    match run(db, end).await {
        Err(EndError::Database(error @ DatabaseError::MissingReference { .. })) => match list {
            Some(list) => Err(EndError::UnknownList { list }),
            None => Err(error.into()),
        },
        outcome => outcome,
    }
}

/// Ends every subscription of an address whose mailbox bounced for good. What its owner ended stays as it is, and so does a
/// subscription that is newer than the bounce. It may be repeated.
///
/// Three statements; two when there is nothing to end. Locks the subscriptions of the address.
///
/// # Errors
///
/// [`EndError::InFuture`] beyond [`CLOCK_TOLERANCE`](super::CLOCK_TOLERANCE); [`EndError::Invalid`].
pub async fn bounce<C>(db: &C, command: Bounce) -> Result<Ended, EndError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.lists.bounce");
    run(
        db,
        End::new(command.email, None, Event::Bounce, Some(command.at))?,
    )
    .await
}

/// Ends every subscription of an address whose owner complained, also those that had ended otherwise; one that is newer than the
/// complaint stays. It may be repeated.
///
/// Three statements; two when there is nothing to end. Locks the subscriptions of the address.
///
/// # Errors
///
/// [`EndError::InFuture`] beyond [`CLOCK_TOLERANCE`](super::CLOCK_TOLERANCE); [`EndError::Invalid`].
pub async fn complain<C>(db: &C, command: Complain) -> Result<Ended, EndError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.lists.complain");
    run(
        db,
        End::new(command.email, None, Event::Complain, Some(command.at))?,
    )
    .await
}

/// What the three have in common.
struct End {
    email: String,
    list: Option<EmailListId>,
    event: Event,
    at: Option<DateTime<Utc>>,
}

impl End {
    fn new(
        email: String,
        list: Option<EmailListId>,
        event: Event,
        at: Option<DateTime<Utc>>,
    ) -> Result<Self, InvalidInput> {
        let email = normalized_email(&email);
        let mut checks = Checks::default();
        row::check_email(&mut checks, "email", &email);
        if let Some(at) = at {
            checks.instant("at", at);
        }
        checks.finish()?;
        let at = at.map(stored);
        Ok(Self {
            email,
            list,
            event,
            at,
        })
    }

    /// When it happened.
    fn at(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, EndError> {
        match self.at {
            Some(at) if instant::is_ahead(at, now) => Err(EndError::InFuture { at, now }),
            Some(at) => Ok(at),
            None => Ok(stored(now)),
        }
    }

    /// Whether it comes before the subscription, and so is not about it.
    fn is_older(&self, row: &email_subscribers::Model, now: DateTime<Utc>) -> bool {
        self.at
            .is_some_and(|at| instant::is_older(at, row.subscribed_at, now))
    }
}

async fn run<C>(db: &C, end: End) -> Result<Ended, EndError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &end).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, end: &End) -> Result<Ended, EndError> {
    // A second look, when somebody made the row after the first.
    for _ in 0..2 {
        let rows = row::lock(db, &end.email).await?;
        // Now that they are locked, none of them begins later than this.
        let now = clock::read(db).await?;
        let at = end.at(now)?;
        let concerned = rows
            .iter()
            .filter(|row| end.list.is_none_or(|list| row.list_id == list));
        if let Some(list) = end.list
            && concerned.clone().next().is_none()
        {
            let new = email_subscribers::ActiveModel {
                email: Set(end.email.clone()),
                list_id: Set(list),
                status: Set(entity::EmailSubscriberStatus::Unsubscribed),
                subscribed_at: Set(at),
                unsubscribed_at: Set(Some(at)),
                ..Default::default()
            };
            let subscriptions = row::insert(db, vec![new]).await?;
            if !subscriptions.is_empty() {
                return Ok(Ended { subscriptions });
            }
            continue;
        }
        let concerned = concerned.filter(|row| !is_suppressed(&row.email));
        return Ok(apply(db, end, concerned, (at, now)).await?);
    }
    Err(DatabaseError::Serialization.into())
}

async fn apply<C: ConnectionTrait>(
    db: &C,
    end: &End,
    rows: impl Iterator<Item = &email_subscribers::Model>,
    (at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Ended, DatabaseError> {
    // By the state they go to: one of the event's own, and for those that stay but did so earlier, the one they have.
    let mut groups: Vec<(entity::EmailSubscriberStatus, Vec<EmailListId>)> = Vec::new();
    for row in rows {
        let status = match step(Some(row.status), end.event) {
            Step::To(status) if !end.is_older(row, now) => status,
            Step::Stay if end.event == Event::Unsubscribe && row.unsubscribed_at < Some(at) => row.status,
            _ => continue,
        };
        match groups.iter_mut().find(|(group, _)| *group == status) {
            Some((_, lists)) => lists.push(row.list_id),
            None => groups.push((status, vec![row.list_id])),
        }
    }
    let mut ended = Ended::default();
    for (status, lists) in groups {
        let rows = row::end(db, &end.email, &lists, status, (at, instant::limit(now))).await?;
        ended.subscriptions.extend(rows);
    }
    ended.subscriptions.sort_by_key(|row| row.list_id);
    Ok(ended)
}
