//! PostgreSQL's path: a batch travels as arrays, so that its statement stays the same however long it is.
//!
//! The portable twin is [`portable`](super::portable).

use chrono::{DateTime, SecondsFormat, Utc};
use entity::{KpiMeasurementId, kpi_measurements};
use rust_decimal::Decimal;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, Statement, Value};
use uuid::Uuid;

use super::batch::{Batch, NewMeasurement};
use crate::error::DatabaseError;

/// An absent end of a period travels as an empty text: the driver's arrays hold no NULL.
const INSERT: &str = r"
INSERT INTO kpi_measurements (id, kpi_id, measured_at, value, period_start, period_end, metadata)
SELECT id, kpi, at, value, nullif(from_, '')::timestamptz, nullif(until, '')::timestamptz, metadata::jsonb
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::numeric[], $5::text[], $6::text[], $7::text[])
    AS given (id, kpi, at, value, from_, until, metadata)
ON CONFLICT (kpi_id, measured_at) DO NOTHING";

const PRESENT: &str = r"
SELECT m.*
FROM unnest($1::uuid[], $2::timestamptz[]) AS given (kpi, at)
JOIN kpi_measurements m ON m.kpi_id = given.kpi AND m.measured_at = given.at";

const PRESENT_LOCKED: &str = r"
SELECT m.*
FROM unnest($1::uuid[], $2::timestamptz[]) AS given (kpi, at)
JOIN kpi_measurements m ON m.kpi_id = given.kpi AND m.measured_at = given.at
ORDER BY m.kpi_id, m.measured_at
FOR NO KEY UPDATE OF m";

const OVERWRITE: &str = r"
UPDATE kpi_measurements m
SET value = given.value, period_start = nullif(from_, '')::timestamptz, period_end = nullif(until, '')::timestamptz,
    metadata = given.metadata::jsonb
FROM unnest($1::uuid[], $2::numeric[], $3::text[], $4::text[], $5::text[])
    AS given (id, value, from_, until, metadata)
WHERE m.id = given.id";

/// Writes what is new, and says how many that are.
pub(super) async fn insert<C: ConnectionTrait>(db: &C, batch: &Batch) -> Result<u64, DatabaseError> {
    let (mut ids, mut contents) = (Vec::new(), Contents::default());
    for (id, given) in batch.rows.values() {
        ids.push(Uuid::from(*id));
        contents.push(given);
    }
    let (kpis, moments) = moments(batch);
    let mut values = vec![ids.into(), kpis, moments];
    values.extend(contents.values());
    execute(db, INSERT, values).await
}

/// The rows of the batch's moments, locked when they are going to be overwritten.
pub(super) async fn present<C: ConnectionTrait>(
    db: &C,
    batch: &Batch,
) -> Result<Vec<kpi_measurements::Model>, DatabaseError> {
    let sql = match batch.overwrites() {
        true => PRESENT_LOCKED,
        false => PRESENT,
    };
    let (kpis, moments) = moments(batch);
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [kpis, moments]);
    Ok(kpi_measurements::Entity::find()
        .from_raw_sql(statement)
        .all(db)
        .await?)
}

/// Gives rows other content, and says how many were there.
pub(super) async fn overwrite<C: ConnectionTrait>(
    db: &C,
    rows: &[(KpiMeasurementId, NewMeasurement, Decimal)],
) -> Result<u64, DatabaseError> {
    let (mut ids, mut contents) = (Vec::new(), Contents::default());
    for (id, given, _) in rows {
        ids.push(Uuid::from(*id));
        contents.push(given);
    }
    let mut values = vec![ids.into()];
    values.extend(contents.values());
    execute(db, OVERWRITE, values).await
}

#[derive(Default)]
struct Contents {
    values: Vec<Decimal>,
    starts: Vec<String>,
    ends: Vec<String>,
    metadata: Vec<String>,
}

impl Contents {
    fn push(&mut self, given: &NewMeasurement) {
        self.values.push(given.value);
        self.starts.push(optional(given.period_start));
        self.ends.push(optional(given.period_end));
        self.metadata.push(given.metadata.to_string());
    }

    fn values(self) -> [Value; 4] {
        [
            self.values.into(),
            self.starts.into(),
            self.ends.into(),
            self.metadata.into(),
        ]
    }
}

fn optional(instant: Option<DateTime<Utc>>) -> String {
    instant.map_or_else(String::new, |at| at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

fn moments(batch: &Batch) -> (Value, Value) {
    let (kpis, moments): (Vec<Uuid>, Vec<DateTime<Utc>>) =
        batch.rows.keys().map(|(kpi, at)| (Uuid::from(*kpi), *at)).unzip();
    (kpis.into(), moments.into())
}

async fn execute<C: ConnectionTrait>(db: &C, sql: &str, values: Vec<Value>) -> Result<u64, DatabaseError> {
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}
