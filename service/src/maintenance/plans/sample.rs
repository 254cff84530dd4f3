//! What a trial takes from the database.

use entity::{
    AgentId, AgentStatus, CustomerId, KpiId, OrderId, ProductStatus, ProductVariantId, agents, customers,
    kpis, orders, product_variants, products,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
};

use super::error::TrialError;
use crate::error::DatabaseError;

/// The newest customer.
pub(super) async fn customer<C: ConnectionTrait>(db: &C) -> Result<CustomerId, TrialError> {
    let newest = customers::Entity::find().order_by_desc(customers::Column::Id);
    let found = newest.one(db).await.map_err(DatabaseError::from)?;
    found.map(|row| row.id).ok_or(TrialError::NoRow("customer"))
}

/// The newest order.
pub(super) async fn order<C: ConnectionTrait>(db: &C) -> Result<OrderId, TrialError> {
    let newest = orders::Entity::find().order_by_desc(orders::Column::Id);
    let found = newest.one(db).await.map_err(DatabaseError::from)?;
    found.map(|row| row.id).ok_or(TrialError::NoRow("order"))
}

/// The newest variant that is for sale.
pub(super) async fn variant<C: ConnectionTrait>(db: &C) -> Result<ProductVariantId, TrialError> {
    let newest = product_variants::Entity::find()
        .join(JoinType::InnerJoin, product_variants::Relation::Product.def())
        .filter(product_variants::Column::IsAvailable.eq(true))
        .filter(products::Column::Status.eq(ProductStatus::Active))
        .order_by_desc(product_variants::Column::Id);
    let found = newest.one(db).await.map_err(DatabaseError::from)?;
    found
        .map(|row| row.id)
        .ok_or(TrialError::NoRow("variant that is for sale"))
}

/// An agent that is not archived.
pub(super) async fn agent<C: ConnectionTrait>(db: &C) -> Result<AgentId, TrialError> {
    let newest = agents::Entity::find()
        .filter(agents::Column::Status.ne(AgentStatus::Archived))
        .order_by_desc(agents::Column::Id);
    let found = newest.one(db).await.map_err(DatabaseError::from)?;
    found.map(|row| row.id).ok_or(TrialError::NoRow("agent"))
}

/// The newest KPI.
pub(super) async fn kpi<C: ConnectionTrait>(db: &C) -> Result<KpiId, TrialError> {
    let newest = kpis::Entity::find().order_by_desc(kpis::Column::Id);
    let found = newest.one(db).await.map_err(DatabaseError::from)?;
    found.map(|row| row.id).ok_or(TrialError::NoRow("KPI"))
}
