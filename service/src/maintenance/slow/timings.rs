//! What a backend counts itself.

use std::collections::BTreeMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Slow, SlowLine, Source, share};
use crate::error::{Class, Classified, DatabaseError};
use crate::operation::name_of;
use crate::system::configuration::{self, ReadError, SetConfiguration, SetError};
use crate::transaction;

/// The configuration that holds what was flushed.
pub const KEY: &str = "maintenance.timings";

/// How long the statements of each operation take, counted where they are sent.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use service::maintenance::slow::Timings;
///
/// let mut db = service::connect("sqlite://vividwalls.db", &Default::default()).await?;
/// let timings = Timings::default();
/// timings.watch(&mut db);
/// // …operations on `db` and its clones, and every now and then, and before the end:
/// timings.flush(&db).await?;
/// # Ok(())
/// # }
/// ```
///
/// Clones count together. Statements without a name of an operation are not counted.
#[derive(Clone, Debug, Default)]
pub struct Timings(Arc<Mutex<Counted>>);

/// What was counted, in memory and in the configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Counted {
    since: Option<DateTime<Utc>>,
    operations: BTreeMap<String, Count>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Count {
    statements: u64,
    total_ms: f64,
    max_ms: f64,
}

/// Why timings were not flushed. They are kept, and go with the next flush.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FlushError {
    /// The configuration holds something else.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The configuration was not written.
    #[error(transparent)]
    Write(#[from] SetError),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for FlushError {
    fn class(&self) -> Class {
        match self {
            Self::Read(error) => error.class(),
            Self::Write(error) => error.class(),
            Self::Database(error) => error.class(),
        }
    }
}

impl Timings {
    /// Counts what `db` and the clones that are made of it send from now on. A connection has one listener: this replaces another,
    /// which had better call [`count`](Self::count) itself.
    pub fn watch(&self, db: &mut DatabaseConnection) {
        let timings = self.clone();
        db.set_metric_callback(move |info| timings.count(&info.statement.sql, info.elapsed));
    }

    /// Counts one statement.
    pub fn count(&self, sql: &str, elapsed: Duration) {
        if let Some(name) = name_of(sql) {
            let took = elapsed.as_secs_f64() * 1_000.0;
            let mut counted = self.counted();
            counted.since.get_or_insert_with(Utc::now);
            match counted.operations.get_mut(name) {
                Some(count) => count.add(1, took, took),
                None => {
                    let mut first = Count::default();
                    first.add(1, took, took);
                    counted.operations.insert(name.to_owned(), first);
                }
            }
        }
    }

    /// Adds what was counted since the last flush to the configuration [`KEY`]. Two statements in a transaction; none when nothing
    /// was counted. Its own statements are counted for the next time. Several processes may flush to one database.
    ///
    /// # Errors
    ///
    /// See [`FlushError`]; what was counted is kept then.
    pub async fn flush<C>(&self, db: &C) -> Result<(), FlushError>
    where
        C: ConnectionTrait + TransactionTrait,
    {
        let news = mem::take(&mut *self.counted());
        if news.operations.is_empty() {
            return Ok(());
        }
        let flushed = add(db, &news).await;
        if flushed.is_err() {
            self.counted().merge(&news);
        }
        flushed
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn add<C>(db: &C, news: &Counted) -> Result<(), FlushError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let transaction = transaction::begin(db).await?;
    let outcome = async {
        let stored = configuration::find::<Counted, _>(&transaction, KEY).await?;
        let mut all = stored.map(|stored| stored.value).unwrap_or_default();
        all.merge(news);
        configuration::set(&transaction, SetConfiguration::new(KEY, all)).await?;
        Ok(())
    }
    .await;
    transaction::finish(transaction, outcome).await
}

impl Counted {
    fn merge(&mut self, other: &Self) {
        self.since = [self.since, other.since].into_iter().flatten().min();
        for (name, count) in &other.operations {
            let all = self.operations.entry(name.clone()).or_default();
            all.add(count.statements, count.total_ms, count.max_ms);
        }
    }
}

impl Count {
    fn add(&mut self, statements: u64, total_ms: f64, max_ms: f64) {
        self.statements += statements;
        self.total_ms += total_ms;
        self.max_ms = self.max_ms.max(max_ms);
    }
}

/// What was flushed so far.
pub(super) async fn slow<C: ConnectionTrait>(db: &C, top: u32) -> Result<Slow, ReadError> {
    let stored = configuration::find::<Counted, _>(db, KEY).await?;
    let Counted { since, operations } = stored.map(|stored| stored.value).unwrap_or_default();
    // The sum of none is a negative zero.
    let total_ms = operations
        .values()
        .map(|count| count.total_ms)
        .fold(0.0, |sum, ms| sum + ms);
    let mut lines: Vec<_> = operations
        .into_iter()
        .map(|(operation, count)| line(operation, count, total_ms))
        .collect();
    lines.sort_by(|a, b| b.total_ms.total_cmp(&a.total_ms));
    lines.truncate(top as usize);
    Ok(Slow {
        source: Source::Timings,
        since,
        total_ms,
        lines,
        hidden: 0,
    })
}

fn line(operation: String, count: Count, whole: f64) -> SlowLine {
    #[expect(clippy::cast_precision_loss, reason = "a count that stays far below 2^53")]
    let statements = count.statements as f64;
    SlowLine {
        operation: Some(operation),
        statement: None,
        calls: count.statements,
        total_ms: count.total_ms,
        mean_ms: share(count.total_ms, statements),
        max_ms: count.max_ms,
        share: share(count.total_ms, whole),
        rows: None,
        buffers_hit: None,
        buffers_read: None,
    }
}
