//! Confirming a subscription that was asked for.

use chrono::{DateTime, Utc};
use entity::{EmailListId, EmailSubscriberStatus, email_subscribers};
use sea_orm::{ActiveValue::Set, ConnectionTrait, TransactionTrait};
use serde_json::json;
use thiserror::Error;

use super::instant;
use super::row;
use super::standing::Standing;
use super::state::{Event, Step, step};
use super::subscribe::Subscription;
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput, normalized_email};
use crate::marketing::stored;
use crate::operation;
use crate::transaction;
use crate::workflows::clock;

/// The second step of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// Which list.
    pub list: EmailListId,
    /// The address, in any spelling.
    pub email: String,
    /// When its owner confirmed it.
    pub at: DateTime<Utc>,
}

/// Why a subscription was not confirmed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfirmError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The address was never on the list.
    #[error("the address is not on list {list}")]
    NotFound {
        /// The list.
        list: EmailListId,
    },
    /// It has ended in between; a confirmation does not undo that.
    #[error("the address is {status:?}: there is nothing to confirm")]
    NothingPending {
        /// How it ended.
        status: EmailSubscriberStatus,
    },
    /// It was asked for again since, and that was not confirmed.
    #[error("the confirmation of {at} is older than the request of {requested_at}")]
    OlderThanRequest {
        /// When it was confirmed.
        at: DateTime<Utc>,
        /// When it was asked for.
        requested_at: DateTime<Utc>,
    },
    /// It says that it happens later than now.
    #[error("the confirmation of {at} lies in the future: the database's clock shows {now}")]
    InFuture {
        /// When it was confirmed, as the command says.
        at: DateTime<Utc>,
        /// The database's clock.
        now: DateTime<Utc>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for ConfirmError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}

/// Confirms a subscription that is pending, and adds when to its consent. One that is confirmed stays as it is.
///
/// Three statements; two when it is confirmed. Locks the subscriptions of the address.
///
/// # Errors
///
/// [`ConfirmError::NothingPending`] when it has ended since it was asked for, also a moment ago;
/// [`ConfirmError::OlderThanRequest`] when it confirms an earlier request, which has ended since: sent again it confirms nothing
/// new; [`ConfirmError::InFuture`] beyond [`CLOCK_TOLERANCE`](super::CLOCK_TOLERANCE); [`ConfirmError::NotFound`].
pub async fn confirm<C>(db: &C, mut command: Confirm) -> Result<Subscription, ConfirmError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.lists.confirm");
    command.email = normalized_email(&command.email);
    let mut checks = Checks::default();
    row::check_email(&mut checks, "email", &command.email);
    checks.instant("at", command.at);
    checks.finish()?;
    let transaction = transaction::begin(db).await?;
    let outcome = write_confirmation(&transaction, &command).await;
    transaction::finish(transaction, outcome).await
}

async fn write_confirmation<C: ConnectionTrait>(
    db: &C,
    command: &Confirm,
) -> Result<Subscription, ConfirmError> {
    let list = command.list;
    let rows = row::lock(db, &command.email).await?;
    let now = clock::read(db).await?;
    let at = stored(command.at);
    if instant::is_ahead(at, now) {
        return Err(ConfirmError::InFuture { at, now });
    }
    let own = Standing::of(&rows, list).own;
    let subscription = own.ok_or(ConfirmError::NotFound { list })?;
    let from = Some(subscription.status);
    let status = match step(from, Event::Confirm) {
        Step::To(status) => status,
        Step::Stay => return Ok(Subscription { subscription, from }),
        Step::NeedsConsent | Step::NeedsConfirmation | Step::NothingPending => {
            let status = subscription.status;
            return Err(ConfirmError::NothingPending { status });
        }
    };
    let requested_at = subscription.subscribed_at;
    if instant::is_older(at, requested_at, now) {
        return Err(ConfirmError::OlderThanRequest { at, requested_at });
    }
    let at = instant::later(at, requested_at, now);
    let mut consent = subscription.consent.clone();
    if let Some(consent) = consent.as_object_mut() {
        consent.insert("confirmed_at".into(), json!(at));
    }
    let new = email_subscribers::ActiveModel {
        status: Set(status),
        consent: Set(consent),
        subscribed_at: Set(at),
        ..Default::default()
    };
    let subscription = row::write(db, &subscription, new).await?;
    Ok(Subscription { subscription, from })
}
