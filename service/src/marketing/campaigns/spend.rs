//! Spending on a campaign, within its budget.

use entity::{AgentId, CampaignId, CampaignStatus, SystemEventId, TransactionId, TransactionType, campaigns};
use rust_decimal::Decimal;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, Iterable, QueryFilter, TransactionTrait,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::books::{self, Entry};
use super::{get, row, state};
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::{Conflict, JournalError, remember, replay};
use crate::input::{Checks, InvalidInput, Rule};
use crate::marketing::Missing;
use crate::operation;
use crate::transaction;

/// The type of the event that remembers a command.
const KIND: &str = "campaign.spent";

/// An expense on a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpendOnCampaign {
    /// The caller's, and that of the expense in the books, dated by the instant it carries: sent twice, it is spent once.
    pub id: TransactionId,
    /// Which campaign.
    pub campaign: CampaignId,
    /// More than zero, with at most two decimals, in the shop's currency.
    pub amount: Decimal,
    /// The agent that spent it.
    pub agent: Option<AgentId>,
    /// How it was paid; at most 50 characters.
    pub payment_method: Option<String>,
    /// What for.
    pub description: Option<String>,
}

impl SpendOnCampaign {
    /// An expense with a new id and without anything optional.
    #[must_use]
    pub fn new(campaign: CampaignId, amount: Decimal) -> Self {
        Self {
            id: TransactionId::new(),
            campaign,
            amount,
            agent: None,
            payment_method: None,
            description: None,
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
        if let Some(method) = &self.payment_method {
            checks.text("payment_method", method, 50);
        }
        if let Some(description) = &self.description {
            checks.text("description", description, usize::MAX);
        }
        checks.finish()
    }

    /// The id under which the command is remembered.
    fn event(&self) -> SystemEventId {
        self.id.as_uuid().into()
    }
}

/// What [`spend`] led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// The expense in the books.
    pub transaction: TransactionId,
    /// What has been spent on the campaign altogether, this included.
    pub spent: Decimal,
    /// What may be spent altogether; `None` without a limit.
    pub budget: Option<Decimal>,
}

/// Why nothing was spent.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SpendError {
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
    /// It is a draft, or cancelled.
    #[error("nothing may be spent on a campaign that is {status:?}")]
    NotRunning {
        /// Its state.
        status: CampaignStatus,
    },
    /// Less is left than was asked for.
    #[error("{spent} is spent already, {asked} more passes the budget")]
    OverBudget {
        /// What may be spent; `None` without a limit but that of the column, 99 999 999.99.
        budget: Option<Decimal>,
        /// What has been spent.
        spent: Decimal,
        /// What was to be spent.
        asked: Decimal,
    },
    /// The id belongs to another expense.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<JournalError> for SpendError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Conflict(conflict) => conflict.into(),
            JournalError::Database(error) => error.into(),
        }
    }
}

impl Classified for SpendError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}

/// Spends on a campaign, until [`correct`](super::correct()) takes it back: adds to what it has spent, never above its budget, and records the expense in the books (`transactions`,
/// category `marketing`). Sent again, it returns the first outcome.
///
/// The limit is a condition of the UPDATE itself, so of many who spend at once exactly as many succeed as the budget allows.
///
/// Five statements, six with an agent; one when it is repeated. Locks the agent (against deletion), then the campaign.
///
/// # Errors
///
/// [`SpendError::OverBudget`] with the figures; [`SpendError::NotRunning`]; [`SpendError::NotFound`]; [`SpendError::Missing`];
/// [`SpendError::Conflict`] when the id was used for another expense, or for a transaction that this operation did not make.
pub async fn spend<C>(db: &C, mut command: SpendOnCampaign) -> Result<Spent, SpendError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.campaigns.spend");
    command.check()?;
    // One way to write it, so that the repetition compares amounts and not their spelling.
    command.amount.rescale(2);
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &command).await;
    match transaction::finish(transaction, outcome).await {
        Err(SpendError::Database(error)) => explain(db, &command, error).await,
        outcome => outcome,
    }
}

/// What the database's refusal means, once everything is undone.
async fn explain<C: ConnectionTrait>(
    db: &C,
    command: &SpendOnCampaign,
    error: DatabaseError,
) -> Result<Spent, SpendError> {
    match error {
        DatabaseError::MissingReference { .. } => {
            match Missing::first_of(db, command.agent.map(Missing::Agent)).await? {
                Some(missing) => Err(SpendError::Missing { missing }),
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

async fn write<C: ConnectionTrait>(db: &C, command: &SpendOnCampaign) -> Result<Spent, SpendError> {
    if let Some(first) = replay(db, command.event(), KIND, command).await? {
        return Ok(first);
    }
    books::keep_agent(db, command.agent).await?;
    if !add(db, command).await? {
        // The budget may have gone to the same command, sent a moment ago.
        if let Some(first) = replay(db, command.event(), KIND, command).await? {
            return Ok(first);
        }
        return Err(refusal(db, command).await?);
    }
    let campaign = row::read_back(db, command.campaign).await?;
    let entry = Entry {
        id: command.id,
        kind: TransactionType::Expense,
        amount: command.amount,
        description: command.description.as_deref(),
        agent: command.agent,
        payment_method: command.payment_method.as_deref(),
    };
    books::record(db, entry).await?;
    let spent = Spent {
        transaction: command.id,
        spent: campaign.spent,
        budget: campaign.budget,
    };
    remember(db, command.event(), KIND, command, &spent).await?;
    Ok(spent)
}

/// Adds the amount if it fits. Both sides are rounded to cents: SQLite adds in floating point.
async fn add<C: ConnectionTrait>(db: &C, command: &SpendOnCampaign) -> Result<bool, DatabaseError> {
    use campaigns::Column;
    let sum: Expr =
        Func::round_with_precision(Column::Spent.into_expr().add(command.amount), Expr::value(2)).into();
    // A column against a value, never a sum against one: SQLite knows the type of a column only.
    let unlimited = Column::Budget
        .is_null()
        .and(Column::Spent.lte(limit() - command.amount));
    let fits = sum.clone().lte(Column::Budget.into_expr()).or(unlimited);
    let open = CampaignStatus::iter()
        .filter(|status| state::may_spend(*status))
        .map(|status| status.to_value());
    let updated = campaigns::Entity::update_many()
        .col_expr(Column::Spent, sum)
        .filter(Column::Id.eq(command.campaign))
        .filter(Column::Status.is_in(open))
        .filter(fits)
        .exec(db)
        .await?;
    Ok(updated.rows_affected == 1)
}

/// What the column holds.
fn limit() -> Decimal {
    Decimal::new(9_999_999_999, 2)
}

/// Why [`add`] found nothing to change.
async fn refusal<C: ConnectionTrait>(db: &C, command: &SpendOnCampaign) -> Result<SpendError, DatabaseError> {
    let id = command.campaign;
    let Some(campaign) = get::find(db, id).await? else {
        return Ok(SpendError::NotFound { id });
    };
    let (budget, spent, asked) = (campaign.budget, campaign.spent, command.amount);
    Ok(if !state::may_spend(campaign.status) {
        let status = campaign.status;
        SpendError::NotRunning { status }
    } else if spent + asked > budget.unwrap_or_else(limit) {
        SpendError::OverBudget { budget, spent, asked }
    } else {
        // The budget was raised, or the campaign moved, in between.
        DatabaseError::Changed { table: "campaigns" }.into()
    })
}
