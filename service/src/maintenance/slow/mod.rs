//! What takes the database's time, by the names of the operations.
//!
//! On PostgreSQL [`slow`] reads `pg_stat_statements`, which the server keeps of all statements of all programs; the name of an operation
//! comes from the comment that its statements end in ([`name_of`](crate::operation::name_of)). To the server that comment makes no
//! difference between two statements, so what two operations send in the same words is counted under the name that came first.
//!
//! SQLite keeps no such thing. There a backend times its operations itself: [`Timings`] listens to a connection, and
//! [`Timings::flush`] adds what it heard to the configuration [`KEY`], which [`slow`] reads. It holds a line per operation, not per
//! call, so it does not grow.

mod error;
mod server;
mod timings;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend};
use serde::Serialize;

pub use error::SlowError;
pub use timings::{FlushError, KEY, Timings};

/// What took most of the time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slow {
    /// Who counted.
    pub source: Source,
    /// Since when; `None` when nothing was counted yet.
    pub since: Option<DateTime<Utc>>,
    /// How long everything took that was counted, in milliseconds.
    pub total_ms: f64,
    /// What took longest in all, the longest first.
    pub lines: Vec<SlowLine>,
    /// How many of the most expensive statements belong to other roles and were not shown to this one.
    pub hidden: u64,
}

/// Who counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// PostgreSQL: a line is a statement.
    PgStatStatements,
    /// The backend, with [`Timings`]: a line is an operation.
    Timings,
}

/// A statement of the server, or the statements of an operation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SlowLine {
    /// The operation; `None` for a statement of somebody else.
    pub operation: Option<String>,
    /// The statement without that name, values left out. `None` from [`Source::Timings`].
    pub statement: Option<String>,
    /// How many statements were sent.
    pub calls: u64,
    /// How long they took together, in milliseconds.
    pub total_ms: f64,
    /// How long one took on average, in milliseconds.
    pub mean_ms: f64,
    /// How long the longest took, in milliseconds.
    pub max_ms: f64,
    /// Its part of all time that was counted, from 0 to 1.
    pub share: f64,
    /// How many rows they returned or changed. Only of the server.
    pub rows: Option<u64>,
    /// How many buffers of 8 kB they found in memory. Only of the server.
    pub buffers_hit: Option<u64>,
    /// How many buffers they had read for them. Only of the server.
    pub buffers_read: Option<u64>,
}

/// What took longest in all, at most `top` lines of it. PostgreSQL three statements, SQLite one.
///
/// Rights: to see the statements of other roles, membership in `pg_read_all_stats`; without it they are counted in
/// [`Slow::hidden`].
///
/// # Errors
///
/// [`SlowError`] says what is missing, and the line that brings it.
pub async fn slow<C: ConnectionTrait>(db: &C, top: u32) -> Result<Slow, SlowError> {
    if db.get_database_backend() == DbBackend::Postgres {
        server::slow(db, top).await
    } else {
        Ok(timings::slow(db, top).await?)
    }
}

/// The part of a whole, which may be nothing.
fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
