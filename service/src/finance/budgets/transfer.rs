//! Moving what may be spent from one budget to another.

use entity::{BudgetId, SystemEventId, budgets};
use rust_decimal::Decimal;
use sea_orm::sea_query::{CaseStatement, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait};
use serde::{Deserialize, Serialize};

use super::error::BudgetError;
use super::row;
use crate::batch::among;
use crate::error::DatabaseError;
use crate::finance::cents;
use crate::finance::transactions::check_amount;
use crate::idempotency::{remember, replay};
use crate::input::{Checks, Rule};
use crate::operation;
use crate::transaction;

const KIND: &str = "budget.transferred";

/// An amount that another budget may spend instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Transfer {
    /// The id (UUIDv7) under which it is remembered, made before the call.
    pub id: SystemEventId,
    /// Where it is.
    pub from: BudgetId,
    /// Where it goes.
    pub to: BudgetId,
    /// More than zero, with at most two decimals; at most what is not spent.
    pub amount: Decimal,
}

impl Transfer {
    /// A transfer under a new id.
    #[must_use]
    pub fn new(from: BudgetId, to: BudgetId, amount: Decimal) -> Self {
        Self {
            id: SystemEventId::new(),
            from,
            to,
            amount,
        }
    }
}

/// What [`transfer`] did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transferred {
    /// The giving budget, after it.
    pub from: budgets::Model,
    /// The receiving budget, after it.
    pub to: budgets::Model,
}

/// Moves what is allocated and not spent from one budget to another.
///
/// Sent again, the same command returns the first outcome. Four statements; locks the two budgets by id.
///
/// # Errors
///
/// [`BudgetError::Exceeded`] when the giving budget has less left; [`BudgetError::NotFound`], [`BudgetError::TooMuch`],
/// [`BudgetError::Conflict`], [`BudgetError::Invalid`].
pub async fn transfer<C>(db: &C, mut command: Transfer) -> Result<Transferred, BudgetError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "finance.budgets.transfer");
    let mut checks = Checks::default();
    if command.id.instant().is_none() {
        checks.refuse("id", Rule::NotTimeOrdered);
    }
    if command.from == command.to {
        checks.refuse("to", Rule::SamePlace);
    }
    check_amount(&mut checks, "amount", command.amount);
    checks.finish()?;
    command.amount = row::as_stored(command.amount);
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

/// Looks for the first outcome under the locks, since the same command locks the same budgets.
async fn write<C: ConnectionTrait>(db: &C, command: Transfer) -> Result<Transferred, BudgetError> {
    let held = row::lock(db, [command.from, command.to]).await?;
    if let Some(first) = replay(db, command.id, KIND, &command).await? {
        return Ok(first);
    }
    let (from, to) = pair(command, held)?;
    if from.allocated_amount - from.spent_amount < command.amount {
        return Err(BudgetError::Exceeded {
            budget: from.id,
            allocated: from.allocated_amount,
            spent: from.spent_amount,
            asked: command.amount,
        });
    }
    if cents::of(to.allocated_amount + command.amount) > row::MAX {
        return Err(row::too_much(to.id));
    }
    let (from, to) = pair(command, apply(db, command).await?)?;
    let outcome = Transferred { from, to };
    remember(db, command.id, KIND, &command, &outcome).await?;
    Ok(outcome)
}

/// Adds to one and takes from the other, in one statement.
async fn apply<C: ConnectionTrait>(db: &C, command: Transfer) -> Result<Vec<budgets::Model>, DatabaseError> {
    use budgets::Column::{AllocatedAmount, Id, SpentAmount};
    let amount = || row::value(cents::of(command.amount));
    let allocated = || row::hundredths(AllocatedAmount);
    let after = CaseStatement::new()
        .case(Id.eq(command.from), allocated().sub(amount()))
        .finally(allocated().add(amount()));
    let possible = Id
        .ne(command.from)
        .or(allocated().sub(amount()).gte(row::hundredths(SpentAmount)));
    Ok(budgets::Entity::update_many()
        .col_expr(AllocatedAmount, cents::column(after.into()))
        .filter(among(db, Id, [command.from, command.to]))
        .filter(possible)
        .exec_with_returning(db)
        .await?)
}

fn pair(
    command: Transfer,
    found: Vec<budgets::Model>,
) -> Result<(budgets::Model, budgets::Model), BudgetError> {
    let [mut from, mut to] = [None, None];
    for budget in found {
        if budget.id == command.from {
            from = Some(budget);
        } else {
            to = Some(budget);
        }
    }
    match (from, to) {
        (Some(from), Some(to)) => Ok((from, to)),
        (from, to) => {
            let mut budgets = Vec::new();
            budgets.extend(from.is_none().then_some(command.from));
            budgets.extend(to.is_none().then_some(command.to));
            budgets.sort();
            Err(BudgetError::NotFound { budgets })
        }
    }
}
