//! Changing a campaign's plan.

use chrono::NaiveDate;
use entity::{AgentId, CampaignId, CampaignStatus, CustomerSegmentId, GoalId, campaigns};
use sea_orm::{ActiveValue::Set, ConnectionTrait, TransactionTrait};
use serde_json::Value;
use thiserror::Error;

use super::audience::KEY;
use super::{row, state};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput};
use crate::marketing::Missing;
use crate::operation;
use crate::transaction;

/// What to change; `None` leaves a field alone, `Some(None)` empties it. For the budget there is
/// [`set_budget`](super::set_budget), for the state [`transition`](super::transition).
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateCampaign {
    /// Which campaign.
    pub id: CampaignId,
    /// At most 255 characters.
    pub name: Option<String>,
    /// The goal that it drives.
    pub goal: Option<Option<GoalId>>,
    /// The agent that owns it.
    pub owner: Option<Option<AgentId>>,
    /// Whom it targets; only before it has begun.
    pub target_segment: Option<Option<CustomerSegmentId>>,
    /// Its first day (UTC); only before it has begun.
    pub start_date: Option<Option<NaiveDate>>,
    /// Its last day (UTC).
    pub end_date: Option<Option<NaiveDate>>,
    /// Replaces what the caller wrote, an object without the key `audience`, which stays.
    pub metadata: Option<Value>,
}

impl UpdateCampaign {
    /// Changes nothing.
    #[must_use]
    pub fn new(id: CampaignId) -> Self {
        Self {
            id,
            name: None,
            goal: None,
            owner: None,
            target_segment: None,
            start_date: None,
            end_date: None,
            metadata: None,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if let Some(name) = &self.name {
            checks.name("name", name, 255);
        }
        if let (Some(start), Some(end)) = (self.start_date, self.end_date) {
            checks.in_order("end_date", start, end);
        }
        if let Some(metadata) = &self.metadata {
            row::check_metadata(&mut checks, metadata);
        }
        checks.finish()
    }

    fn named(&self) -> impl Iterator<Item = Missing> + use<> {
        let named = [
            self.goal.flatten().map(Missing::Goal),
            self.owner.flatten().map(Missing::Agent),
            self.target_segment.flatten().map(Missing::Segment),
        ];
        named.into_iter().flatten()
    }

    /// What the campaign cannot change any more once it has begun.
    fn fixed(&self, campaign: &campaigns::Model) -> Option<&'static str> {
        let differs = |name, changes| if changes { Some(name) } else { None };
        differs(
            "target_segment",
            self.target_segment
                .is_some_and(|new| new != campaign.target_segment_id),
        )
        .or(differs(
            "start_date",
            self.start_date.is_some_and(|new| new != campaign.start_date),
        ))
    }
}

/// Why a campaign was not changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// The command breaks rules that need no database, or together with what it leaves alone.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such campaign.
    #[error("there is no campaign {id}")]
    NotFound {
        /// What was asked for.
        id: CampaignId,
    },
    /// It names a row that does not exist.
    #[error("{missing}")]
    Missing {
        /// The first that is missing: goal, owner, segment.
        missing: Missing,
    },
    /// It has begun, and this is settled since.
    #[error("{field} of a campaign that is {status:?} is settled")]
    Settled {
        /// Which field.
        field: &'static str,
        /// Its state.
        status: CampaignStatus,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for UpdateError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::NotFound { .. } | Self::Missing { .. } | Self::Settled { .. } => {
                Class::Refused
            }
            Self::Database(error) => error.class(),
        }
    }
}

/// Changes a campaign's plan and returns it as it is then.
///
/// Three statements, and one fewer when nothing changes. Locks the campaign.
///
/// # Errors
///
/// [`UpdateError::Settled`] for the segment or the start of a campaign that has begun; [`UpdateError::Invalid`] also when the new
/// dates are out of order with the one that stays; [`UpdateError::NotFound`]; [`UpdateError::Missing`], for which up to three
/// statements more are sent.
pub async fn update<C>(db: &C, command: UpdateCampaign) -> Result<campaigns::Model, UpdateError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.campaigns.update");
    command.check()?;
    let named = command.named();
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    match transaction::finish(transaction, outcome).await {
        Err(UpdateError::Database(error @ DatabaseError::MissingReference { .. })) => {
            Err(match Missing::first_of(db, named).await? {
                Some(missing) => UpdateError::Missing { missing },
                None => error.into(),
            })
        }
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: UpdateCampaign) -> Result<campaigns::Model, UpdateError> {
    let id = command.id;
    let campaign = row::lock(db, id).await?.ok_or(UpdateError::NotFound { id })?;
    let status = campaign.status;
    if state::has_begun(status)
        && let Some(field) = command.fixed(&campaign)
    {
        return Err(UpdateError::Settled { field, status });
    }
    let mut checks = Checks::default();
    checks.in_order(
        "end_date",
        command.start_date.unwrap_or(campaign.start_date),
        command.end_date.unwrap_or(campaign.end_date),
    );
    checks.finish()?;
    Ok(row::write(db, id, changes(command, &campaign)).await?)
}

fn changes(command: UpdateCampaign, campaign: &campaigns::Model) -> campaigns::ActiveModel {
    let mut row = campaigns::ActiveModel::default();
    macro_rules! set {
        ($($field:ident => $column:ident),*) => {
            $(if let Some(value) = command.$field { row.$column = Set(value); })*
        };
    }
    set!(
        name => name,
        goal => goal_id,
        owner => owner_agent_id,
        target_segment => target_segment_id,
        start_date => start_date,
        end_date => end_date
    );
    if let Some(mut metadata) = command.metadata {
        if let (Some(new), Some(kept)) = (metadata.as_object_mut(), campaign.metadata.get(KEY)) {
            new.insert(KEY.into(), kept.clone());
        }
        row.metadata = Set(metadata);
    }
    row
}
