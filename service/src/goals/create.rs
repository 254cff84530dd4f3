//! Setting a goal.

use chrono::NaiveDate;
use entity::{AgentId, GoalId, GoalType, goals};
use rust_decimal::Decimal;
use sea_orm::sea_query::LockType;
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect, Set, TransactionTrait, TryInsertResult};

use super::error::GoalError;
use super::row;
use crate::error::DatabaseError;
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;

/// A goal to set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateGoal {
    /// Made by the caller before the call.
    pub id: GoalId,
    /// At most 255 characters.
    pub name: String,
    /// Any length.
    pub description: Option<String>,
    /// What it is about.
    pub r#type: GoalType,
    /// The number to reach, if there is one: zero or more, with at most two decimals.
    pub target_value: Option<Decimal>,
    /// By when.
    pub target_date: Option<NaiveDate>,
    /// Who answers for it; not archived.
    pub owner: Option<AgentId>,
    /// What it is a part of; not archived.
    pub parent: Option<GoalId>,
}

impl CreateGoal {
    /// A goal of nobody, with nothing to reach, under no other.
    pub fn new(name: impl Into<String>, r#type: GoalType) -> Self {
        Self {
            id: GoalId::new(),
            name: name.into(),
            description: None,
            r#type,
            target_value: None,
            target_date: None,
            owner: None,
            parent: None,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.name("name", &self.name, 255);
        if let Some(description) = &self.description {
            checks.text("description", description, usize::MAX);
        }
        if let Some(target) = self.target_value {
            checks.amount("target_value", target, (12, 2));
        }
        checks.finish()
    }

    fn made(&self, row: &goals::Model) -> bool {
        row.name == self.name
            && row.description == self.description
            && row.r#type == self.r#type
            && row.target_value == self.target_value
            && row.target_date == self.target_date
            && row.owner_agent_id == self.owner
            && row.parent_goal_id == self.parent
    }

    fn row(&self) -> goals::ActiveModel {
        goals::ActiveModel {
            id: Set(self.id),
            name: Set(self.name.clone()),
            description: Set(self.description.clone()),
            r#type: Set(self.r#type),
            target_value: Set(self.target_value),
            target_date: Set(self.target_date),
            owner_agent_id: Set(self.owner),
            parent_goal_id: Set(self.parent),
            ..Default::default()
        }
    }
}

/// Sets a goal. The same command again returns it as it is; one that was changed or moved since is a conflict.
///
/// Two statements, one more each with an owner and with a parent; one for a repetition. Locks the owner and the parent, so that
/// neither is archived meanwhile.
///
/// # Errors
///
/// [`GoalError::UnknownAgent`], [`GoalError::ArchivedAgent`], [`GoalError::UnknownParent`], [`GoalError::ArchivedParent`],
/// [`GoalError::Circle`] for a goal under itself, [`GoalError::Conflict`].
pub async fn create<C>(db: &C, command: CreateGoal) -> Result<goals::Model, GoalError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "goals.create");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = insert(&transaction, &command).await;
    transaction::finish(transaction, outcome).await
}

async fn insert<C: ConnectionTrait>(db: &C, command: &CreateGoal) -> Result<goals::Model, GoalError> {
    if let Some(first) = replay(db, command).await? {
        return Ok(first);
    }
    let id = command.id;
    if let Some(owner) = command.owner {
        row::owner(db, owner).await?;
    }
    if let Some(parent) = command.parent {
        if parent == id {
            return Err(GoalError::Circle { id, parent });
        }
        let above = goals::Entity::find_by_id(parent)
            .lock(LockType::Share)
            .one(db)
            .await
            .map_err(DatabaseError::from)?;
        row::check_parent(parent, above.as_ref())?;
    }
    let inserted = goals::Entity::insert_many([command.row()])
        .on_conflict_do_nothing_on([goals::Column::Id])
        .exec_with_returning_many(db)
        .await
        .map_err(DatabaseError::from)?;
    let goal = match inserted {
        TryInsertResult::Inserted(mut rows) => rows.pop(),
        TryInsertResult::Empty | TryInsertResult::Conflicted => None,
    };
    match goal {
        Some(goal) => Ok(goal),
        // The same command in another transaction was first.
        None => replay(db, command)
            .await?
            .ok_or_else(|| DatabaseError::Serialization.into()),
    }
}

async fn replay<C: ConnectionTrait>(db: &C, command: &CreateGoal) -> Result<Option<goals::Model>, GoalError> {
    match row::find(db, command.id).await? {
        Some(row) if !command.made(&row) => Err(Conflict {
            id: command.id.into(),
        }
        .into()),
        found => Ok(found),
    }
}
