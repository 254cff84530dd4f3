//! Pages of a KPI's measurements.

use chrono::{DateTime, Utc};
use entity::KpiId;
use entity::kpi_measurements::{Column, Entity, Model};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::error::DatabaseError;
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};

/// Which measurements to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListMeasurements {
    /// Of which KPI.
    pub kpi: KpiId,
    /// From this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub until: Option<DateTime<Utc>>,
    /// In which direction of time.
    pub direction: Direction,
    /// Which page.
    pub page: PageRequest<DateTime<Utc>>,
}

impl ListMeasurements {
    /// The latest of a KPI.
    #[must_use]
    pub fn latest(kpi: KpiId) -> Self {
        Self {
            kpi,
            from: None,
            until: None,
            direction: Direction::Descending,
            page: PageRequest::default(),
        }
    }
}

/// Lists a KPI's measurements by their moment, which no two of them share.
///
/// One statement; `idx_kpi_measurements_kpi_id_measured_at` serves it.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListMeasurements,
) -> Result<Page<Model, DateTime<Utc>>, DatabaseError> {
    let db = &operation::named(db, "analytics.measurements.list");
    let limit = query.page.clamped();
    let mut select = Entity::find()
        .filter(Column::KpiId.eq(query.kpi))
        .limit(limit + 1);
    if let Some(from) = query.from {
        select = select.filter(Column::MeasuredAt.gte(from));
    }
    if let Some(until) = query.until {
        select = select.filter(Column::MeasuredAt.lt(until));
    }
    let select = by_key(select, query.direction, Column::MeasuredAt, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |row| row.measured_at))
}
