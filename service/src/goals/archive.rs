//! Retiring a goal.

use std::collections::BTreeSet;

use entity::{GoalId, GoalStatus, goals};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait};

use super::error::GoalError;
use super::row;
use super::state::may_move;
use super::tree::{ListSubgoals, subtree};
use crate::batch::among;
use crate::error::DatabaseError;
use crate::operation;
use crate::transaction;

/// How often a tree may grow while it is being locked.
const TRIES: usize = 4;

/// What becomes of the goals below one that is archived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Subgoals {
    /// All of them have to be archived before.
    #[default]
    Refuse,
    /// They are archived with it.
    Archive,
}

/// The goal to retire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArchiveGoal {
    /// Which one.
    pub id: GoalId,
    /// What becomes of the goals below it.
    pub subgoals: Subgoals,
}

/// What [`archive`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchivedGoals {
    /// The goal.
    pub goal: goals::Model,
    /// Every goal that this retired, by id; empty when all of them were retired already.
    pub archived: Vec<GoalId>,
}

/// Retires a goal, alone or with everything below it. Workflows and campaigns that serve it stay as they are.
///
/// No goal that is not archived stands below one that is, also when somebody adds one at the same time: that goal comes first and
/// counts, or it is later and refused.
///
/// Five statements, four when nothing is left to archive, and two more for each time that the tree grew meanwhile. Locks the goal
/// and all below it by id.
///
/// # Errors
///
/// [`GoalError::NotFound`]; [`GoalError::OpenSubgoals`] with all of them, if they are not to be archived as well.
pub async fn archive<C>(db: &C, command: ArchiveGoal) -> Result<ArchivedGoals, GoalError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "goals.archive");
    let transaction = transaction::begin(db).await?;
    let outcome = retire(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn retire<C: ConnectionTrait>(db: &C, command: ArchiveGoal) -> Result<ArchivedGoals, GoalError> {
    let id = command.id;
    let open: Vec<GoalId> = lock_tree(db, id)
        .await?
        .into_iter()
        .filter(|goal| may_move(goal.status, GoalStatus::Archived))
        .map(|goal| goal.id)
        .collect();
    let subgoals: Vec<GoalId> = open.iter().copied().filter(|open| *open != id).collect();
    if command.subgoals == Subgoals::Refuse && !subgoals.is_empty() {
        return Err(GoalError::OpenSubgoals { subgoals });
    }
    if !open.is_empty() {
        let written = goals::Entity::update_many()
            .col_expr(goals::Column::Status, Expr::value(GoalStatus::Archived))
            .filter(among(db, goals::Column::Id, open.iter().copied()))
            .filter(goals::Column::Status.ne(GoalStatus::Archived))
            .exec(db)
            .await
            .map_err(DatabaseError::from)?;
        if written.rows_affected != open.len() as u64 {
            return Err(DatabaseError::Changed { table: "goals" }.into());
        }
    }
    let goal = row::find(db, id).await?.ok_or(GoalError::NotFound { id })?;
    let archived = open;
    Ok(ArchivedGoals { goal, archived })
}

/// Locks a goal and all below it, by id. What came into the tree before its lock was granted is found by looking again; nothing
/// comes in after it.
async fn lock_tree<C: ConnectionTrait>(db: &C, root: GoalId) -> Result<Vec<goals::Model>, GoalError> {
    let mut known = members(db, root).await?;
    for _ in 0..TRIES {
        let locked = row::lock(db, known.iter().copied()).await?;
        let now = members(db, root).await?;
        if now.is_subset(&known) {
            return Ok(locked.into_iter().filter(|goal| now.contains(&goal.id)).collect());
        }
        known = now;
    }
    Err(DatabaseError::Changed { table: "goals" }.into())
}

async fn members<C: ConnectionTrait>(db: &C, root: GoalId) -> Result<BTreeSet<GoalId>, GoalError> {
    let tree = subtree(db, ListSubgoals::of(root)).await?;
    Ok(tree.into_iter().map(|placed| placed.goal.id).collect())
}
