//! Changing what may be spent.

use entity::{BudgetId, budgets};
use rust_decimal::Decimal;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ConnectionTrait, TransactionTrait};

use super::error::BudgetError;
use super::row;
use crate::error::DatabaseError;
use crate::finance::cents;
use crate::input::Checks;
use crate::operation;
use crate::transaction;

/// A new amount for a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetAllocation {
    /// Which budget.
    pub budget: BudgetId,
    /// Zero or more, with at most two decimals.
    pub amount: Decimal,
    /// Whether it may be less than is spent already.
    pub allow_below_spent: bool,
}

impl SetAllocation {
    /// A new amount, not below what is spent.
    #[must_use]
    pub fn new(budget: BudgetId, amount: Decimal) -> Self {
        Self {
            budget,
            amount,
            allow_below_spent: false,
        }
    }
}

/// Sets what may be spent of a budget in all. One statement, which waits for whoever is spending.
///
/// # Errors
///
/// [`BudgetError::BelowSpent`] unless `allow_below_spent`, for which one more statement is sent; [`BudgetError::NotFound`],
/// [`BudgetError::Invalid`].
pub async fn set_allocation<C>(db: &C, command: SetAllocation) -> Result<budgets::Model, BudgetError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "finance.budgets.set_allocation");
    let mut checks = Checks::default();
    checks.amount("amount", command.amount, (12, 2));
    checks.finish()?;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, command: SetAllocation) -> Result<budgets::Model, BudgetError> {
    use budgets::Column::{AllocatedAmount, SpentAmount};
    let amount = || row::value(cents::of(command.amount));
    let least = if command.allow_below_spent {
        row::value(0)
    } else {
        row::hundredths(SpentAmount)
    };
    let changed = row::change(
        db,
        command.budget,
        (AllocatedAmount, amount()),
        amount().gte(least),
    )
    .await?;
    if let Some(budget) = changed {
        return Ok(budget);
    }
    let budget = row::read(db, command.budget).await?;
    if command.amount < budget.spent_amount && !command.allow_below_spent {
        return Err(BudgetError::BelowSpent {
            budget: budget.id,
            spent: budget.spent_amount,
            asked: command.amount,
        });
    }
    Err(DatabaseError::Changed { table: "budgets" }.into())
}
