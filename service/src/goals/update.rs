//! Changing a goal, and moving it.

use chrono::NaiveDate;
use entity::{AgentId, GoalId, GoalStatus, GoalType, goals};
use rust_decimal::Decimal;
use sea_orm::{ConnectionTrait, Set, TransactionTrait};

use super::error::GoalError;
use super::row;
use crate::error::DatabaseError;
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
use crate::transaction;

/// The rule that no goal is its own ancestor, as the database knows it.
const ACYCLIC: &str = "chk_goals_acyclic";

/// Changes to a goal; what is `None` stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateGoal {
    /// Which one.
    pub id: GoalId,
    /// At most 255 characters.
    pub name: Option<String>,
    /// `Some(None)` removes it.
    pub description: Option<Option<String>>,
    /// What it is about.
    pub r#type: Option<GoalType>,
    /// The number to reach, zero or more, with at most two decimals; `Some(None)` removes it.
    pub target_value: Option<Option<Decimal>>,
    /// By when; `Some(None)` removes it.
    pub target_date: Option<Option<NaiveDate>>,
    /// Who answers for it, not archived; `Some(None)` removes it.
    pub owner: Option<Option<AgentId>>,
    /// Active or inactive; [`archive`](super::archive()) does the rest.
    pub status: Option<GoalStatus>,
}

impl UpdateGoal {
    /// No changes yet.
    #[must_use]
    pub const fn new(id: GoalId) -> Self {
        Self {
            id,
            name: None,
            description: None,
            r#type: None,
            target_value: None,
            target_date: None,
            owner: None,
            status: None,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if let Some(name) = &self.name {
            checks.name("name", name, 255);
        }
        if let Some(Some(description)) = &self.description {
            checks.text("description", description, usize::MAX);
        }
        if let Some(Some(target)) = self.target_value {
            checks.amount("target_value", target, (12, 2));
        }
        if self.status == Some(GoalStatus::Archived) {
            let expected = "active or inactive";
            checks.refuse("status", Rule::Malformed { expected });
        }
        checks.finish()
    }

    fn row(self) -> goals::ActiveModel {
        let mut row = goals::ActiveModel::default();
        macro_rules! set {
            ($($field:ident),*) => { $(if let Some(value) = self.$field { row.$field = Set(value); })* };
        }
        set!(name, description, r#type, target_value, target_date, status);
        if let Some(owner) = self.owner {
            row.owner_agent_id = Set(owner);
        }
        row
    }
}

/// Where a goal goes, together with its subtree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoveGoal {
    /// Which one.
    pub id: GoalId,
    /// Under which goal, not archived; `None` makes it a root.
    pub parent: Option<GoalId>,
}

/// What [`move_subtree`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedGoal {
    /// The goal where it stands now.
    pub goal: goals::Model,
    /// Where it stood before; the same place when it was there already.
    pub from: Option<GoalId>,
}

/// Changes a goal that is not archived.
///
/// Three statements, one more with an owner. Locks the owner, so that it is not archived meanwhile, then the goal.
///
/// # Errors
///
/// [`GoalError::NotFound`], [`GoalError::Archived`], [`GoalError::UnknownAgent`], [`GoalError::ArchivedAgent`].
pub async fn update<C>(db: &C, command: UpdateGoal) -> Result<goals::Model, GoalError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "goals.update");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = change(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn change<C: ConnectionTrait>(db: &C, command: UpdateGoal) -> Result<goals::Model, GoalError> {
    let id = command.id;
    if let Some(Some(owner)) = command.owner {
        row::owner(db, owner).await?;
    }
    match row::lock(db, [id]).await?.first() {
        None => Err(GoalError::NotFound { id }),
        Some(goal) if goal.status == GoalStatus::Archived => Err(GoalError::Archived { id }),
        Some(_) => Ok(row::write(db, id, command.row()).await?),
    }
}

/// Moves a goal and its subtree under another goal, or makes it a root.
///
/// Three statements, one when it stands there already. Locks the goal and its new parent by id. The schema decides whether that
/// makes a circle; on PostgreSQL its trigger lets those who move goals queue, so two moves that make one only together come one
/// after the other, and the second is refused.
///
/// # Errors
///
/// [`GoalError::Circle`], [`GoalError::NotFound`], [`GoalError::Archived`], [`GoalError::UnknownParent`],
/// [`GoalError::ArchivedParent`].
pub async fn move_subtree<C>(db: &C, command: MoveGoal) -> Result<MovedGoal, GoalError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "goals.move_subtree");
    let transaction = transaction::begin(db).await?;
    let outcome = relocate(&transaction, command).await;
    match (transaction::finish(transaction, outcome).await, command.parent) {
        (Err(GoalError::Database(DatabaseError::InvalidValue { constraint })), Some(parent))
            if constraint == ACYCLIC =>
        {
            let id = command.id;
            Err(GoalError::Circle { id, parent })
        }
        (outcome, _) => outcome,
    }
}

async fn relocate<C: ConnectionTrait>(db: &C, command: MoveGoal) -> Result<MovedGoal, GoalError> {
    let MoveGoal { id, parent } = command;
    let locked = row::lock(db, [Some(id), parent].into_iter().flatten()).await?;
    let find = |id| locked.iter().find(|goal| goal.id == id);
    let goal = find(id).ok_or(GoalError::NotFound { id })?;
    let from = goal.parent_goal_id;
    if from == parent {
        let goal = goal.clone();
        return Ok(MovedGoal { goal, from });
    }
    if goal.status == GoalStatus::Archived {
        return Err(GoalError::Archived { id });
    }
    if let Some(parent) = parent {
        if parent == id {
            return Err(GoalError::Circle { id, parent });
        }
        row::check_parent(parent, find(parent))?;
    }
    let row = goals::ActiveModel {
        parent_goal_id: Set(parent),
        ..Default::default()
    };
    let goal = row::write(db, id, row).await?;
    Ok(MovedGoal { goal, from })
}
