//! Measurements, as they come in and as they are shown.

use chrono::{Duration, Utc};
use rust_decimal::Decimal;

use super::super::error::TrialError;
use super::super::probe::Probe;
use super::super::sample;
use super::HotOperation;
use crate::analytics::measurements::{
    self, Aggregate, Every, ListMeasurements, NewMeasurement, OnConflict, RecordMeasurements, ShowSeries, Tz,
};

pub(super) const HOT: &[HotOperation] = &[
    HotOperation::new("analytics.measurements.record", (1, 1), |p| Box::pin(record(p))).within(300),
    HotOperation::new("analytics.measurements.series", (1, 1), |p| Box::pin(series(p)))
        .using(&["idx_kpi_measurements_kpi_id_measured_at"])
        .within(5000),
    HotOperation::new("analytics.measurements.list", (1, 1), |p| Box::pin(latest(p)))
        .using(&["idx_kpi_measurements_kpi_id_measured_at"])
        .within(300),
];

async fn record(probe: &Probe) -> Result<(), TrialError> {
    let kpi = sample::kpi(probe.quiet()).await?;
    let measurement = NewMeasurement::new(kpi, Utc::now(), Decimal::ONE);
    let command = RecordMeasurements {
        measurements: vec![measurement],
        on_conflict: OnConflict::Overwrite,
    };
    measurements::record(probe, command).await?;
    Ok(())
}

/// The days of the last four weeks.
async fn series(probe: &Probe) -> Result<(), TrialError> {
    let kpi = sample::kpi(probe.quiet()).await?;
    let until = Utc::now();
    let query = ShowSeries {
        kpi,
        from: until - Duration::days(28),
        until,
        every: Every::Day,
        zone: Tz::UTC,
        aggregate: Aggregate::Average,
    };
    measurements::series(probe, query).await?;
    Ok(())
}

async fn latest(probe: &Probe) -> Result<(), TrialError> {
    let kpi = sample::kpi(probe.quiet()).await?;
    measurements::list(probe, ListMeasurements::latest(kpi)).await?;
    Ok(())
}
