//! Segments and their members.

mod criteria;
mod language;
mod members;
mod people;
mod races;
mod recompute;
mod segment;
mod statements;

use chrono::{DateTime, Utc};
use entity::{CustomerSegmentType, customer_segments};
use sea_orm::DatabaseConnection;
use serde_json::Value;
use service::segments::{self as operations, CreateSegment, RecomputeSegment, Recomputed};

/// The moment of the questions.
fn now() -> DateTime<Utc> {
    "2026-11-22T10:30:00Z".parse().unwrap()
}

/// A segment of these criteria.
async fn segment(db: &DatabaseConnection, name: &str, criteria: Value) -> customer_segments::Model {
    let command = CreateSegment::new(name, CustomerSegmentType::Online, criteria);
    operations::create(db, command).await.unwrap().segment
}

/// What bringing the segment up to date changed.
async fn recomputed(db: &DatabaseConnection, segment: &customer_segments::Model) -> Recomputed {
    let command = RecomputeSegment {
        id: segment.id,
        now: now(),
    };
    operations::recompute(db, command).await.unwrap()
}
