//! What may be spent on a campaign.

use entity::{CampaignId, CampaignStatus, campaigns};
use rust_decimal::Decimal;
use sea_orm::{ActiveValue::Set, ConnectionTrait, TransactionTrait};
use thiserror::Error;

use super::{row, state};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;

/// The budget that a campaign shall have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetBudget {
    /// Which campaign.
    pub id: CampaignId,
    /// What may be spent on it altogether; `None` lifts the limit. Zero or more, with at most two decimals.
    pub budget: Option<Decimal>,
}

/// Why the budget stays as it is.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BudgetError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such campaign.
    #[error("there is no campaign {id}")]
    NotFound {
        /// What was asked for.
        id: CampaignId,
    },
    /// More has been spent already.
    #[error("{spent} of it has been spent, a budget of {budget} would be less")]
    BelowSpent {
        /// The budget that was asked for.
        budget: Decimal,
        /// What has been spent.
        spent: Decimal,
    },
    /// It is completed or cancelled.
    #[error("the budget of a campaign that is {status:?} is settled")]
    Closed {
        /// Its state.
        status: CampaignStatus,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for BudgetError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::NotFound { .. } | Self::BelowSpent { .. } | Self::Closed { .. } => {
                Class::Refused
            }
            Self::Database(error) => error.class(),
        }
    }
}

/// Sets what may be spent on a campaign, and returns it as it is then.
///
/// Three statements. Locks the campaign.
///
/// # Errors
///
/// [`BudgetError::BelowSpent`] with what has been spent; [`BudgetError::Closed`]; [`BudgetError::NotFound`].
pub async fn set_budget<C>(db: &C, command: SetBudget) -> Result<campaigns::Model, BudgetError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.campaigns.set_budget");
    let mut checks = Checks::default();
    if let Some(budget) = command.budget {
        checks.amount("budget", budget, (10, 2));
    }
    checks.finish()?;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, command: SetBudget) -> Result<campaigns::Model, BudgetError> {
    let SetBudget { id, budget } = command;
    let campaign = row::lock(db, id).await?.ok_or(BudgetError::NotFound { id })?;
    let (status, spent) = (campaign.status, campaign.spent);
    if state::is_closed(status) {
        return Err(BudgetError::Closed { status });
    }
    if let Some(budget) = budget
        && budget < spent
    {
        return Err(BudgetError::BelowSpent { budget, spent });
    }
    let new = campaigns::ActiveModel {
        budget: Set(budget),
        ..Default::default()
    };
    Ok(row::write(db, id, new).await?)
}
