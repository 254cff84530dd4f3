//! Measurements of KPIs: recording any number of them, and what they show.
//!
//! A KPI has one value per moment. Moments are kept to the microsecond, which is what PostgreSQL holds; what is finer is cut off.
//! Recording the same again changes nothing. Another value (or period, or metadata) for a moment that has one is a conflict, which
//! [`OnConflict`] settles: refuse it, keep what is there, or overwrite it.
//!
//! Locks: a batch writes, and where it overwrites locks, its rows in the order of KPI and moment.

mod batch;
mod buckets;
mod list;
mod portable;
mod postgres;
mod record;
mod series;
mod status;
mod stream;

pub use batch::{Conflicting, NewMeasurement, OnConflict};
pub use buckets::{Every, MAX_BUCKETS};
pub use chrono_tz::Tz;
pub use list::{ListMeasurements, list};
pub use record::{RecordError, RecordMeasurements, Recorded, record};
pub use series::{Aggregate, Bucket, Series, SeriesError, ShowSeries, series};
pub(crate) use series::{Frame, many};
pub use status::{Better, KpiStatus, ShowStatus, Standing, StatusError, status};
pub use stream::{Interrupted, record_all, record_stream};
