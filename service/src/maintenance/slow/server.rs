//! What PostgreSQL counts.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};

use super::error::SlowError;
use super::{Slow, SlowLine, Source, share};
use crate::error::DatabaseError;
use crate::operation::{name_of, without_name};

/// Settings of a library exist once it is loaded, and everybody may read these. An extension that came through an upgrade of the
/// server is as old as it was, until somebody updates it.
const STATE: &str = "SELECT \
     EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements') AS installed, \
     EXISTS (SELECT FROM pg_settings WHERE name = 'pg_stat_statements.max') AS preloaded, \
     quote_ident(n.nspname) AS home, \
     EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'pg_stat_statements_info') AS current \
     FROM (VALUES (1)) one (line) LEFT JOIN pg_extension e ON e.extname = 'pg_stat_statements' \
     LEFT JOIN pg_namespace n ON n.oid = e.extnamespace";

#[derive(FromQueryResult)]
struct State {
    installed: bool,
    preloaded: bool,
    home: Option<String>,
    current: bool,
}

#[derive(FromQueryResult)]
struct Row {
    query: Option<String>,
    calls: i64,
    total: f64,
    mean: f64,
    max: f64,
    rows: i64,
    hit: i64,
    read: i64,
    /// Of all statements, not only of those that are read.
    whole: f64,
}

/// What the server shows in place of another role's statement.
const HIDDEN: &str = "<insufficient privilege>";

pub(super) async fn slow<C: ConnectionTrait>(db: &C, top: u32) -> Result<Slow, SlowError> {
    let home = home(db).await?;
    let since = since(db, &home).await?;
    let rows = rows(db, &home, top).await?;
    let total_ms = rows.first().map_or(0.0, |row| row.whole);
    // The text of an own statement is missing when the server has lost the file of texts.
    let (hidden, shown): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|row| row.query.as_deref() == Some(HIDDEN));
    Ok(Slow {
        source: Source::PgStatStatements,
        since,
        total_ms,
        lines: shown.into_iter().map(line).collect(),
        hidden: hidden.len() as u64,
    })
}

/// The schema that has the view.
async fn home<C: ConnectionTrait>(db: &C) -> Result<String, SlowError> {
    let state = one::<State, _>(db, STATE).await?;
    match state {
        State {
            home: Some(home),
            preloaded: true,
            current: true,
            ..
        } => Ok(home),
        State { installed: false, .. } => Err(SlowError::NotInstalled),
        State { preloaded: false, .. } => Err(SlowError::NotPreloaded),
        State { home: None, .. } => Err(SlowError::NotCreated),
        State { home: Some(_), .. } => Err(SlowError::Outdated),
    }
}

async fn since<C: ConnectionTrait>(db: &C, home: &str) -> Result<Option<DateTime<Utc>>, DatabaseError> {
    let sql = format!("SELECT stats_reset FROM {home}.pg_stat_statements_info");
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?;
    Ok(row.map_or(Ok(None), |row| row.try_get_by_index(0))?)
}

async fn rows<C: ConnectionTrait>(db: &C, home: &str, top: u32) -> Result<Vec<Row>, DatabaseError> {
    let sql = format!(
        "SELECT s.query, s.calls, s.total_exec_time AS total, s.mean_exec_time AS mean, s.max_exec_time AS max, s.rows, \
         s.shared_blks_hit AS hit, s.shared_blks_read AS read, (sum(s.total_exec_time) OVER ())::float8 AS whole \
         FROM {home}.pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = current_database() \
         ORDER BY s.total_exec_time DESC, s.queryid LIMIT $1"
    );
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [i64::from(top).into()]);
    Ok(Row::find_by_statement(statement).all(db).await?)
}

async fn one<R: FromQueryResult, C: ConnectionTrait>(db: &C, sql: &str) -> Result<R, DatabaseError> {
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let row = R::find_by_statement(statement).one(db).await?;
    row.ok_or(DatabaseError::NotFound)
}

fn line(row: Row) -> SlowLine {
    let query = row.query.unwrap_or_default();
    SlowLine {
        operation: name_of(&query).map(str::to_owned),
        statement: Some(without_name(&query).to_owned()),
        calls: row.calls.unsigned_abs(),
        total_ms: row.total,
        mean_ms: row.mean,
        max_ms: row.max,
        share: share(row.total, row.whole),
        rows: Some(row.rows.unsigned_abs()),
        buffers_hit: Some(row.hit.unsigned_abs()),
        buffers_read: Some(row.read.unsigned_abs()),
    }
}
