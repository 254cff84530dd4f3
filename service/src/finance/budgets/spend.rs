//! Spending from a budget.

use entity::{AgentId, BudgetId, OrderId, TransactionId, TransactionType};
use rust_decimal::Decimal;
use sea_orm::{ConnectionTrait, TransactionTrait};

use super::CURRENCY;
use super::error::BudgetError;
use super::movement::{Booked, Direction, Movement};
use crate::finance::transactions::{NewTransaction, check_amount};
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;

/// An expense that a budget bears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spend {
    /// The transaction's id (UUIDv7), made before the call; it carries the date.
    pub id: TransactionId,
    /// Which budget; its category is the transaction's.
    pub budget: BudgetId,
    /// More than zero, with at most two decimals.
    pub amount: Decimal,
    /// What for. Any length.
    pub description: Option<String>,
    /// The order that it is about.
    pub order: Option<OrderId>,
    /// Who spends it.
    pub agent: Option<AgentId>,
    /// How it was paid, in at most 50 characters.
    pub payment_method: Option<String>,
    /// Whether it may be more than the budget has left.
    pub allow_overrun: bool,
}

impl Spend {
    /// An expense of now, without anything optional, within the budget.
    #[must_use]
    pub fn new(budget: BudgetId, amount: Decimal) -> Self {
        Self {
            id: TransactionId::new(),
            budget,
            amount,
            description: None,
            order: None,
            agent: None,
            payment_method: None,
            allow_overrun: false,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if self.id.instant().is_none() {
            checks.refuse("id", Rule::NotTimeOrdered);
        }
        check_amount(&mut checks, "amount", self.amount);
        if let Some(description) = &self.description {
            checks.text("description", description, usize::MAX);
        }
        if let Some(method) = &self.payment_method {
            checks.text("payment_method", method, 50);
        }
        checks.finish()
    }
}

/// Records an expense and raises what is spent of its budget, within what is allocated.
///
/// Of any number of connections that spend at once, as many succeed as the budget bears, and the others are told what is left.
/// Sent again, the same command returns the first outcome. Four statements; locks the rows that the transaction names, then the
/// budget.
///
/// # Errors
///
/// [`BudgetError::Exceeded`] unless `allow_overrun`, for which one more statement is sent; [`BudgetError::NotFound`],
/// [`BudgetError::UnknownReferences`], [`BudgetError::Conflict`], [`BudgetError::TooMuch`], [`BudgetError::Invalid`].
/// [`DatabaseError::Changed`](crate::DatabaseError::Changed), which is retryable, when room was made between the refusal and the
/// look at what was left.
pub async fn spend<C>(db: &C, command: Spend) -> Result<Booked, BudgetError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "finance.budgets.spend");
    command.check()?;
    let movement = Movement {
        kind: "budget.spent",
        budget: command.budget,
        direction: Direction::Spend {
            allow_overrun: command.allow_overrun,
        },
        transaction: NewTransaction {
            id: command.id,
            kind: TransactionType::Expense,
            category: String::new(),
            amount: command.amount,
            currency: CURRENCY.to_owned(),
            description: command.description,
            order: command.order,
            customer: None,
            agent: command.agent,
            payment_method: command.payment_method,
        },
    };
    movement.book(db).await
}
