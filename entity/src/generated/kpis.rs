//! Rows of `kpis`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AgentId;

crate::typed_id! {
    /// Identifies a row of `kpis`.
    KpiId
}

/// What `kpis.frequency` may be.
#[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(50))")]
#[serde(rename_all = "snake_case")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KpiFrequency {
    #[sea_orm(string_value = "hourly")]
    Hourly,
    #[default]
    #[sea_orm(string_value = "daily")]
    Daily,
    #[sea_orm(string_value = "weekly")]
    Weekly,
    #[sea_orm(string_value = "monthly")]
    Monthly,
    #[sea_orm(string_value = "quarterly")]
    Quarterly,
    #[sea_orm(string_value = "yearly")]
    Yearly,
}

crate::closed_set!(KpiFrequency);

/// A row of `kpis`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "kpis")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: KpiId,
    #[sea_orm(column_type = "String(StringLen::N(255))", unique)]
    pub name: String,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub category: String,
    #[sea_orm(column_type = "Text")]
    pub calculation_sql: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub unit: Option<String>,
    #[sea_orm(column_type = "Decimal(Some((14, 4)))")]
    pub target_value: Option<Decimal>,
    pub frequency: KpiFrequency,
    pub owner_agent_id: Option<AgentId>,
    pub is_active: bool,
    pub created_at: DateTimeUtc,
}

/// Every foreign key of `kpis` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// At most one row of `agents` that `owner_agent_id` refers to; ON DELETE NO ACTION.
    #[sea_orm(
        belongs_to = "super::agents::Entity",
        from = "Column::OwnerAgentId",
        to = "super::agents::Column::Id",
        on_delete = "NoAction",
        fk_name = "fk_kpis_owner_agent_id"
    )]
    OwnerAgent,
    /// The rows of `kpi_measurements` whose `kpi_id` refers here.
    #[sea_orm(has_many = "super::kpi_measurements::Entity", via_rel = "Relation::Kpi")]
    KpiMeasurements,
}

impl Related<super::agents::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::OwnerAgent.def()
    }
}

impl Related<super::kpi_measurements::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::KpiMeasurements.def()
    }
}

crate::identified!(ActiveModel, id: KpiId);
