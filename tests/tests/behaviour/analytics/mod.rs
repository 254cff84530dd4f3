//! KPIs, their measurements and calculations, and reports.

mod calculation;
mod conflicts;
mod kpis;
mod malicious;
mod plans;
mod recording;
mod report_lists;
mod reports;
mod series;
mod statements;
mod status;

use chrono::{DateTime, Utc};
use entity::{KpiId, kpi_measurements};
use sea_orm::{DatabaseConnection, EntityTrait, QueryOrder};
use service::analytics::kpis::{DefineKpi, define};
use service::analytics::measurements::NewMeasurement;

use crate::shop::amount;

/// An instant as written in RFC 3339.
pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Defines a KPI of that name.
pub(crate) async fn kpi(db: &DatabaseConnection, name: &str) -> KpiId {
    define(db, DefineKpi::new(name, "sales")).await.unwrap().kpi.id
}

/// Defines a KPI that is calculated so.
pub(crate) async fn calculated(db: &DatabaseConnection, name: &str, sql: &str) -> KpiId {
    let command = DefineKpi {
        calculation_sql: Some(sql.into()),
        ..DefineKpi::new(name, "sales")
    };
    define(db, command).await.unwrap().kpi.id
}

/// A value at a moment.
pub(crate) fn measured(kpi: KpiId, moment: &str, value: &str) -> NewMeasurement {
    NewMeasurement::new(kpi, at(moment), amount(value))
}

/// What the database holds, by moment.
pub(crate) async fn stored(db: &DatabaseConnection) -> Vec<kpi_measurements::Model> {
    kpi_measurements::Entity::find()
        .order_by_asc(kpi_measurements::Column::MeasuredAt)
        .all(db)
        .await
        .unwrap()
}
