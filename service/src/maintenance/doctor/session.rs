//! One snapshot in which nothing can be written.

use std::time::Duration;

use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sea_orm::sqlx::{self, Sqlite};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel,
    RuntimeErr, Statement, TransactionTrait,
};

/// How long one statement may take until the end. The sessions of operations have less time.
pub(super) const PATIENCE: Duration = Duration::from_secs(600);

/// What the examination is made in.
pub(super) struct Session {
    pub(super) snapshot: DatabaseTransaction,
    /// A connection that was opened for it.
    own: Option<DatabaseConnection>,
}

/// Begins. On PostgreSQL this is a read-only transaction of the pool; on SQLite a connection of its own, whose `query_only` would
/// otherwise stay behind in the pool when the caller loses interest half-way.
pub(super) async fn begin(db: &DatabaseConnection) -> Result<Session, DbErr> {
    if db.get_database_backend() == DbBackend::Postgres {
        let snapshot = db
            .begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly))
            .await?;
        return Ok(Session { snapshot, own: None });
    }
    let own = read_only(db.get_sqlite_connection_pool()).await?;
    let snapshot = own.begin().await?;
    Ok(Session {
        snapshot,
        own: Some(own),
    })
}

/// Takes time for long statements, and has the server quote only the names that need it, as in what the schema is compared with.
pub(super) async fn take_time<C: ConnectionTrait>(snapshot: &C, limit: Duration) -> Result<(), DbErr> {
    if snapshot.get_database_backend() == DbBackend::Postgres {
        let settings = format!(
            "SET LOCAL statement_timeout = {}; SET LOCAL quote_all_identifiers = off",
            limit.as_millis()
        );
        snapshot.execute_unprepared(&settings).await?;
    }
    Ok(())
}

/// The tables that others have for themselves.
pub(super) async fn locked<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, DbErr> {
    let locked = Statement::from_string(DbBackend::Postgres, include_str!("sql/locked_tables.sql"));
    let rows = db.query_all_raw(locked).await?;
    rows.iter().map(|row| row.try_get("", "name")).collect()
}

impl Session {
    /// Ends. There is nothing to commit.
    pub(super) async fn end(self) -> Result<(), DbErr> {
        self.snapshot.rollback().await?;
        match self.own {
            Some(own) => own.close().await,
            None => Ok(()),
        }
    }
}

/// The file is opened for reading. A database in memory cannot be; it has `query_only` alone.
async fn read_only(pool: &SqlitePool) -> Result<DatabaseConnection, DbErr> {
    let file: Option<String> =
        sqlx::query_scalar("SELECT file FROM pragma_database_list WHERE name = 'main'")
            .fetch_one(pool)
            .await
            .map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))?;
    let mut options = SqliteConnectOptions::clone(&pool.connect_options())
        .pragma("query_only", "on")
        .disable_statement_logging();
    if file.is_some_and(|file| !file.is_empty()) {
        options = options.read_only(true).create_if_missing(false);
    }
    let own = PoolOptions::<Sqlite>::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?;
    Ok(own.into())
}
