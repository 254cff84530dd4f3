//! A calculation on SQLite.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use rust_decimal::Decimal;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions, Connection, Row, SqlitePool, TypeInfo, ValueRef};

use super::calculate::Failure;
use super::number::{Found, as_measured, of_float};

/// So many of SQLite's instructions run between two looks at the clock: some microseconds.
const INSTRUCTIONS: i32 = 1_000;

/// Runs the text on a connection that cannot write: the file is opened for reading. A database in memory cannot be, and has
/// `query_only` alone, which nothing but a PRAGMA turns off.
pub(super) async fn run(pool: &SqlitePool, sql: &str, limit: Duration) -> Result<Decimal, Failure> {
    let mut options = SqliteConnectOptions::clone(&pool.connect_options())
        .busy_timeout(limit)
        .pragma("query_only", "on")
        .disable_statement_logging();
    if !is_in_memory(pool).await? {
        options = options.read_only(true).create_if_missing(false);
    }
    let mut connection = options.connect().await?;
    let deadline = Instant::now() + limit;
    connection
        .lock_handle()
        .await?
        .set_progress_handler(INSTRUCTIONS, move || Instant::now() < deadline);
    let outcome = ask(&mut connection, sql).await;
    if let Err(error) = connection.close().await {
        tracing::debug!(%error, "closing a calculation's connection failed");
    }
    outcome
}

async fn is_in_memory(pool: &SqlitePool) -> Result<bool, sqlx::Error> {
    let file: Option<String> =
        sqlx::query_scalar("SELECT file FROM pragma_database_list WHERE name = 'main'")
            .fetch_one(pool)
            .await?;
    Ok(file.is_none_or(|file| file.is_empty()))
}

async fn ask(connection: &mut SqliteConnection, sql: &str) -> Result<Decimal, Failure> {
    // The text is the KPI's own, and what it can do is what this module is about.
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(&mut *connection);
    let Some(row) = rows.try_next().await? else {
        return Err(Found::NoRow.into());
    };
    let number = number(&row)?;
    match rows.try_next().await? {
        Some(_) => Err(Found::SeveralRows.into()),
        None => Ok(number),
    }
}

fn number(row: &SqliteRow) -> Result<Decimal, Failure> {
    if row.len() != 1 {
        return Err(Found::Columns(row.len()).into());
    }
    let value = row.try_get_raw(0)?;
    if value.is_null() {
        return Err(Found::Null.into());
    }
    // The type of the value: on SQLite a column has none that would bind it.
    let type_name = value.type_info().name().to_owned();
    let number = match type_name.as_str() {
        "INTEGER" => as_measured(row.try_get_unchecked::<i64, _>(0)?.into()),
        "REAL" => of_float(row.try_get_unchecked(0)?),
        _ => Err(Found::Other { type_name }),
    };
    Ok(number?)
}
