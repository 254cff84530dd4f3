//! The orders of customers who are about to change hands.

use entity::{CustomerId, OrderId, orders};
use sea_orm::sea_query::LockType;
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::batch::among;
use crate::error::DatabaseError;

/// Locks the orders of these customers by id, after the customers themselves: whoever pays an order keeps its customer first, and so
/// does whoever places one.
pub(super) async fn lock_orders<C: ConnectionTrait>(
    db: &C,
    customers: &[CustomerId],
) -> Result<Vec<OrderId>, DatabaseError> {
    Ok(orders::Entity::find()
        .select_only()
        .column(orders::Column::Id)
        .filter(among(db, orders::Column::CustomerId, customers.iter().copied()))
        .order_by_asc(orders::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .all(db)
        .await?)
}
