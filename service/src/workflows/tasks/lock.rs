//! Locking tasks before they are written, in one order.

use entity::{TaskId, tasks};
use sea_orm::sea_query::LockType;
use sea_orm::{Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::error::DatabaseError;

/// Locks tasks by id, and returns each with its attempts. One statement.
///
/// An UPDATE of many rows locks them in whatever order it finds them, so two of them could wait for each other. Whoever writes
/// several tasks, and would wait for one, locks them with this first.
pub(crate) async fn lock_tasks<C: ConnectionTrait>(
    db: &C,
    which: Condition,
) -> Result<Vec<(TaskId, i32)>, DatabaseError> {
    Ok(tasks::Entity::find()
        .select_only()
        .columns([tasks::Column::Id, tasks::Column::Attempts])
        .filter(which)
        .order_by_asc(tasks::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .all(db)
        .await?)
}
