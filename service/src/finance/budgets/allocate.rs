//! Making a budget, or planning it anew.

use entity::{AgentId, BudgetId, SystemEventId, budgets};
use rust_decimal::Decimal;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    Set, TransactionTrait,
};
use serde::{Deserialize, Serialize};

use super::error::BudgetError;
use super::{owner, row};
use crate::error::DatabaseError;
use crate::idempotency::{Conflict, remember, replay};
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
use crate::transaction;

const KIND: &str = "budget.allocated";

/// What a category may cost in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Allocate {
    /// The budget's id (UUIDv7), made before the call; of this command only, when the month has a budget already.
    pub id: BudgetId,
    /// What people call it. At most 255 characters.
    pub name: String,
    /// What it is for; that of the transactions that are spent from it. At most 100 characters.
    pub category: String,
    /// From 1900 to 9999.
    pub fiscal_year: i32,
    /// From 1 to 12.
    pub fiscal_month: i32,
    /// Zero or more, with at most two decimals.
    pub amount: Decimal,
    /// Who answers for it; `None` leaves that as it is.
    pub owner: Option<AgentId>,
    /// Whether it may be less than is spent already.
    pub allow_below_spent: bool,
}

impl Allocate {
    /// A new budget that nobody owns, called after its category.
    pub fn new(
        category: impl Into<String>,
        (fiscal_year, fiscal_month): (i32, i32),
        amount: Decimal,
    ) -> Self {
        let category = category.into();
        Self {
            id: BudgetId::new(),
            name: category.clone(),
            category,
            fiscal_year,
            fiscal_month,
            amount,
            owner: None,
            allow_below_spent: false,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if self.id.instant().is_none() {
            checks.refuse("id", Rule::NotTimeOrdered);
        }
        checks.name("name", &self.name, 255);
        checks.name("category", &self.category, 100);
        checks.between("fiscal_year", self.fiscal_year, (1900, 9999));
        checks.between("fiscal_month", self.fiscal_month, (1, 12));
        checks.amount("amount", self.amount, (12, 2));
        checks.finish()
    }
}

/// What [`allocate`] did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocated {
    /// The budget, whose id is another one when the month had a budget.
    pub budget: budgets::Model,
    /// What the month's budget was before, if there was one.
    pub before: Option<budgets::Model>,
}

/// Allocates a budget to a category and a month: makes it, or replaces the amount, name and owner of the one that is there. What
/// is spent stays.
///
/// Sent again, the same command returns the first outcome, whatever has become of the budget. Four statements, one more with an
/// owner and one more when the budget was there. Locks the owner (against archiving), then the budget.
///
/// # Errors
///
/// [`BudgetError::BelowSpent`] unless `allow_below_spent`; [`BudgetError::UnknownOwner`], [`BudgetError::ArchivedOwner`],
/// [`BudgetError::Conflict`], [`BudgetError::Invalid`].
pub async fn allocate<C>(db: &C, mut command: Allocate) -> Result<Allocated, BudgetError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "finance.budgets.allocate");
    command.check()?;
    command.amount = row::as_stored(command.amount);
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &command).await;
    match transaction::finish(transaction, outcome).await {
        // Another budget has the id; or this command has made it, at the same time.
        Err(BudgetError::Database(DatabaseError::Duplicate { .. } | DatabaseError::Serialization)) => {
            let first = replay(db, event(&command), KIND, &command).await?;
            first.ok_or_else(|| conflict(&command).into())
        }
        outcome => outcome,
    }
}

fn event(command: &Allocate) -> SystemEventId {
    command.id.as_uuid().into()
}

fn conflict(command: &Allocate) -> Conflict {
    Conflict {
        id: command.id.into(),
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: &Allocate) -> Result<Allocated, BudgetError> {
    if let Some(first) = replay(db, event(command), KIND, command).await? {
        return Ok(first);
    }
    if let Some(agent) = command.owner {
        owner::check(db, agent).await?;
    }
    insert(db, command).await?;
    let present = budgets::Entity::find()
        .filter(budgets::Column::Category.eq(&command.category))
        .filter(budgets::Column::FiscalYear.eq(command.fiscal_year))
        .filter(budgets::Column::FiscalMonth.eq(command.fiscal_month))
        .lock(sea_orm::sea_query::LockType::NoKeyUpdate)
        .one(db)
        .await
        .map_err(DatabaseError::from)?
        .ok_or(DatabaseError::Changed { table: "budgets" })?;
    let outcome = if present.id == command.id {
        Allocated {
            budget: present,
            before: None,
        }
    } else {
        replan(db, command, present).await?
    };
    remember(db, event(command), KIND, command, &outcome).await?;
    Ok(outcome)
}

/// Makes the budget unless the month has one. One statement.
async fn insert<C: ConnectionTrait>(db: &C, command: &Allocate) -> Result<(), DatabaseError> {
    use budgets::Column;
    let new = budgets::ActiveModel {
        id: Set(command.id),
        name: Set(command.name.clone()),
        category: Set(command.category.clone()),
        fiscal_year: Set(command.fiscal_year),
        fiscal_month: Set(command.fiscal_month),
        allocated_amount: Set(command.amount),
        owner_agent_id: Set(command.owner),
        ..Default::default()
    };
    let same_month = OnConflict::columns([Column::Category, Column::FiscalYear, Column::FiscalMonth])
        .do_nothing()
        .to_owned();
    budgets::Entity::insert_many([new])
        .on_conflict(same_month)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Plans the month's budget anew, under its lock. One statement.
async fn replan<C: ConnectionTrait>(
    db: &C,
    command: &Allocate,
    before: budgets::Model,
) -> Result<Allocated, BudgetError> {
    if command.amount < before.spent_amount && !command.allow_below_spent {
        return Err(BudgetError::BelowSpent {
            budget: before.id,
            spent: before.spent_amount,
            asked: command.amount,
        });
    }
    let mut change = before.clone().into_active_model();
    change.name = Set(command.name.clone());
    change.allocated_amount = Set(command.amount);
    if let Some(owner) = command.owner {
        change.owner_agent_id = Set(Some(owner));
    }
    let budget = change.update(db).await.map_err(DatabaseError::from)?;
    Ok(Allocated {
        budget,
        before: Some(before),
    })
}
