//! Taking over subscribers from elsewhere.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use entity::{EmailListId, EmailSubscriberStatus, email_subscribers};
use sea_orm::{ActiveValue::Set, ConnectionTrait, TransactionTrait};
use thiserror::Error;

use super::consent::Consent;
use super::instant;
use super::row;
use super::standing::Standing;
use super::subscribe::OptIn;
use crate::batch::MAX_ELEMENTS;
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput, Rule, normalized_email};
use crate::marketing::stored;
use crate::operation;
use crate::transaction;

/// Subscribers to take over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Which list.
    pub list: EmailListId,
    /// Where all of them consented; at most 255 characters.
    pub source: String,
    /// Which wording all of them agreed to; at most 100 characters.
    pub text_version: Option<String>,
    /// Whether they are mailed at once or have to be confirmed.
    pub opt_in: OptIn,
    /// One to 2 000; of an address that comes twice, the newest consent counts.
    pub lines: Vec<ImportLine>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLine {
    /// The address, in any spelling.
    pub email: String,
    /// When its owner consented.
    pub given_at: DateTime<Utc>,
}

impl Import {
    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.name("source", &self.source, 255);
        if let Some(version) = &self.text_version {
            checks.text("text_version", version, 100);
        }
        if self.lines.is_empty() {
            checks.refuse("lines", Rule::Empty);
        }
        checks.at_most("lines", self.lines.len(), MAX_ELEMENTS);
        for (i, line) in self.lines.iter().enumerate() {
            row::check_email(
                &mut checks,
                format!("lines[{i}].email"),
                &normalized_email(&line.email),
            );
            checks.instant(format!("lines[{i}].given_at"), line.given_at);
        }
        checks.finish()
    }

    fn in_future(&self, now: DateTime<Utc>) -> Vec<FutureLine> {
        let given = self.lines.iter().map(|line| stored(line.given_at)).enumerate();
        given
            .filter(|(_, given_at)| instant::is_ahead(*given_at, now))
            .map(|(line, given_at)| FutureLine { line, given_at })
            .collect()
    }

    /// Each address once, with its newest consent.
    fn merged(&self) -> BTreeMap<String, DateTime<Utc>> {
        let mut merged = BTreeMap::new();
        for line in &self.lines {
            let given_at = merged
                .entry(normalized_email(&line.email))
                .or_insert(line.given_at);
            *given_at = line.given_at.max(*given_at);
        }
        merged
    }
}

/// What became of the addresses, each in one of the three, in the order of their bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// They are on the list now.
    pub added: Vec<String>,
    /// They were on it before and stay as they were, whatever that is.
    pub present: Vec<(String, EmailSubscriberStatus)>,
    /// They bounced or complained on another list, or their owner ended it here before being erased.
    pub barred: Vec<(String, EmailSubscriberStatus)>,
}

/// Why nothing was imported.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such list.
    #[error("there is no list {list}")]
    UnknownList {
        /// What was asked for.
        list: EmailListId,
    },
    /// Consents that say that they are given later than now.
    #[error("{} consents lie in the future, of line {} first: the database's clock shows {now}", lines.len(), first(lines))]
    InFuture {
        /// Every one of them, by line; never empty.
        lines: Vec<FutureLine>,
        /// The database's clock.
        now: DateTime<Utc>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// A line whose consent lies in the future.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FutureLine {
    /// Which line, from 0.
    pub line: usize,
    /// When the consent was given, as the line says.
    pub given_at: DateTime<Utc>,
}

fn first(lines: &[FutureLine]) -> usize {
    lines.first().map_or(0, |line| line.line)
}

impl Classified for ImportError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}

