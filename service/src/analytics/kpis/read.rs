//! One KPI.

use entity::{KpiId, kpis};
use sea_orm::{ConnectionTrait, EntityTrait};

use super::KpiError;
use crate::error::DatabaseError;
use crate::operation;

/// The KPI, which must exist. One statement.
///
/// # Errors
///
/// [`KpiError::NotFound`].
pub async fn get<C: ConnectionTrait>(db: &C, id: KpiId) -> Result<kpis::Model, KpiError> {
    let db = &operation::named(db, "analytics.kpis.get");
    kpis::Entity::find_by_id(id)
        .one(db)
        .await
        .map_err(DatabaseError::from)?
        .ok_or(KpiError::NotFound { id })
}
