//! Pages of KPIs.

use entity::{AgentId, KpiId, kpis};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::error::DatabaseError;
use crate::input::is_storable;
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};

/// Which KPIs to list; no filter lists all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListKpis {
    /// Only those of this category, spelled exactly so.
    pub category: Option<String>,
    /// Only those that this agent answers for.
    pub owner: Option<AgentId>,
    /// Only those that are measured, or only those that are not.
    pub active: Option<bool>,
    /// In which direction of the ids.
    pub direction: Direction,
    /// Which page.
    pub page: PageRequest<KpiId>,
}

/// Lists KPIs by id, which is the order in which this application defined them.
///
/// One statement; `idx_kpis_category_id`, `idx_kpis_owner_agent_id` and `idx_kpis_is_active_id` serve the filters.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListKpis,
) -> Result<Page<kpis::Model, KpiId>, DatabaseError> {
    let db = &operation::named(db, "analytics.kpis.list");
    let limit = query.page.clamped();
    let mut select = kpis::Entity::find().limit(limit + 1);
    if let Some(category) = query.category {
        if !is_storable(&category) {
            return Ok(Page::empty());
        }
        select = select.filter(kpis::Column::Category.eq(category));
    }
    if let Some(owner) = query.owner {
        select = select.filter(kpis::Column::OwnerAgentId.eq(owner));
    }
    if let Some(active) = query.active {
        select = select.filter(kpis::Column::IsActive.eq(active));
    }
    let select = by_key(select, query.direction, kpis::Column::Id, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |kpi| kpi.id))
}
