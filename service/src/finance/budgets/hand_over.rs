//! Giving budgets another owner.

use std::collections::BTreeSet;

use entity::{AgentId, BudgetId, budgets};
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait};

use super::error::BudgetError;
use super::{owner, row};
use crate::batch::{MAX_ELEMENTS, among};
use crate::error::DatabaseError;
use crate::input::{Checks, Rule};
use crate::operation;
use crate::transaction;

/// Budgets, and who shall answer for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// Which ones; at least one and at most 2 000.
    pub budgets: Vec<BudgetId>,
    /// To whom; `None` leaves them without an owner.
    pub to: Option<AgentId>,
}

/// What [`hand_over`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedOver {
    /// The budgets after it, by id.
    pub budgets: Vec<budgets::Model>,
}

/// Gives budgets another owner, all or none. Three statements, one fewer without a new owner; locks the new owner (against
/// archiving), then the budgets by id.
///
/// # Errors
///
/// [`BudgetError::NotFound`] with all budgets that do not exist; [`BudgetError::UnknownOwner`], [`BudgetError::ArchivedOwner`],
/// [`BudgetError::Invalid`].
pub async fn hand_over<C>(db: &C, command: HandOver) -> Result<HandedOver, BudgetError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "finance.budgets.hand_over");
    let mut checks = Checks::default();
    if command.budgets.is_empty() {
        checks.refuse("budgets", Rule::Empty);
    }
    checks.at_most("budgets", command.budgets.len(), MAX_ELEMENTS);
    checks.finish()?;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, command: HandOver) -> Result<HandedOver, BudgetError> {
    if let Some(agent) = command.to {
        owner::check(db, agent).await?;
    }
    let wanted: BTreeSet<_> = command.budgets.into_iter().collect();
    let held = row::lock(db, wanted.iter().copied()).await?;
    let held: BTreeSet<_> = held.into_iter().map(|budget| budget.id).collect();
    let budgets: Vec<_> = wanted.difference(&held).copied().collect();
    if !budgets.is_empty() {
        return Err(BudgetError::NotFound { budgets });
    }
    let mut budgets = budgets::Entity::update_many()
        .col_expr(budgets::Column::OwnerAgentId, Expr::value(command.to))
        .filter(among(db, budgets::Column::Id, held.iter().copied()))
        .exec_with_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    if budgets.len() != held.len() {
        return Err(DatabaseError::Changed { table: "budgets" }.into());
    }
    budgets.sort_by_key(|budget| budget.id);
    Ok(HandedOver { budgets })
}
