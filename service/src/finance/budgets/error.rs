//! What the operations of budgets refuse.

use entity::{AgentId, BudgetId, OrderId};
use rust_decimal::Decimal;
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::{Conflict, JournalError};
use crate::input::InvalidInput;

/// Why nothing was done to a budget.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BudgetError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// Budgets that do not exist.
    #[error("{} of the budgets do not exist", budgets.len())]
    NotFound {
        /// All of them, by id; never empty.
        budgets: Vec<BudgetId>,
    },
    /// More than the budget has left.
    #[error("{asked} is more than the budget has left: {spent} of {allocated} is spent")]
    Exceeded {
        /// Which budget.
        budget: BudgetId,
        /// What may be spent in all.
        allocated: Decimal,
        /// What is spent of it.
        spent: Decimal,
        /// What was to be spent, or to be taken away from what may be.
        asked: Decimal,
    },
    /// Less would be allocated than is spent.
    #[error("{asked} is less than the {spent} that is spent")]
    BelowSpent {
        /// Which budget.
        budget: BudgetId,
        /// What is spent of it.
        spent: Decimal,
        /// What was to be allocated.
        asked: Decimal,
    },
    /// More would be taken back than was spent.
    #[error("{asked} is more than the {spent} that is spent")]
    MoreThanSpent {
        /// Which budget.
        budget: BudgetId,
        /// What is spent of it.
        spent: Decimal,
        /// What was to be taken back.
        asked: Decimal,
    },
    /// More than the column holds.
    #[error("budget {budget} would hold more than {max}")]
    TooMuch {
        /// Which budget.
        budget: BudgetId,
        /// The largest amount that fits.
        max: Decimal,
    },
    /// There is no such agent to own a budget.
    #[error("there is no agent {agent}")]
    UnknownOwner {
        /// What was asked for.
        agent: AgentId,
    },
    /// An archived agent owns nothing new.
    #[error("agent {agent} is archived")]
    ArchivedOwner {
        /// The agent.
        agent: AgentId,
    },
    /// What the transaction names and that does not exist.
    #[error("the order or the agent of the transaction does not exist")]
    UnknownReferences {
        /// The order, if that is it.
        order: Option<OrderId>,
        /// The agent, if that is it.
        agent: Option<AgentId>,
    },
    /// The id has been used for something else.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for BudgetError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            Self::Invalid(_)
            | Self::NotFound { .. }
            | Self::Exceeded { .. }
            | Self::BelowSpent { .. }
            | Self::MoreThanSpent { .. }
            | Self::TooMuch { .. }
            | Self::UnknownOwner { .. }
            | Self::ArchivedOwner { .. }
            | Self::UnknownReferences { .. }
            | Self::Conflict(_) => Class::Refused,
        }
    }
}

impl From<JournalError> for BudgetError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Conflict(conflict) => conflict.into(),
            JournalError::Database(error) => error.into(),
        }
    }
}
