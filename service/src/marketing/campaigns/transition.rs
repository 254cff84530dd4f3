//! Moving a campaign from state to state.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{CampaignId, CampaignStatus, CustomerSegmentId, campaigns};
use sea_orm::{ActiveValue::Set, ConnectionTrait, TransactionTrait};
use thiserror::Error;

use super::{audience, row, state};
use crate::error::{Class, Classified, DatabaseError};
use crate::operation;
use crate::transaction;

/// Where a campaign shall go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransitionCampaign {
    /// Which campaign.
    pub id: CampaignId,
    /// The state it shall be in.
    pub to: CampaignStatus,
    /// Now, against which its dates are held.
    pub at: DateTime<Utc>,
}

/// What [`transition`] left.
#[derive(Clone, Debug, PartialEq)]
pub struct TransitionedCampaign {
    /// The campaign as it is now.
    pub campaign: campaigns::Model,
    /// The state it was in; the same when it was there already, and nothing was written.
    pub from: CampaignStatus,
}

/// Why a campaign stays in its state.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TransitionError {
    /// There is no such campaign.
    #[error("there is no campaign {id}")]
    NotFound {
        /// What was asked for.
        id: CampaignId,
    },
    /// No way leads from the one state to the other.
    #[error("a campaign that is {from:?} cannot become {to:?}")]
    Illegal {
        /// The state it is in.
        from: CampaignStatus,
        /// The state it was to be in.
        to: CampaignStatus,
    },
    /// It cannot be scheduled without a first day.
    #[error("the campaign has no start date")]
    NoStartDate,
    /// It cannot begin before its first day.
    #[error("the campaign starts on {start_date}")]
    NotDue {
        /// Its first day.
        start_date: NaiveDate,
    },
    /// Its last day is over.
    #[error("the campaign ended on {end_date}")]
    Over {
        /// Its last day.
        end_date: NaiveDate,
    },
    /// The segment it targets is not in use.
    #[error("segment {segment} is not active")]
    InactiveSegment {
        /// The segment.
        segment: CustomerSegmentId,
    },
    /// Nobody is in the segment it targets.
    #[error("segment {segment} has no members")]
    EmptySegment {
        /// The segment.
        segment: CustomerSegmentId,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for TransitionError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}

/// Moves a campaign to another state; one that is there already stays as it is, so the command may be repeated.
///
/// ```text
/// draft ⇄ scheduled    draft, scheduled → active ⇄ paused    active, paused → completed    all four → cancelled
/// ```
///
/// To be **scheduled** it needs a first day, and its last day must not be over. To become **active**, its first day must have
/// come (without one it is today's, UTC) and its last day must not be over; the segment that it targets must be active and have
/// members, who are copied: see [the module](super). A campaign without a segment targets everybody. Nothing is asked of its
/// content, which may follow.
///
/// Three statements, one when it is there already; three more to begin with a segment, however many members. Locks the campaign,
/// then holds the members' customers against deletion, by id.
///
/// # Errors
///
/// [`TransitionError::Illegal`], and the conditions above with their data.
pub async fn transition<C>(
    db: &C,
    command: TransitionCampaign,
) -> Result<TransitionedCampaign, TransitionError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.campaigns.transition");
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(
    db: &C,
    command: TransitionCampaign,
) -> Result<TransitionedCampaign, TransitionError> {
    let TransitionCampaign { id, to, at } = command;
    let campaign = row::lock(db, id).await?.ok_or(TransitionError::NotFound { id })?;
    let from = campaign.status;
    if from == to {
        return Ok(TransitionedCampaign { campaign, from });
    }
    if !state::is_legal(from, to) {
        return Err(TransitionError::Illegal { from, to });
    }
    check_dates(&campaign, to, at.date_naive())?;
    let mut new = campaigns::ActiveModel {
        status: Set(to),
        ..Default::default()
    };
    if to == CampaignStatus::Active && !state::has_begun(from) {
        if campaign.start_date.is_none() {
            new.start_date = Set(Some(at.date_naive()));
        }
        if let Some(segment) = campaign.target_segment_id {
            audience::freeze(db, &campaign, segment, at, &mut new).await?;
        }
    }
    let campaign = row::write(db, id, new).await?;
    Ok(TransitionedCampaign { campaign, from })
}

fn check_dates(
    campaign: &campaigns::Model,
    to: CampaignStatus,
    today: NaiveDate,
) -> Result<(), TransitionError> {
    let (needs_start, begins) = match to {
        CampaignStatus::Scheduled => (true, false),
        CampaignStatus::Active => (false, true),
        CampaignStatus::Draft
        | CampaignStatus::Paused
        | CampaignStatus::Completed
        | CampaignStatus::Cancelled => return Ok(()),
    };
    if let Some(end_date) = campaign.end_date
        && end_date < today
    {
        return Err(TransitionError::Over { end_date });
    }
    match campaign.start_date {
        None if needs_start => Err(TransitionError::NoStartDate),
        Some(start_date) if begins && start_date > today => Err(TransitionError::NotDue { start_date }),
        _ => Ok(()),
    }
}
