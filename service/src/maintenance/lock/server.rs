//! The lock of a PostgreSQL database: a session-level advisory lock.

use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, AssertSqlSafe, Connection as _, Executor as _};

use super::{LockError, Work, database_error};
use crate::error::DatabaseError;

pub(super) async fn acquire(
    options: &PgConnectOptions,
    work: Work,
    wait: Duration,
) -> Result<PgConnection, LockError> {
    let mut connection = PgConnection::connect_with(options)
        .await
        .map_err(database_error)?;
    if take(&mut connection, work, wait).await? {
        return Ok(connection);
    }
    let holder = holder(&mut connection, work).await?;
    // It has nothing more to say.
    let _ = connection.close().await;
    Err(LockError::Held {
        work,
        waited: wait,
        holder,
    })
}

/// Whether the lock came free within `wait`.
async fn take(connection: &mut PgConnection, work: Work, wait: Duration) -> Result<bool, DatabaseError> {
    // Neither the wait nor the idle session during a long upkeep is to be ended by a limit that is meant for others.
    let limits = format!(
        "SET idle_session_timeout = 0; SET statement_timeout = 0; SET lock_timeout = {}",
        wait.as_millis().clamp(1, i32::MAX.unsigned_abs().into())
    );
    connection
        .execute(AssertSqlSafe(limits))
        .await
        .map_err(database_error)?;
    if wait.is_zero() {
        return sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
            .bind(work.key())
            .fetch_one(connection)
            .await
            .map_err(database_error);
    }
    let taken = sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(work.key())
        .execute(connection)
        .await
        .map_err(database_error);
    match taken {
        Ok(_) => Ok(true),
        Err(DatabaseError::LockTimeout) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Gives back what [`acquire`] took.
pub(super) async fn release(connection: &mut PgConnection) -> Result<(), DatabaseError> {
    let released = connection.execute("SELECT pg_advisory_unlock_all()").await;
    released.map(drop).map_err(database_error)
}

/// The session that holds the lock, if it is still there.
async fn holder(connection: &mut PgConnection, work: Work) -> Result<Option<String>, DatabaseError> {
    // A 64-bit key is kept as two 32-bit halves; objsubid 1 marks it as one key.
    sqlx::query_scalar(
        "SELECT concat_ws(' ', 'pid', l.pid, nullif(a.application_name, '')) FROM pg_locks l \
         LEFT JOIN pg_stat_activity a ON a.pid = l.pid \
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
           AND ((l.classid::bigint << 32) | l.objid::bigint) = $1",
    )
    .bind(work.key())
    .fetch_optional(connection)
    .await
    .map_err(database_error)
}
