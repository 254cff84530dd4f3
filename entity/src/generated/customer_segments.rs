//! Rows of `customer_segments`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

crate::typed_id! {
    /// Identifies a row of `customer_segments`.
    CustomerSegmentId
}

/// What `customer_segments.type` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CustomerSegmentType {
    #[sea_orm(string_value = "commercial")]
    Commercial,
    #[sea_orm(string_value = "residential")]
    Residential,
    #[sea_orm(string_value = "online")]
    Online,
}

crate::closed_set!(CustomerSegmentType);

/// A row of `customer_segments`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "customer_segments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CustomerSegmentId,
    #[sea_orm(column_type = "String(StringLen::N(255))", unique)]
    pub name: String,
    pub r#type: CustomerSegmentType,
    #[sea_orm(column_type = "Text")]
    pub description: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub criteria: Json,
    pub is_active: bool,
    pub created_at: DateTimeUtc,
}

/// Every foreign key of `customer_segments` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The rows of `campaigns` whose `target_segment_id` refers here; it may be NULL.
    #[sea_orm(has_many = "super::campaigns::Entity", via_rel = "Relation::TargetSegment")]
    TargetCampaigns,
    /// The rows of `customer_segment_members` whose `segment_id` refers here.
    #[sea_orm(
        has_many = "super::customer_segment_members::Entity",
        via_rel = "Relation::Segment"
    )]
    CustomerSegmentMembers,
}

impl Related<super::campaigns::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::TargetCampaigns.def()
    }
}

impl Related<super::customer_segment_members::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::CustomerSegmentMembers.def()
    }
}

crate::identified!(ActiveModel, id: CustomerSegmentId);
