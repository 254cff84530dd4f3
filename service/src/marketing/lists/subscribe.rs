//! Subscribing to a list, at once or in two steps.

use chrono::{DateTime, Utc};
use entity::{CustomerId, EmailListId, EmailSubscriberStatus, email_subscribers};
use sea_orm::{ActiveValue::Set, ConnectionTrait, TransactionTrait};
use thiserror::Error;

use super::consent::Consent;
use super::instant;
use super::row;
use super::standing::Standing;
use super::state::{Event, Step, step};
use crate::customers::postgres::hold_address;
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput, normalized_email};
use crate::marketing::stored;
use crate::operation;
use crate::transaction;

/// Whether an address has to be confirmed before it is mailed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OptIn {
    /// The consent is enough.
    Single,
    /// It is [`confirm`](super::confirm())ed, most often by a link in a first mail, before it counts.
    Double,
}

/// An address that wants to be on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribe {
    /// Which list.
    pub list: EmailListId,
    /// The address, in any spelling.
    pub email: String,
    /// What it stands on.
    pub consent: Consent,
    /// In one step or in two.
    pub opt_in: OptIn,
}

/// A subscription, and what it was before.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    /// As it is now.
    pub subscription: email_subscribers::Model,
    /// What it was; `None` when it is new, and the same as now when nothing was written.
    pub from: Option<EmailSubscriberStatus>,
}

/// Why an address was not subscribed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SubscribeError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such list.
    #[error("there is no list {list}")]
    UnknownList {
        /// What was asked for.
        list: EmailListId,
    },
    /// The list takes nobody on.
    #[error("list {list} is not active")]
    InactiveList {
        /// The list.
        list: EmailListId,
    },
    /// It ended after this consent was given.
    #[error("the address is {status:?} since {ended_at}, and the consent is not newer")]
    NeedsConsent {
        /// How it ended.
        status: EmailSubscriberStatus,
        /// When; the consent has to be newer.
        ended_at: DateTime<Utc>,
    },
    /// It bounced or complained, and comes back in two steps only.
    #[error("the address is {status:?} and has to be confirmed")]
    NeedsConfirmation {
        /// How it ended.
        status: EmailSubscriberStatus,
    },
    /// The consent says that it is given later than now.
    #[error("the consent of {given_at} lies in the future: the database's clock shows {now}")]
    InFuture {
        /// When it was given, as the command says.
        given_at: DateTime<Utc>,
        /// The database's clock.
        now: DateTime<Utc>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for SubscribeError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}

/// Subscribes an address to a list, or asks for its confirmation, and links it to the customer who has that address.
///
/// Who is subscribed stays as they are, so the command may be repeated; one that is pending takes the newer consent. One that has
/// ended begins again with a consent that is newer than its end, see [the module](super); the same command sent again after an
/// unsubscription is refused. `subscribed_at` is when the consent was given, and later when it was confirmed.
///
/// Four statements; three when nothing changes. Locks the address, for which PostgreSQL takes one statement more, the customer
/// against removal, then the subscriptions of the address.
///
/// # Errors
///
/// [`SubscribeError::NeedsConsent`] and [`SubscribeError::NeedsConfirmation`]; [`SubscribeError::InFuture`] beyond
/// [`CLOCK_TOLERANCE`](super::CLOCK_TOLERANCE); [`SubscribeError::InactiveList`]; [`SubscribeError::UnknownList`].
pub async fn subscribe<C>(db: &C, mut command: Subscribe) -> Result<Subscription, SubscribeError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.lists.subscribe");
    command.email = normalized_email(&command.email);
    let mut checks = Checks::default();
    row::check_email(&mut checks, "email", &command.email);
    command.consent.check(&mut checks, "consent");
    checks.finish()?;
    let list = command.list;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &command).await;
    match transaction::finish(transaction, outcome).await {
        // The list or the customer was deleted in between.
        Err(SubscribeError::Database(DatabaseError::MissingReference { .. })) => {
            Err(match row::list(db, list).await? {
                None => SubscribeError::UnknownList { list },
                Some(_) => DatabaseError::Serialization.into(),
            })
        }
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: &Subscribe) -> Result<Subscription, SubscribeError> {
    let list = command.list;
    hold_address(db, &command.email).await?;
    let found = row::list(db, list)
        .await?
        .ok_or(SubscribeError::UnknownList { list })?;
    if !found.is_active {
        return Err(SubscribeError::InactiveList { list });
    }
    let now = found.now;
    let given_at = stored(command.consent.given_at);
    if instant::is_ahead(given_at, now) {
        return Err(SubscribeError::InFuture { given_at, now });
    }
    let customer = row::customers(db, vec![command.email.clone()]).await?;
    let customer = customer.first().map(|(_, customer)| *customer);
    // A second look, when a twin made the row after the first.
    for _ in 0..2 {
        let rows = row::lock(db, &command.email).await?;
        let standing = Standing::of(&rows, list);
        if let Some(subscription) = apply(db, command, customer, standing, now).await? {
            return Ok(subscription);
        }
    }
    Err(DatabaseError::Serialization.into())
}

