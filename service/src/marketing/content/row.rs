//! Reading content inside the transaction that changes it.

use entity::{ContentId, content};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::error::DatabaseError;

/// The content, locked against every other change until the transaction ends.
pub(super) async fn lock<C: ConnectionTrait>(
    db: &C,
    id: ContentId,
) -> Result<Option<content::Model>, DatabaseError> {
    Ok(content::Entity::find_by_id(id)
        .lock(LockType::NoKeyUpdate)
        .one(db)
        .await?)
}

/// Writes the columns that are set, into a row that is locked. One statement, or none when there are none.
pub(super) async fn write<C: ConnectionTrait>(
    db: &C,
    present: content::Model,
    new: content::ActiveModel,
) -> Result<content::Model, DatabaseError> {
    if !sea_orm::ActiveModelTrait::is_changed(&new) {
        return Ok(present);
    }
    let written = content::Entity::update_many()
        .set(new)
        .filter(content::Column::Id.eq(present.id))
        .exec_with_returning(db)
        .await?;
    written
        .into_iter()
        .next()
        .ok_or(DatabaseError::Changed { table: "content" })
}
