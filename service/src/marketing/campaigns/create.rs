//! Planning a campaign.

use chrono::NaiveDate;
use entity::{AgentId, CampaignId, CampaignType, CustomerSegmentId, GoalId, campaigns};
use rust_decimal::Decimal;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, TransactionTrait, TryInsertResult};
use serde_json::{Value, json};
use thiserror::Error;

use super::row;
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, same_json};
use crate::marketing::Missing;
use crate::operation;
use crate::transaction;

/// A campaign, to be drafted.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateCampaign {
    /// The caller's: sent twice, the campaign is created once.
    pub id: CampaignId,
    /// At most 255 characters; campaigns may share one.
    pub name: String,
    /// Over which channel it goes.
    pub kind: CampaignType,
    /// The goal that it drives.
    pub goal: Option<GoalId>,
    /// The agent that owns it.
    pub owner: Option<AgentId>,
    /// Whom it targets; without one everybody.
    pub target_segment: Option<CustomerSegmentId>,
    /// What may be spent on it; `None` sets no limit. Zero or more, with at most two decimals.
    pub budget: Option<Decimal>,
    /// Its first day (UTC).
    pub start_date: Option<NaiveDate>,
    /// Its last day (UTC).
    pub end_date: Option<NaiveDate>,
    /// An object of the caller's, without the key `audience`.
    pub metadata: Value,
}

impl CreateCampaign {
    /// A campaign with a new id and without anything optional.
    pub fn new(name: impl Into<String>, kind: CampaignType) -> Self {
        Self {
            id: CampaignId::new(),
            name: name.into(),
            kind,
            goal: None,
            owner: None,
            target_segment: None,
            budget: None,
            start_date: None,
            end_date: None,
            metadata: json!({}),
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.name("name", &self.name, 255);
        if let Some(budget) = self.budget {
            checks.amount("budget", budget, (10, 2));
        }
        checks.in_order("end_date", self.start_date, self.end_date);
        row::check_metadata(&mut checks, &self.metadata);
        checks.finish()
    }

    fn named(&self) -> impl Iterator<Item = Missing> + use<> {
        let named = [
            self.goal.map(Missing::Goal),
            self.owner.map(Missing::Agent),
            self.target_segment.map(Missing::Segment),
        ];
        named.into_iter().flatten()
    }

    fn made(&self, row: &campaigns::Model) -> bool {
        self.name == row.name
            && self.kind == row.r#type
            && self.goal == row.goal_id
            && self.owner == row.owner_agent_id
            && self.target_segment == row.target_segment_id
            && self.budget == row.budget
            && self.start_date == row.start_date
            && self.end_date == row.end_date
            && same_json(&self.metadata, &row.metadata)
    }
}

/// What [`create`] wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatedCampaign {
    /// The campaign, a draft that has spent nothing.
    pub campaign: campaigns::Model,
}

/// Why a campaign was not created.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CreateError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// It names a row that does not exist.
    #[error("{missing}")]
    Missing {
        /// The first that is missing: goal, owner, segment.
        missing: Missing,
    },
    /// The id belongs to a campaign that differs.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for CreateError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::Missing { .. } | Self::Conflict(_) => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Creates a campaign as a draft. Sent again, it returns the campaign that there is.
///
/// Two statements: an INSERT and a read.
///
/// # Errors
///
/// [`CreateError::Conflict`] when the id belongs to a campaign that differs in anything the command says, also because it has
/// been changed since; [`CreateError::Missing`], for which up to three statements more are sent.
pub async fn create<C>(db: &C, command: CreateCampaign) -> Result<CreatedCampaign, CreateError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.campaigns.create");
    command.check()?;
    let named = command.named();
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    match transaction::finish(transaction, outcome).await {
        Err(CreateError::Database(error @ DatabaseError::MissingReference { .. })) => {
            Err(match Missing::first_of(db, named).await? {
                Some(missing) => CreateError::Missing { missing },
                None => error.into(),
            })
        }
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: CreateCampaign) -> Result<CreatedCampaign, CreateError> {
    let id = command.id;
    let new = campaigns::ActiveModel {
        id: Set(id),
        name: Set(command.name.clone()),
        r#type: Set(command.kind),
        goal_id: Set(command.goal),
        owner_agent_id: Set(command.owner),
        target_segment_id: Set(command.target_segment),
        budget: Set(command.budget),
        start_date: Set(command.start_date),
        end_date: Set(command.end_date),
        metadata: Set(command.metadata.clone()),
        ..Default::default()
    };
    let inserted = campaigns::Entity::insert_many([new])
        .on_conflict_do_nothing_on([campaigns::Column::Id])
        .exec_without_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    let campaign = row::read_back(db, id).await?;
    if matches!(inserted, TryInsertResult::Inserted(1)) || command.made(&campaign) {
        Ok(CreatedCampaign { campaign })
    } else {
        Err(Conflict { id: id.into() }.into())
    }
}