async fn apply<C: ConnectionTrait>(
    db: &C,
    command: &Subscribe,
    customer: Option<CustomerId>,
    standing: Standing,
    now: DateTime<Utc>,
) -> Result<Option<Subscription>, SubscribeError> {
    let given_at = stored(command.consent.given_at);
    let old = standing.ended_at.is_some_and(|ended_at| ended_at >= given_at);
    let event = match command.opt_in {
        _ if old => Event::OldConsent,
        OptIn::Single => Event::Subscribe,
        OptIn::Double => Event::Request,
    };
    let from = standing.own.as_ref().map(|row| row.status);
    let status = match (step(standing.status, event), standing.status) {
        (Step::NeedsConsent, Some(status)) => {
            let ended_at = standing.ended_at.unwrap_or(given_at);
            return Err(SubscribeError::NeedsConsent { status, ended_at });
        }
        (Step::NeedsConfirmation, Some(status)) => return Err(SubscribeError::NeedsConfirmation { status }),
        (Step::To(status), _) => status,
        _ => return stay(db, standing, given_at, now).await,
    };
    let mut new = email_subscribers::ActiveModel {
        status: Set(status),
        consent: Set(command.consent.as_json()),
        subscribed_at: Set(given_at),
        unsubscribed_at: Set(None),
        ..Default::default()
    };
    let Some(present) = &standing.own else {
        new.email = Set(command.email.clone());
        new.list_id = Set(command.list);
        new.customer_id = Set(customer);
        let made = row::insert(db, vec![new]).await?.pop();
        return Ok(made.map(|subscription| Subscription { subscription, from }));
    };
    if from == Some(status) && given_at <= present.subscribed_at {
        return Ok(unchanged(standing));
    }
    if present.customer_id.is_none() {
        new.customer_id = Set(customer);
    }
    let subscription = row::write(db, present, new).await?;
    Ok(Some(Subscription { subscription, from }))
}

/// Who is subscribed stays as they are. Only a consent ahead of the clock moves the beginning, so that whatever ends the
/// subscription before that instant ends this consent as well.
async fn stay<C: ConnectionTrait>(
    db: &C,
    standing: Standing,
    given_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<Subscription>, SubscribeError> {
    match &standing.own {
        Some(present) if given_at > now && given_at > present.subscribed_at => {
            let new = email_subscribers::ActiveModel {
                subscribed_at: Set(given_at),
                ..Default::default()
            };
            let subscription = row::write(db, present, new).await?;
            let from = Some(present.status);
            Ok(Some(Subscription { subscription, from }))
        }
        _ => Ok(unchanged(standing)),
    }
}

fn unchanged(standing: Standing) -> Option<Subscription> {
    let subscription = standing.own?;
    let from = Some(subscription.status);
    Some(Subscription { subscription, from })
}
