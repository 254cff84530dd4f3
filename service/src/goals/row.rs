//! Rows of `goals`: what they refer to, locking and writing them.

use entity::{AgentId, GoalId, GoalStatus, goals};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::error::GoalError;
use crate::batch::among;
use crate::error::DatabaseError;
use crate::workflows::agents::unfit;

/// Locks the owner-to-be against being archived. One statement.
pub(super) async fn owner<C: ConnectionTrait>(db: &C, agent: AgentId) -> Result<(), GoalError> {
    let unfit = unfit(db, [agent]).await?;
    if !unfit.unknown.is_empty() {
        Err(GoalError::UnknownAgent { agent })
    } else if !unfit.archived.is_empty() {
        Err(GoalError::ArchivedAgent { agent })
    } else {
        Ok(())
    }
}

/// Locks goals by id, as who changes them does. One statement.
pub(super) async fn lock<C: ConnectionTrait>(
    db: &C,
    ids: impl IntoIterator<Item = GoalId>,
) -> Result<Vec<goals::Model>, DatabaseError> {
    Ok(goals::Entity::find()
        .filter(among(db, goals::Column::Id, ids))
        .order_by_asc(goals::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(db)
        .await?)
}

/// Refuses a parent that is not there or archived.
pub(super) fn check_parent(parent: GoalId, row: Option<&goals::Model>) -> Result<(), GoalError> {
    match row.map(|row| row.status) {
        None => Err(GoalError::UnknownParent { parent }),
        Some(GoalStatus::Archived) => Err(GoalError::ArchivedParent { parent }),
        Some(GoalStatus::Active | GoalStatus::Inactive) => Ok(()),
    }
}

pub(super) async fn find<C: ConnectionTrait>(
    db: &C,
    id: GoalId,
) -> Result<Option<goals::Model>, DatabaseError> {
    Ok(goals::Entity::find_by_id(id).one(db).await?)
}

/// Changes the goal and reads it back: `updated_at` is a trigger's. Two statements.
pub(super) async fn write<C: ConnectionTrait>(
    db: &C,
    id: GoalId,
    row: goals::ActiveModel,
) -> Result<goals::Model, DatabaseError> {
    if sea_orm::ActiveModelTrait::is_changed(&row) {
        goals::Entity::update_many()
            .set(row)
            .filter(goals::Column::Id.eq(id))
            .exec(db)
            .await?;
    }
    find(db, id)
        .await?
        .ok_or(DatabaseError::Changed { table: "goals" })
}