/// Puts addresses on a list that were never on it, and links them to the customers who have them. It changes no subscription that
/// there is and begins none again: a file says little about what somebody wants since. It may be repeated, and a list that is not
/// active takes them as well.
///
/// It takes no lock of the addresses, of which there are many: who registers in that very moment gets theirs by
/// [`link`](super::link()).
///
/// Four statements, however many addresses; three when none is new. Locks the customers against removal, by
/// id, and what it adds, by address.
///
/// # Errors
///
/// [`ImportError::Invalid`] names every line that is no address, [`ImportError::InFuture`] every line whose consent is given
/// later than now, beyond [`CLOCK_TOLERANCE`](super::CLOCK_TOLERANCE); [`ImportError::UnknownList`].
pub async fn import<C>(db: &C, command: Import) -> Result<Imported, ImportError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.lists.import");
    command.check()?;
    let list = command.list;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &command).await;
    match transaction::finish(transaction, outcome).await {
        // The list or a customer was deleted in between.
        Err(ImportError::Database(DatabaseError::MissingReference { .. })) => {
            Err(match row::list(db, list).await? {
                None => ImportError::UnknownList { list },
                Some(_) => DatabaseError::Serialization.into(),
            })
        }
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: &Import) -> Result<Imported, ImportError> {
    let list = command.list;
    let found = row::list(db, list)
        .await?
        .ok_or(ImportError::UnknownList { list })?;
    let now = found.now;
    let lines = command.in_future(now);
    if !lines.is_empty() {
        return Err(ImportError::InFuture { lines, now });
    }
    let wanted = command.merged();
    let customers: HashMap<_, _> = row::customers(db, wanted.keys().cloned().collect())
        .await?
        .into_iter()
        .collect();
    let standings = standings(db, &wanted, list).await?;
    let mut outcome = Imported::default();
    let mut new = Vec::new();
    for (email, given_at) in &wanted {
        let standing = standings.get(email).cloned().unwrap_or_default();
        match (standing.own, standing.status) {
            (Some(own), _) => outcome.present.push((email.clone(), own.status)),
            (None, Some(status)) => outcome.barred.push((email.clone(), status)),
            (None, None) => new.push(email_subscribers::ActiveModel {
                customer_id: Set(customers.get(email).copied()),
                ..subscriber(command, email, *given_at)
            }),
        }
    }
    if new.is_empty() {
        return Ok(outcome);
    }
    let expected = new.len();
    let made = row::insert(db, new).await?;
    if made.len() != expected {
        // Some of them subscribed in this moment: the next look finds them.
        return Err(DatabaseError::Serialization.into());
    }
    outcome.added = made.into_iter().map(|row| row.email).collect();
    outcome.added.sort_unstable();
    Ok(outcome)
}

/// How each address stands with the list, of those that anything is known of. One statement.
async fn standings<C: ConnectionTrait>(
    db: &C,
    wanted: &BTreeMap<String, DateTime<Utc>>,
    list: EmailListId,
) -> Result<HashMap<String, Standing>, DatabaseError> {
    use crate::customers::suppression::suppression_address;
    let mut known: HashMap<String, Vec<_>> = HashMap::new();
    for row in row::of_all(db, wanted.keys().map(String::as_str)).await? {
        known.entry(row.email.clone()).or_default().push(row);
    }
    let mut standings = HashMap::new();
    for email in wanted.keys() {
        let mut rows = known.remove(email).unwrap_or_default();
        rows.extend(known.remove(&suppression_address(email)).unwrap_or_default());
        if !rows.is_empty() {
            standings.insert(email.clone(), Standing::of(&rows, list));
        }
    }
    Ok(standings)
}

fn subscriber(command: &Import, email: &str, given_at: DateTime<Utc>) -> email_subscribers::ActiveModel {
    let consent = Consent {
        text_version: command.text_version.clone(),
        ..Consent::new(given_at, command.source.clone())
    };
    email_subscribers::ActiveModel {
        email: Set(email.to_owned()),
        list_id: Set(command.list),
        status: Set(match command.opt_in {
            OptIn::Single => EmailSubscriberStatus::Subscribed,
            OptIn::Double => EmailSubscriberStatus::Pending,
        }),
        consent: Set(consent.as_json()),
        subscribed_at: Set(stored(given_at)),
        ..Default::default()
    }
}
