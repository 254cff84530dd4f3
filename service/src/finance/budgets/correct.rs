//! Taking back what was spent from a budget.

use entity::{AgentId, BudgetId, TransactionId, TransactionType};
use rust_decimal::Decimal;
use sea_orm::{ConnectionTrait, TransactionTrait};

use super::CURRENCY;
use super::error::BudgetError;
use super::movement::{Booked, Direction, Movement};
use crate::finance::transactions::{NewTransaction, check_amount};
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;

/// An expense that was too high, or none of this budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correct {
    /// The adjustment's id (UUIDv7), made before the call; it carries the date.
    pub id: TransactionId,
    /// Which budget; its category is the transaction's.
    pub budget: BudgetId,
    /// By how much less was spent: more than zero, with at most two decimals.
    pub amount: Decimal,
    /// Why. Any length, not blank.
    pub reason: String,
    /// Who corrects it.
    pub agent: Option<AgentId>,
}

impl Correct {
    /// A correction of now.
    pub fn new(budget: BudgetId, amount: Decimal, reason: impl Into<String>) -> Self {
        Self {
            id: TransactionId::new(),
            budget,
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
        check_amount(&mut checks, "amount", self.amount);
        checks.name("reason", &self.reason, usize::MAX);
        checks.finish()
    }
}

/// Lowers what is spent of a budget, and records an adjustment that says why. The expense stays in the journal.
///
/// Sent again, the same command returns the first outcome. Four statements; locks the agent, then the budget.
///
/// # Errors
///
/// [`BudgetError::MoreThanSpent`], for which one more statement is sent; [`BudgetError::NotFound`],
/// [`BudgetError::UnknownReferences`], [`BudgetError::Conflict`], [`BudgetError::Invalid`].
pub async fn correct<C>(db: &C, command: Correct) -> Result<Booked, BudgetError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "finance.budgets.correct");
    command.check()?;
    let movement = Movement {
        kind: "budget.corrected",
        budget: command.budget,
        direction: Direction::TakeBack,
        transaction: NewTransaction {
            id: command.id,
            description: Some(command.reason),
            agent: command.agent,
            currency: CURRENCY.to_owned(),
            ..NewTransaction::new(TransactionType::Adjustment, "", command.amount)
        },
    };
    movement.book(db).await
}
