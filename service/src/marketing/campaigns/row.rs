//! Reading a campaign inside the transaction that changes it.

use entity::{CampaignId, campaigns};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;

use super::audience::KEY;
use crate::error::DatabaseError;
use crate::input::{Checks, Rule};

/// The campaign, locked against every other change until the transaction ends. Content may still be written for it.
pub(super) async fn lock<C: ConnectionTrait>(
    db: &C,
    id: CampaignId,
) -> Result<Option<campaigns::Model>, DatabaseError> {
    Ok(campaigns::Entity::find_by_id(id)
        .lock(LockType::NoKeyUpdate)
        .one(db)
        .await?)
}

/// The campaign as the transaction sees it now. A trigger sets `updated_at`, so RETURNING would say too little on SQLite.
pub(super) async fn read_back<C: ConnectionTrait>(
    db: &C,
    id: CampaignId,
) -> Result<campaigns::Model, DatabaseError> {
    campaigns::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or(DatabaseError::Changed { table: "campaigns" })
}

/// Writes the columns that are set, into a row that is locked. Two statements, or one when there are none.
pub(super) async fn write<C: ConnectionTrait>(
    db: &C,
    id: CampaignId,
    row: campaigns::ActiveModel,
) -> Result<campaigns::Model, DatabaseError> {
    if sea_orm::ActiveModelTrait::is_changed(&row) {
        let updated = campaigns::Entity::update_many()
            .set(row)
            .filter(campaigns::Column::Id.eq(id))
            .exec(db)
            .await?;
        if updated.rows_affected != 1 {
            return Err(DatabaseError::Changed { table: "campaigns" });
        }
    }
    read_back(db, id).await
}

/// Metadata of the caller's: an object without the key that the activation writes.
pub(super) fn check_metadata(checks: &mut Checks, metadata: &Value) {
    checks.json_object("metadata", metadata);
    if metadata.get(KEY).is_some() {
        let expected = "the caller's to write: the activation does";
        checks.refuse(format!("metadata.{KEY}"), Rule::Malformed { expected });
    }
}
