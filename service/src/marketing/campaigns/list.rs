//! Pages of campaigns.

use chrono::NaiveDate;
use entity::{AgentId, CampaignId, CampaignStatus, CustomerSegmentId, GoalId, campaigns};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::error::DatabaseError;
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};

/// Which campaigns to list; no filter lists all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListCampaigns {
    /// Only those in this state.
    pub status: Option<CampaignStatus>,
    /// Only this agent's.
    pub owner: Option<AgentId>,
    /// Only those that drive this goal.
    pub goal: Option<GoalId>,
    /// Only those that target this segment: a plain one before they begin, their own copy afterwards.
    pub target_segment: Option<CustomerSegmentId>,
    /// Only those that start on this day or earlier; with `status` scheduled, those that are due.
    pub starts_by: Option<NaiveDate>,
    /// Only those whose last day lies before this one; with `status` active, those that are over.
    pub ended_before: Option<NaiveDate>,
    /// From the oldest to the newest, or back.
    pub direction: Direction,
    /// Which page.
    pub page: PageRequest<CampaignId>,
}

/// Lists campaigns by id, which is the order in which they were planned.
///
/// One statement. `idx_campaigns_status_id` serves the state, and the indexes of the foreign keys serve the rest; the dates narrow
/// down what one of them found.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListCampaigns,
) -> Result<Page<campaigns::Model, CampaignId>, DatabaseError> {
    use campaigns::Column;
    let db = &operation::named(db, "marketing.campaigns.list");
    let limit = query.page.clamped();
    let mut select = campaigns::Entity::find().limit(limit + 1);
    if let Some(status) = query.status {
        select = select.filter(Column::Status.eq(status));
    }
    if let Some(owner) = query.owner {
        select = select.filter(Column::OwnerAgentId.eq(owner));
    }
    if let Some(goal) = query.goal {
        select = select.filter(Column::GoalId.eq(goal));
    }
    if let Some(segment) = query.target_segment {
        select = select.filter(Column::TargetSegmentId.eq(segment));
    }
    if let Some(day) = query.starts_by {
        select = select.filter(Column::StartDate.lte(day));
    }
    if let Some(day) = query.ended_before {
        select = select.filter(Column::EndDate.lt(day));
    }
    let select = by_key(select, query.direction, Column::Id, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |campaign| campaign.id))
}
