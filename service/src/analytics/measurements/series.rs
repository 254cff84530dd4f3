//! A KPI over time.

mod statement;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use entity::KpiId;
use rust_decimal::Decimal;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub(super) use self::statement::{exact, read_exact};
use self::statement::{read, statement};
use super::buckets::{Every, MAX_BUCKETS, bounds};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput};
use crate::operation;

/// What the measurements of a bucket come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// Their mean, rounded half away from zero to four decimals.
    Average,
    /// Their sum.
    Sum,
    /// The smallest.
    Minimum,
    /// The largest.
    Maximum,
    /// The one measured last.
    Last,
    /// How many there are.
    Count,
}

/// Which series to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShowSeries {
    /// Of which KPI.
    pub kpi: KpiId,
    /// The first bucket is the one that holds this instant.
    pub from: DateTime<Utc>,
    /// The last bucket is the one that holds the last instant before this one.
    pub until: DateTime<Utc>,
    /// How long the buckets are; at most [`MAX_BUCKETS`] of them.
    pub every: Every,
    /// Whose clock and calendar.
    pub zone: Tz,
    /// What is shown of each bucket.
    pub aggregate: Aggregate,
}

impl ShowSeries {
    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.instant("from", self.from);
        checks.instant("until", self.until);
        checks.in_order("until", Some(self.from), Some(self.until));
        checks.finish()
    }

    fn frame(&self) -> Frame {
        Frame {
            from: self.from,
            until: self.until,
            every: self.every,
            zone: self.zone,
            aggregate: self.aggregate,
        }
    }
}

/// A whole hour, day, week or month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Its first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub until: DateTime<Utc>,
    /// How many measurements fall into it.
    pub count: u64,
    /// What they come to; `None` when there are none, but for [`Aggregate::Count`].
    pub value: Option<Decimal>,
}

/// A KPI over time: buckets without gaps, those without measurements included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Of which KPI.
    pub kpi: KpiId,
    /// Oldest first.
    pub buckets: Vec<Bucket>,
}

/// Why there is no series.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SeriesError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The range has more buckets than a series may have.
    #[error("the series would have more than {max} buckets")]
    TooManyBuckets {
        /// The limit.
        max: usize,
    },
    /// There is no such KPI.
    #[error("there is no KPI {kpi}")]
    UnknownKpi {
        /// What was asked for.
        kpi: KpiId,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for SeriesError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::TooManyBuckets { .. } | Self::UnknownKpi { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Shows a KPI over time, in one statement that reads each bucket by `idx_kpi_measurements_kpi_id_measured_at`.
///
/// The bounds of the buckets are this library's, so that both engines agree on them. Buckets are whole: the first and the last
/// may reach beyond the range that was asked for. Sums are exact; on SQLite they end at 9·10¹⁴.
///
/// # Errors
///
/// [`SeriesError::TooManyBuckets`], [`SeriesError::UnknownKpi`], [`SeriesError::Invalid`].
pub async fn series<C: ConnectionTrait>(db: &C, query: ShowSeries) -> Result<Series, SeriesError> {
    let db = &operation::named(db, "analytics.measurements.series");
    query.check()?;
    let bounds = query.frame().bounds()?;
    if bounds.len() < 2 {
        let buckets = Vec::new();
        return Ok(Series {
            kpi: query.kpi,
            buckets,
        });
    }
    let mut shown = many(db, &[query.kpi], &query.frame(), &bounds).await?;
    shown.pop().ok_or(SeriesError::UnknownKpi { kpi: query.kpi })
}

/// What is shown of each KPI of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Frame {
    pub(crate) from: DateTime<Utc>,
    pub(crate) until: DateTime<Utc>,
    pub(crate) every: Every,
    #[serde(serialize_with = "name_of")]
    pub(crate) zone: Tz,
    pub(crate) aggregate: Aggregate,
}

fn name_of<S: serde::Serializer>(zone: &Tz, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(zone.name())
}

impl Frame {
    pub(crate) fn bounds(&self) -> Result<Vec<DateTime<Utc>>, SeriesError> {
        let max = MAX_BUCKETS;
        bounds(self.every, self.zone, (self.from, self.until)).ok_or(SeriesError::TooManyBuckets { max })
    }
}

/// The series of those of the KPIs that exist, by id, in one statement. There must be two bounds at least.
pub(crate) async fn many<C: ConnectionTrait>(
    db: &C,
    kpis: &[KpiId],
    frame: &Frame,
    bounds: &[DateTime<Utc>],
) -> Result<Vec<Series>, DatabaseError> {
    let engine = db.get_database_backend();
    let rows = db
        .query_all(&statement(db, kpis, frame.aggregate, bounds))
        .await?;
    let mut shown: Vec<Series> = Vec::new();
    for of_kpi in rows.chunks(bounds.len() - 1) {
        let mut buckets = Vec::with_capacity(of_kpi.len());
        for (pair, row) in bounds.windows(2).zip(of_kpi) {
            let (count, value) = read(engine, frame.aggregate, row)?;
            buckets.push(Bucket {
                from: pair[0],
                until: pair[1],
                count,
                value,
            });
        }
        let kpi = of_kpi[0].try_get("", "id")?;
        shown.push(Series { kpi, buckets });
    }
    Ok(shown)
}
