//! Running a calculation and recording what it came to.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::KpiId;
use rust_decimal::Decimal;
use sea_orm::DatabaseConnection;
use thiserror::Error;

use super::calculate::calculate_for;
use super::{Calculate, CalculateError};
use crate::analytics::measurements::{
    NewMeasurement, OnConflict, RecordError, RecordMeasurements, Recorded, record,
};
use crate::error::{Class, Classified};
use crate::operation;

/// The KPI to compute, and the moment that its value counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compute {
    /// Which KPI, and how long its calculation may run.
    pub calculate: Calculate,
    /// When it was measured.
    pub measured_at: DateTime<Utc>,
    /// What happens when another value is there for that moment.
    pub on_conflict: OnConflict,
}

impl Compute {
    /// With ten seconds of time, and a value that is there already stays.
    #[must_use]
    pub fn new(kpi: KpiId, measured_at: DateTime<Utc>) -> Self {
        Self {
            calculate: Calculate::new(kpi),
            measured_at,
            on_conflict: OnConflict::Refuse,
        }
    }

    /// The same with another limit of time.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.calculate.limit = limit;
        self
    }
}

/// What [`compute`] measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Computed {
    /// What the calculation came to.
    pub value: Decimal,
    /// Whether the measurement is new.
    pub recorded: Recorded,
}

/// Why nothing was measured.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ComputeError {
    /// The calculation gave no number.
    #[error(transparent)]
    Calculate(#[from] CalculateError),
    /// The number was not recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl Classified for ComputeError {
    fn class(&self) -> Class {
        match self {
            Self::Calculate(error) => error.class(),
            Self::Record(error) => error.class(),
        }
    }
}

/// Runs a KPI's calculation ([`calculate`](super::calculate())) and records the value for `measured_at` ([`record`]), each by
/// itself: the value is that of the moment of the call, whatever `measured_at` says.
///
/// # Errors
///
/// Those of the two. A second computation for the same moment with another value is a conflict, or what `on_conflict` says.
pub async fn compute(db: &DatabaseConnection, command: Compute) -> Result<Computed, ComputeError> {
    const ACTION: &str = "analytics.calculation.compute";
    let Calculate { kpi, .. } = command.calculate;
    let value = calculate_for(db, ACTION, command.calculate).await?.value;
    let record_it = RecordMeasurements {
        measurements: vec![NewMeasurement::new(kpi, command.measured_at, value)],
        on_conflict: command.on_conflict,
    };
    let recorded = record(&operation::named(db, ACTION), record_it).await?;
    Ok(Computed { value, recorded })
}
