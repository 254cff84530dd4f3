//! Customers and their segments.

use chrono::Utc;
use entity::CustomerSegmentType;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;

use super::super::error::TrialError;
use super::super::probe::Probe;
use super::super::sample;
use super::HotOperation;
use crate::customers::{self, ListCustomers, ListTimeline};
use crate::error::DatabaseError;
use crate::page::PageRequest;
use crate::segments::{self, CreateSegment, ListMembers, RecomputeSegment};

pub(super) const HOT: &[HotOperation] = &[
    HotOperation::new("customers.list", (1, 1), |p| Box::pin(list(p)))
        .using(&["customers_pkey"])
        .within(300),
    HotOperation::new("customers.timeline", (5, 5), |p| Box::pin(timeline(p)))
        .using(&["idx_email_subscribers_customer_id"])
        .within(500),
    HotOperation::new("segments.members", (1, 1), |p| Box::pin(members(p)))
        .using(&["idx_customer_segment_members_segment_score"])
        .within(1000),
    HotOperation::new("segments.recompute", (2, 5), |p| Box::pin(recompute(p)))
        .using(&["idx_customers_vip"])
        .within(15000),
];

async fn list(probe: &Probe) -> Result<(), TrialError> {
    customers::list(probe, ListCustomers::default()).await?;
    Ok(())
}

async fn timeline(probe: &Probe) -> Result<(), TrialError> {
    let customer = sample::customer(probe.quiet()).await?;
    let page = PageRequest::default();
    customers::timeline(probe, ListTimeline { customer, page }).await?;
    Ok(())
}

async fn members(probe: &Probe) -> Result<(), TrialError> {
    use entity::customer_segments::{Column, Entity};
    let newest = Entity::find().order_by_desc(Column::Id).one(probe.quiet());
    let segment = newest.await.map_err(DatabaseError::from)?;
    let segment = segment.ok_or(TrialError::NoRow("segment"))?.id;
    let page = PageRequest::default();
    segments::members(probe, ListMembers { segment, page }).await?;
    Ok(())
}

/// A segment of nobody but who matches by an index: what a segment costs beyond that is its criteria's.
async fn recompute(probe: &Probe) -> Result<(), TrialError> {
    let criteria = json!({ "all": [{ "field": "vip_status", "eq": true }] });
    let segment = CreateSegment::new("a trial of recompute", CustomerSegmentType::Online, criteria);
    let id = segments::create(probe.quiet(), segment).await?.segment.id;
    let now = Utc::now();
    segments::recompute(probe, RecomputeSegment { id, now }).await?;
    Ok(())
}
