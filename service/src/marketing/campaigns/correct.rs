//! Taking back what was spent on a campaign.

use entity::{AgentId, CampaignId, SystemEventId, TransactionId, TransactionType, campaigns};
use rust_decimal::Decimal;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::books::{self, Entry};
use super::{get, row};
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::{Conflict, JournalError, remember, replay};
use crate::input::{Checks, InvalidInput, Rule};
use crate::marketing::Missing;
use crate::operation;
use crate::transaction;

/// The type of the event that remembers a command.
const KIND: &str = "campaign.corrected";

/// An expense on a campaign that was too high, or none of its.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CorrectSpending {
    /// The caller's, and that of the adjustment in the books, dated by the instant it carries: sent twice, it happens once.
    pub id: TransactionId,
    /// Which campaign.
    pub campaign: CampaignId,
    /// By how much less was spent: more than zero, with at most two decimals, in the shop's currency.
    pub amount: Decimal,
    /// Why. Any length, not blank.
    pub reason: String,
    /// The agent that corrects it.
    pub agent: Option<AgentId>,
}

impl CorrectSpending {
    /// A correction of now.
    pub fn new(campaign: CampaignId, amount: Decimal, reason: impl Into<String>) -> Self {
        Self {
            id: TransactionId::new(),
            campaign,
            amount,
            reason: reason.into(),
            agent: None,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if self.id.instant().is_none() {
            checks.refuse("id", Rule::NotTimeOrdered);
        }
        checks.amount("amount", self.amount, (10, 2));
        if self.amount.is_zero() {
            checks.refuse("amount", Rule::NotPositive);
        }
        checks.name("reason", &self.reason, usize::MAX);
        checks.finish()
    }

    /// The id under which the command is remembered.
    fn event(&self) -> SystemEventId {
        self.id.as_uuid().into()
    }
}

/// What [`correct`] led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectedSpending {
    /// The adjustment in the books.
    pub transaction: TransactionId,
    /// What has been spent on the campaign altogether, after this.
    pub spent: Decimal,
    /// What may be spent altogether; `None` without a limit.
    pub budget: Option<Decimal>,
}

/// Why nothing was taken back.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CorrectError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such campaign.
    #[error("there is no campaign {id}")]
    NotFound {
        /// What was asked for.
        id: CampaignId,
    },
    /// It names an agent that does not exist.
    #[error("{missing}")]
    Missing {
        /// The agent.
        missing: Missing,
    },
    /// Less has been spent than is to be taken back.
    #[error("{asked} is more than the {spent} that is spent")]
    MoreThanSpent {
        /// What has been spent.
        spent: Decimal,
        /// What was to be taken back.
        asked: Decimal,
    },
    /// The id belongs to something else.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<JournalError> for CorrectError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Conflict(conflict) => conflict.into(),
            JournalError::Database(error) => error.into(),
        }
    }
}

impl Classified for CorrectError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}

/// Takes back what was spent on a campaign, in whole or in part: lowers what it has spent, never below zero, and records an
/// adjustment in the books (category `marketing`) that says why. The expense stays in the journal. A campaign that is over may be
/// corrected as well: a supplier pays back when he does. Sent again, it returns the first outcome.
///
/// The limit is a condition of the UPDATE itself, so of many who correct at once no more is taken back than was spent.
///
/// Five statements, six with an agent; one when it is repeated. Locks the agent (against deletion), then the campaign.
///
/// # Errors
///
/// [`CorrectError::MoreThanSpent`] with the figures; [`CorrectError::NotFound`]; [`CorrectError::Missing`];
/// [`CorrectError::Conflict`] when the id was used for something else.
pub async fn correct<C>(db: &C, mut command: CorrectSpending) -> Result<CorrectedSpending, CorrectError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.campaigns.correct");
    command.check()?;
    // One way to write it, so that the repetition compares amounts and not their spelling.
    command.amount.rescale(2);
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &command).await;
    match transaction::finish(transaction, outcome).await {
        Err(CorrectError::Database(error)) => explain(db, &command, error).await,
        outcome => outcome,
    }
}

/// What the database's refusal means, once everything is undone.
async fn explain<C: ConnectionTrait>(
    db: &C,
    command: &CorrectSpending,
    error: DatabaseError,
) -> Result<CorrectedSpending, CorrectError> {
    match error {
        DatabaseError::MissingReference { .. } => {
            match Missing::first_of(db, command.agent.map(Missing::Agent)).await? {
                Some(missing) => Err(CorrectError::Missing { missing }),
                None => Err(error.into()),
            }
        }
        // The same command, sent at the same time, was faster; or the id is that of another transaction.
        DatabaseError::Duplicate { .. } => {
            let id = command.id.into();
            let first = replay(db, command.event(), KIND, command).await?;
            first.ok_or_else(|| Conflict { id }.into())
        }
        _ => Err(error.into()),
    }
}

async fn write<C: ConnectionTrait>(
    db: &C,
    command: &CorrectSpending,
) -> Result<CorrectedSpending, CorrectError> {
    if let Some(first) = replay(db, command.event(), KIND, command).await? {
        return Ok(first);
    }
    books::keep_agent(db, command.agent).await?;
    if !take(db, command).await? {
        // It may have been taken back by the same command, sent a moment ago.
        if let Some(first) = replay(db, command.event(), KIND, command).await? {
            return Ok(first);
        }
        return Err(refusal(db, command).await?);
    }
    let campaign = row::read_back(db, command.campaign).await?;
    let entry = Entry {
        id: command.id,
        kind: TransactionType::Adjustment,
        amount: command.amount,
        description: Some(&command.reason),
        agent: command.agent,
        payment_method: None,
    };
    books::record(db, entry).await?;
    let corrected = CorrectedSpending {
        transaction: command.id,
        spent: campaign.spent,
        budget: campaign.budget,
    };
    remember(db, command.event(), KIND, command, &corrected).await?;
    Ok(corrected)
}

/// Takes the amount away if so much was spent. The difference is rounded to cents: SQLite subtracts in floating point.
async fn take<C: ConnectionTrait>(db: &C, command: &CorrectSpending) -> Result<bool, DatabaseError> {
    use campaigns::Column;
    let difference: Expr =
        Func::round_with_precision(Column::Spent.into_expr().sub(command.amount), Expr::value(2)).into();
    let updated = campaigns::Entity::update_many()
        .col_expr(Column::Spent, difference)
        .filter(Column::Id.eq(command.campaign))
        .filter(Column::Spent.gte(command.amount))
        .exec(db)
        .await?;
    Ok(updated.rows_affected == 1)
}

/// Why [`take`] found nothing to change.
async fn refusal<C: ConnectionTrait>(
    db: &C,
    command: &CorrectSpending,
) -> Result<CorrectError, DatabaseError> {
    let id = command.campaign;
    let Some(campaign) = get::find(db, id).await? else {
        return Ok(CorrectError::NotFound { id });
    };
    let (spent, asked) = (campaign.spent, command.amount);
    Ok(if asked > spent {
        CorrectError::MoreThanSpent { spent, asked }
    } else {
        // More was spent in between.
        DatabaseError::Changed { table: "campaigns" }.into()
    })
}
