//! Reading a month through COPY.

use futures_util::TryStreamExt;
use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, RuntimeErr, SqlxError, Statement};

use super::super::Month;
use super::super::base::Base;
use super::super::family::{Part, parts};
use super::directory::Draft;
use super::file::NewFile;
use super::manifest::ArchivedFile;
use super::{KeepError, columns};
use crate::error::DatabaseError;

/// Writes a file for each table, in memory that does not grow with the rows: exactly what the transaction sees, which a second
/// connection reads in the same snapshot.
pub(super) async fn write<C: ConnectionTrait>(
    base: &Base<'_>,
    transaction: &C,
    draft: &Draft,
    month: Month,
) -> Result<Vec<ArchivedFile>, KeepError> {
    let snapshot = snapshot(transaction).await?;
    // Not one of the pool's: when the disk is full, it is closed in the middle of a COPY.
    let options = base.pool.get_postgres_connection_pool().connect_options();
    let mut reader = PgConnection::connect_with(&options).await.map_err(failed)?;
    let begin = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT '{snapshot}'; \
         SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; \
         SET LOCAL idle_in_transaction_session_timeout = 0"
    );
    reader.execute(AssertSqlSafe(begin)).await.map_err(failed)?;
    let mut files = Vec::new();
    for part in parts() {
        files.push(copy(base, &mut reader, draft, &part, month).await?);
    }
    // It has nothing more to say.
    let _ = reader.close().await;
    Ok(files)
}

async fn snapshot<C: ConnectionTrait>(transaction: &C) -> Result<String, DatabaseError> {
    const EXPORT: &str = "SELECT pg_export_snapshot()";
    let row = transaction
        .query_one_raw(Statement::from_string(DbBackend::Postgres, EXPORT))
        .await?;
    match row {
        Some(row) => Ok(row.try_get_by_index(0)?),
        None => Err(DatabaseError::NotFound),
    }
}

async fn copy(
    base: &Base<'_>,
    reader: &mut PgConnection,
    draft: &Draft,
    part: &Part,
    month: Month,
) -> Result<ArchivedFile, KeepError> {
    let mut file = NewFile::create(draft.directory(), part.table)?;
    file.header()?;
    reader
        .execute(AssertSqlSafe(base.limit()))
        .await
        .map_err(failed)?;
    let mut rows = reader
        .copy_out_raw(&base.stamped(statement(part, month)))
        .await
        .map_err(failed)?;
    // The server sends each row in a message of its own.
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        file.row(&row)?;
    }
    Ok(file.finish(month)?)
}

fn statement(part: &Part, month: Month) -> String {
    let names: Vec<_> = columns(part.table)
        .iter()
        .map(|column| format!("\"{}\"", column.name))
        .collect();
    let Part { table, column } = part;
    format!(
        "COPY (SELECT {} FROM {table} WHERE {column} >= '{}' AND {column} < '{}' ORDER BY {column}, id) \
         TO STDOUT (FORMAT csv)",
        names.join(", "),
        month.ids()[0],
        month.ids()[1],
    )
}

fn failed(error: SqlxError) -> KeepError {
    DatabaseError::from(DbErr::Query(RuntimeErr::SqlxError(error.into()))).into()
}
