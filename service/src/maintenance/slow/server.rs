//! What PostgreSQL counts.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};

use super::error::SlowError;
use super::{Slow, SlowLine, Source, share};
use crate::error::DatabaseError;
use crate::operation::{name_of, without_name};

/// Settings of a library exist once it is loaded, and everybody may read these.
const STATE: &str = "SELECT \
     EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements') AS installed, \
     EXISTS (SELECT FROM pg_settings WHERE name = 'pg_stat_statements.max') AS preloaded, \
     (SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace \
      WHERE e.extname = 'pg_stat_statements') AS home";

#[derive(FromQueryResult)]
struct State {
    installed: bool,
    preloaded: bool,
    home: Option<String>,
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
}

#[derive(FromQueryResult)]
struct All {
    total: f64,
    since: Option<DateTime<Utc>>,
}

/// What the server shows in place of another role's statement.
const HIDDEN: &str = "<insufficient privilege>";

pub(super) async fn slow<C: ConnectionTrait>(db: &C, top: u32) -> Result<Slow, SlowError> {
    let home = home(db).await?;
    let all = all(db, &home).await?;
    let rows = rows(db, &home, top).await?;
    let (shown, hidden): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|row| row.query.as_deref().is_some_and(|query| query != HIDDEN));
    Ok(Slow {
        source: Source::PgStatStatements,
        since: all.since,
        total_ms: all.total,
        lines: shown.into_iter().map(|row| line(row, all.total)).collect(),
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
            ..
        } => Ok(home),
        State { installed: false, .. } => Err(SlowError::NotInstalled),
        State { preloaded: false, .. } => Err(SlowError::NotPreloaded),
        State { home: None, .. } => Err(SlowError::NotCreated),
    }
}

async fn all<C: ConnectionTrait>(db: &C, home: &str) -> Result<All, SlowError> {
    let sql = format!(
        "SELECT coalesce(sum(s.total_exec_time), 0)::float8 AS total, \
         (SELECT stats_reset FROM {home}.pg_stat_statements_info) AS since \
         FROM {home}.pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = current_database()"
    );
    Ok(one(db, &sql).await?)
}

async fn rows<C: ConnectionTrait>(db: &C, home: &str, top: u32) -> Result<Vec<Row>, DatabaseError> {
    let sql = format!(
        "SELECT s.query, s.calls, s.total_exec_time AS total, s.mean_exec_time AS mean, s.max_exec_time AS max, s.rows, \
         s.shared_blks_hit AS hit, s.shared_blks_read AS read \
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

fn line(row: Row, whole: f64) -> SlowLine {
    let query = row.query.unwrap_or_default();
    SlowLine {
        operation: name_of(&query).map(str::to_owned),
        statement: Some(without_name(&query).to_owned()),
        calls: row.calls.unsigned_abs(),
        total_ms: row.total,
        mean_ms: row.mean,
        max_ms: row.max,
        share: share(row.total, whole),
        rows: Some(row.rows.unsigned_abs()),
        buffers_hit: Some(row.hit.unsigned_abs()),
        buffers_read: Some(row.read.unsigned_abs()),
    }
}
