//! Refreshing a materialized view.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, FromQueryResult,
    IsolationLevel, Statement, TransactionTrait, Value,
};

use super::changes::Counters;
use super::record::{self, Remembered};
use super::{IfBusy, RefreshOutcome, RefreshRecord, View, Way};
use crate::error::DatabaseError;
use crate::transaction;

const COUNTERS: &str = include_str!("counters.postgres.sql");

/// The time before the lock is asked for, how long this session waits for locks, and whether the lock was free.
const TRY_LOCK: &str = "SELECT clock_timestamp() AS asked_at, current_setting('lock_timeout') AS patience, pg_try_advisory_xact_lock($1) AS free";

/// A view as it is now.
pub(super) struct Standing {
    pub(super) view: View,
    pub(super) filled: bool,
    pub(super) counters: Counters,
    pub(super) at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct StandingRow {
    name: String,
    filled: bool,
    written: serde_json::Value,
    epoch: String,
    at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct Tried {
    asked_at: DateTime<Utc>,
    patience: String,
    free: bool,
}

/// What the catalogue and the server's counters say of these views. One statement.
pub(super) async fn standing<C: ConnectionTrait>(
    db: &C,
    views: &[View],
) -> Result<Vec<Standing>, DatabaseError> {
    let names: Vec<String> = views.iter().map(|view| view.name().to_owned()).collect();
    let rows = StandingRow::find_by_statement(statement(COUNTERS, [names.into()]))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let view = row.name.parse().map_err(|error| unexpected(&error))?;
            let written: BTreeMap<String, u64> =
                serde_json::from_value(row.written).map_err(|error| unexpected(&error))?;
            Ok(Standing {
                view,
                filled: row.filled,
                counters: Counters {
                    epoch: row.epoch,
                    written,
                },
                at: row.at,
            })
        })
        .collect()
}

/// Refreshes one view in a transaction of its own.
pub(super) async fn refresh(
    db: &DatabaseConnection,
    view: View,
    if_busy: IfBusy,
    limit: Duration,
) -> Result<RefreshOutcome, DatabaseError> {
    // What is waited for has to be seen afterwards, whatever isolation the server gives by default.
    let transaction = db
        .begin_with_config(Some(IsolationLevel::ReadCommitted), None)
        .await?;
    let outcome = within(&transaction, view, if_busy, limit).await;
    transaction::finish(transaction, outcome).await
}

async fn within(
    db: &DatabaseTransaction,
    view: View,
    if_busy: IfBusy,
    limit: Duration,
) -> Result<RefreshOutcome, DatabaseError> {
    // The session's limit is meant for the statements of a shop. This takes as long as there are rows to read, and nobody waits for it.
    db.execute_unprepared(&format!("SET LOCAL statement_timeout = {}", limit.as_millis()))
        .await?;
    let key = key(view);
    let tried = Tried::find_by_statement(statement(TRY_LOCK, [key.into()]))
        .one(db)
        .await?
        .ok_or(DatabaseError::NotFound)?;
    if !tried.free {
        if if_busy == IfBusy::Leave {
            return Ok(RefreshOutcome::Busy);
        }
        wait(db, key, &tried.patience).await?;
        // One that began after this was asked for has seen everything that this would see.
        if let Some(last) = record::read(db, view).await?
            && last.refresh.started_at >= tried.asked_at
        {
            return Ok(RefreshOutcome::ByAnother(last.refresh));
        }
    }
    run(db, view).await
}

/// Waits for as long as it takes for who refreshes now.
async fn wait(db: &DatabaseTransaction, key: i64, patience: &str) -> Result<(), DatabaseError> {
    db.execute_unprepared("SET LOCAL lock_timeout = 0").await?;
    db.query_one_raw(statement("SELECT pg_advisory_xact_lock($1)", [key.into()]))
        .await?;
    let restore = statement(
        "SELECT set_config('lock_timeout', $1, true)",
        [patience.to_owned().into()],
    );
    db.query_one_raw(restore).await?;
    Ok(())
}

async fn run(db: &DatabaseTransaction, view: View) -> Result<RefreshOutcome, DatabaseError> {
    // Counted before the view is read: what is written meanwhile counts as a change since, seen or not.
    let before = standing(db, &[view]).await?.pop();
    let way = match &before {
        Some(standing) if standing.filled => Way::Concurrently,
        _ => Way::Plainly,
    };
    let begun = Instant::now();
    db.execute_unprepared(&match way {
        Way::Concurrently => format!("REFRESH MATERIALIZED VIEW CONCURRENTLY {view}"),
        Way::Plainly => format!("REFRESH MATERIALIZED VIEW {view}"),
    })
    .await?;
    let took = begun.elapsed();
    let Some(before) = before else {
        return Err(DatabaseError::NotFound);
    };
    let refresh = RefreshRecord {
        started_at: before.at,
        milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        way,
    };
    let remembered = Remembered {
        refresh,
        counters: before.counters,
    };
    record::write(db, view, remembered).await?;
    Ok(RefreshOutcome::Refreshed(refresh))
}

/// Seven letters of ASCII and the view's number.
fn key(view: View) -> i64 {
    i64::from_be_bytes(match view {
        View::AgentPerformance => *b"vividvw1",
        View::CustomerLifetimeValue => *b"vividvw2",
        View::ProductPerformance => *b"vividvw3",
    })
}

fn statement<const N: usize>(sql: &str, values: [Value; N]) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}

fn unexpected(error: &dyn std::error::Error) -> DatabaseError {
    DatabaseError::Unexpected(DbErr::Custom(error.to_string()))
}
