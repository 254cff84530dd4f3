//! Recording more measurements than memory should hold.

use std::pin::pin;

use futures_util::{Stream, StreamExt, stream};
use sea_orm::{ConnectionTrait, DbBackend, TransactionTrait};
use thiserror::Error;

use super::batch::{Batch, NewMeasurement, OnConflict};
use super::record::{RecordError, Recorded, check_each, write};
use crate::batch::MAX_ELEMENTS;
use crate::error::{Class, Classified};
use crate::input::Checks;
use crate::operation;

/// How many measurements one statement takes on PostgreSQL, where they travel as arrays.
const BATCH: usize = 10_000;

/// A stream that ended early. What `recorded` counts is written; sending everything again does the rest.
#[derive(Debug, Error)]
#[error("stopped after {} measurements", recorded.inserted + recorded.unchanged + recorded.conflicting)]
pub struct Interrupted {
    /// What the batches before came to.
    pub recorded: Recorded,
    /// What was wrong with the batch that follows. Its fields count from the beginning of that batch.
    #[source]
    pub error: RecordError,
}

impl Classified for Interrupted {
    fn class(&self) -> Class {
        self.error.class()
    }
}

/// Records any number of measurements from a stream, in the memory that one batch of them takes: 10 000 on PostgreSQL, 2 000 on
/// SQLite.
///
/// Each batch is atomic, and recorded as by [`record`](super::record()). On a connection it is also final, so that a million of
/// them hold no lock for long and a repetition after a failure finds most of its work done; in a caller's transaction, all of them
/// come or go with it.
///
/// # Errors
///
/// [`Interrupted`] at the first batch that is refused or fails, with what was recorded before it.
pub async fn record_stream<C, S>(
    db: &C,
    measurements: S,
    on_conflict: OnConflict,
) -> Result<Recorded, Interrupted>
where
    C: ConnectionTrait + TransactionTrait,
    S: Stream<Item = NewMeasurement> + Send,
{
    let db = &operation::named(db, "analytics.measurements.record_stream");
    let size = match db.get_database_backend() {
        DbBackend::Postgres => BATCH,
        _ => MAX_ELEMENTS,
    };
    let mut batches = pin!(measurements.chunks(size));
    let mut recorded = Recorded::default();
    while let Some(measurements) = batches.next().await {
        match one(db, measurements, on_conflict).await {
            Ok(batch) => recorded.add(batch),
            Err(error) => return Err(Interrupted { recorded, error }),
        }
    }
    Ok(recorded)
}

/// [`record_stream`] of an iterator, which need not hold its measurements either.
///
/// # Errors
///
/// As there.
pub async fn record_all<C, I>(
    db: &C,
    measurements: I,
    on_conflict: OnConflict,
) -> Result<Recorded, Interrupted>
where
    C: ConnectionTrait + TransactionTrait,
    I: IntoIterator<Item = NewMeasurement>,
    I::IntoIter: Send,
{
    let db = &operation::named(db, "analytics.measurements.record_all");
    record_stream(db, stream::iter(measurements), on_conflict).await
}

async fn one<C>(
    db: &C,
    measurements: Vec<NewMeasurement>,
    on_conflict: OnConflict,
) -> Result<Recorded, RecordError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let mut checks = Checks::default();
    check_each(&mut checks, &measurements);
    checks.finish()?;
    write(db, Batch::new(measurements, on_conflict)).await
}
