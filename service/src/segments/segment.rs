//! Reading a segment inside the transaction that writes it or its members.

use entity::{CustomerSegmentId, customer_segments};
use sea_orm::sea_query::LockType;
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect};

use crate::error::DatabaseError;

/// The segment, locked against other changes of it and of its members until the transaction ends. Who refers to it, such as a
/// campaign that is being made for it, does not wait.
pub(super) async fn lock<C: ConnectionTrait>(
    db: &C,
    id: CustomerSegmentId,
) -> Result<Option<customer_segments::Model>, DatabaseError> {
    Ok(customer_segments::Entity::find_by_id(id)
        .lock(LockType::NoKeyUpdate)
        .one(db)
        .await?)
}

/// The segment as the transaction sees it now.
pub(super) async fn read_back<C: ConnectionTrait>(
    db: &C,
    id: CustomerSegmentId,
) -> Result<customer_segments::Model, DatabaseError> {
    let segment = customer_segments::Entity::find_by_id(id).one(db).await?;
    segment.ok_or(DatabaseError::Changed {
        table: "customer_segments",
    })
}
