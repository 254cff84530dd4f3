//! A transaction and the budget that bears it, booked together.

use entity::{BudgetId, SystemEventId, budgets, transactions};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ConnectionTrait, EntityTrait, TransactionTrait};
use serde::Serialize;

use super::error::BudgetError;
use super::row;
use crate::error::DatabaseError;
use crate::finance::cents;
use crate::finance::transactions::{NewTransaction, RecordError, insert_new, unknown_references};
use crate::idempotency::{Conflict, remember, replay};
use crate::transaction;

/// What was booked on a budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// The transaction.
    pub transaction: transactions::Model,
    /// The budget after it.
    pub budget: budgets::Model,
}

/// In which direction a movement goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Direction {
    Spend { allow_overrun: bool },
    TakeBack,
}

/// A movement of a budget. Its transaction's category is the budget's, which is filled in once that is known.
pub(super) struct Movement {
    pub(super) kind: &'static str,
    pub(super) budget: BudgetId,
    pub(super) direction: Direction,
    pub(super) transaction: NewTransaction,
}

/// What is remembered of a movement besides its transaction.
#[derive(Serialize)]
struct Remembered {
    budget: BudgetId,
    direction: Direction,
}

impl Movement {
    fn event(&self) -> SystemEventId {
        self.transaction.id.as_uuid().into()
    }

    fn remembered(&self) -> Remembered {
        Remembered {
            budget: self.budget,
            direction: self.direction,
        }
    }

    fn conflict(&self) -> BudgetError {
        let id = self.transaction.id.into();
        Conflict { id }.into()
    }

    /// Books it, once.
    pub(super) async fn book<C>(mut self, db: &C) -> Result<Booked, BudgetError>
    where
        C: ConnectionTrait + TransactionTrait,
    {
        let transaction = transaction::begin(db).await?;
        let outcome = self.write(&transaction).await;
        match transaction::finish(transaction, outcome).await {
            Err(BudgetError::Database(DatabaseError::MissingReference { .. })) => {
                match unknown_references(db, &[self.transaction]).await? {
                    RecordError::Unknown { orders, agents, .. } => Err(BudgetError::UnknownReferences {
                        order: orders.first().copied(),
                        agent: agents.first().copied(),
                    }),
                    _ => Err(DatabaseError::Changed { table: "budgets" }.into()),
                }
            }
            outcome => outcome,
        }
    }

    /// The transaction comes first: of the same command twice at once, the second waits for it. So does whoever archives its agent,
    /// who locks agents before budgets.
    async fn write<C: ConnectionTrait>(&mut self, db: &C) -> Result<Booked, BudgetError> {
        match row::read(db, self.budget).await {
            Ok(budget) => self.transaction.category = budget.category,
            Err(refusal @ BudgetError::NotFound { .. }) => return self.of_deleted(db, refusal).await,
            Err(error) => return Err(error),
        }
        let inserted = insert_new(db, std::slice::from_ref(&self.transaction)).await?;
        let Some(transaction) = inserted.into_iter().next() else {
            return self.first(db).await;
        };
        let Some(budget) = self.change(db).await? else {
            return Err(self.refusal(db).await?);
        };
        remember(db, self.event(), self.kind, &self.remembered(), &budget).await?;
        Ok(Booked { transaction, budget })
    }

    /// What the same command led to before.
    async fn first<C: ConnectionTrait>(&self, db: &C) -> Result<Booked, BudgetError> {
        let budget = replay(db, self.event(), self.kind, &self.remembered()).await?;
        let transaction = transactions::Entity::find_by_id(self.transaction.id)
            .one(db)
            .await
            .map_err(DatabaseError::from)?;
        match (budget, transaction) {
            (Some(budget), Some(transaction)) if self.transaction.wrote(&transaction) => {
                Ok(Booked { transaction, budget })
            }
            _ => Err(self.conflict()),
        }
    }

    /// The same, of a budget that was deleted since; nothing new is booked on it.
    async fn of_deleted<C: ConnectionTrait>(
        &mut self,
        db: &C,
        refusal: BudgetError,
    ) -> Result<Booked, BudgetError> {
        let first: Option<budgets::Model> = replay(db, self.event(), self.kind, &self.remembered()).await?;
        self.transaction.category = first.ok_or(refusal)?.category;
        self.first(db).await
    }

    async fn change<C: ConnectionTrait>(&self, db: &C) -> Result<Option<budgets::Model>, DatabaseError> {
        use budgets::Column::{AllocatedAmount, SpentAmount};
        let amount = cents::of(self.transaction.amount);
        let spent = || row::hundredths(SpentAmount);
        let (after, possible): (Expr, Expr) = match self.direction {
            Direction::Spend { allow_overrun } => {
                let after = spent().add(row::value(amount));
                let most = if allow_overrun {
                    row::value(row::MAX)
                } else {
                    row::hundredths(AllocatedAmount)
                };
                (after.clone(), after.lte(most))
            }
            Direction::TakeBack => {
                let after = spent().sub(row::value(amount));
                (after.clone(), after.gte(0))
            }
        };
        row::change(db, self.budget, (SpentAmount, after), possible).await
    }

    /// Why the budget did not change.
    async fn refusal<C: ConnectionTrait>(&self, db: &C) -> Result<BudgetError, BudgetError> {
        let budget = row::read(db, self.budget).await?;
        let asked = self.transaction.amount;
        let (allocated, spent) = (budget.allocated_amount, budget.spent_amount);
        Ok(match self.direction {
            Direction::Spend { allow_overrun: true } => row::too_much(budget.id),
            Direction::Spend { allow_overrun: false } if spent + asked > allocated => BudgetError::Exceeded {
                budget: budget.id,
                allocated,
                spent,
                asked,
            },
            Direction::TakeBack if asked > spent => BudgetError::MoreThanSpent {
                budget: budget.id,
                spent,
                asked,
            },
            // There is room again.
            Direction::Spend { .. } | Direction::TakeBack => {
                DatabaseError::Changed { table: "budgets" }.into()
            }
        })
    }
}
