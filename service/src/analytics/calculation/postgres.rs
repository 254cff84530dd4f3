//! A calculation on PostgreSQL.

use std::time::Duration;

use futures_util::TryStreamExt;
use rust_decimal::Decimal;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgRow, PgValueRef};
use sea_orm::sqlx::{
    self, AssertSqlSafe, ConnectOptions, Connection, Decode, PgConnection, Postgres, Row, TypeInfo, ValueRef,
};

use super::calculate::Failure;
use super::number::{Found, as_measured, of_float, of_numeric};

/// Runs the text in a transaction that reads only. Closing the connection ends the transaction, and whatever the text did to the
/// session with it.
pub(super) async fn run(options: &PgConnectOptions, sql: &str, limit: Duration) -> Result<Decimal, Failure> {
    let options = options.clone().disable_statement_logging();
    let mut connection = options.connect().await?;
    let outcome = ask(&mut connection, sql, limit).await;
    // Not in so many words: rows that nobody wants may still be on their way.
    if let Err(error) = connection.close_hard().await {
        tracing::debug!(%error, "closing a calculation's connection failed");
    }
    outcome
}

async fn ask(connection: &mut PgConnection, sql: &str, limit: Duration) -> Result<Decimal, Failure> {
    sqlx::query("BEGIN READ ONLY").execute(&mut *connection).await?;
    // A query, so that the transaction has its snapshot: after that it cannot be made to write any more.
    sqlx::query(
        "SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $1, true), \
         set_config('idle_in_transaction_session_timeout', $1, true)",
    )
    .bind(limit.as_millis().to_string())
    .execute(&mut *connection)
    .await?;
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

fn number(row: &PgRow) -> Result<Decimal, Failure> {
    if row.len() != 1 {
        return Err(Found::Columns(row.len()).into());
    }
    let value = row.try_get_raw(0)?;
    if value.is_null() {
        return Err(Found::Null.into());
    }
    let type_name = value.type_info().name().to_owned();
    let number = match type_name.as_str() {
        "INT2" => as_measured(decoded::<i16>(value)?.into()),
        "INT4" => as_measured(decoded::<i32>(value)?.into()),
        "INT8" => as_measured(decoded::<i64>(value)?.into()),
        "FLOAT4" => of_float(decoded::<f32>(value)?.into()),
        "FLOAT8" => of_float(decoded::<f64>(value)?),
        "NUMERIC" => of_numeric(value.as_bytes().map_err(sqlx::Error::Decode)?),
        _ => Err(Found::Other { type_name }),
    };
    Ok(number?)
}

fn decoded<'r, T: Decode<'r, Postgres>>(value: PgValueRef<'r>) -> Result<T, sqlx::Error> {
    T::decode(value).map_err(sqlx::Error::Decode)
}
