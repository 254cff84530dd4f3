//! Rows of `customer_segment_members`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{CustomerId, CustomerSegmentId};

/// A row of `customer_segment_members`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "customer_segment_members")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_id: CustomerId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub segment_id: CustomerSegmentId,
    #[sea_orm(column_type = "Decimal(Some((5, 2)))")]
    pub score: Decimal,
    pub assigned_at: DateTimeUtc,
}

/// Every foreign key of `customer_segment_members` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `customers` that `customer_id` refers to; ON DELETE CASCADE.
    #[sea_orm(
        belongs_to = "super::customers::Entity",
        from = "Column::CustomerId",
        to = "super::customers::Column::Id",
        on_delete = "Cascade",
        fk_name = "fk_customer_segment_members_customer_id"
    )]
    Customer,
    /// The row of `customer_segments` that `segment_id` refers to; ON DELETE CASCADE.
    #[sea_orm(
        belongs_to = "super::customer_segments::Entity",
        from = "Column::SegmentId",
        to = "super::customer_segments::Column::Id",
        on_delete = "Cascade",
        fk_name = "fk_customer_segment_members_segment_id"
    )]
    Segment,
}

impl Related<super::customers::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Customer.def()
    }
}

impl Related<super::customer_segments::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Segment.def()
    }
}

/// From a row of `customers` to the rows of `customer_segments` that this table connects it with.
#[derive(Copy, Clone, Debug)]
pub struct CustomerToSegments;

impl Linked for CustomerToSegments {
    type FromEntity = super::customers::Entity;
    type ToEntity = super::customer_segments::Entity;

    fn link(&self) -> Vec<RelationDef> {
        vec![Relation::Customer.def().rev(), Relation::Segment.def()]
    }
}

/// From a row of `customer_segments` to the rows of `customers` that this table connects it with.
#[derive(Copy, Clone, Debug)]
pub struct SegmentToCustomers;

impl Linked for SegmentToCustomers {
    type FromEntity = super::customer_segments::Entity;
    type ToEntity = super::customers::Entity;

    fn link(&self) -> Vec<RelationDef> {
        vec![Relation::Segment.def().rev(), Relation::Customer.def()]
    }
}

impl ActiveModelBehavior for ActiveModel {}
