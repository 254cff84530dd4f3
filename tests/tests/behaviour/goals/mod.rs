//! Goals and what works towards them.

mod progress;
mod races;
mod refusals;
mod tree;

use entity::{GoalId, GoalType};
use sea_orm::{ConnectionTrait, TransactionTrait};
use service::goals::{CreateGoal, create};

/// A goal under another one.
async fn goal<C>(db: &C, parent: Option<GoalId>) -> GoalId
where
    C: ConnectionTrait + TransactionTrait,
{
    let command = CreateGoal {
        parent,
        ..CreateGoal::new("more sales", GoalType::Revenue)
    };
    create(db, command).await.unwrap().id
}
