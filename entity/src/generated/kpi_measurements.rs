//! Rows of `kpi_measurements`.
//!
//! Generated from the schema by `cargo run -p migration -- entities`; do not edit.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::KpiId;

crate::typed_id! {
    /// Identifies a row of `kpi_measurements`.
    KpiMeasurementId
}

/// A row of `kpi_measurements`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "kpi_measurements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: KpiMeasurementId,
    pub kpi_id: KpiId,
    pub measured_at: DateTimeUtc,
    #[sea_orm(column_type = "Decimal(Some((14, 4)))")]
    pub value: Decimal,
    pub period_start: Option<DateTimeUtc>,
    pub period_end: Option<DateTimeUtc>,
    #[sea_orm(column_type = "JsonBinary")]
    pub metadata: Json,
}

/// Every foreign key of `kpi_measurements` and every one that refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The row of `kpis` that `kpi_id` refers to; ON DELETE CASCADE.
    #[sea_orm(
        belongs_to = "super::kpis::Entity",
        from = "Column::KpiId",
        to = "super::kpis::Column::Id",
        on_delete = "Cascade",
        fk_name = "fk_kpi_measurements_kpi_id"
    )]
    Kpi,
}

impl Related<super::kpis::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Kpi.def()
    }
}

crate::identified!(ActiveModel, id: KpiMeasurementId);
