//! Opening a database the way the operations expect it, on either engine.
//!
//! | | PostgreSQL | SQLite |
//! |---|---|---|
//! | sessions | in UTC, with statement, lock and idle-in-transaction timeouts | foreign keys enforced, busy timeout |
//! | durability | the server's | write-ahead log with `synchronous = NORMAL`: a power cut may lose the last commits, never the file |
//! | pool | a connection that was idle for more than a second is pinged before use, any other is not: a busy pool saves the round trip, and after a pause nobody gets a connection that broke meanwhile | the same |
//!
//! The timeouts travel as startup options. PgBouncer refuses those unless its `ignore_startup_parameters` names `options`; then
//! set them on the role instead. Its transaction mode breaks prepared statements before version 1.21.
//!
//! A URL holds a password. It is read and not kept: no error, log line or `Debug` output of this module repeats any of it but the
//! host, the port, the user and the database.

mod reading;

use std::path::PathBuf;
use std::time::Duration;

use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{ConnectOptions as _, Connection as _, Postgres, Sqlite};
use sea_orm::{DatabaseConnection, SqlxError};
use thiserror::Error;

pub use reading::connect_for_reading;

/// After so long a connection may have broken without anybody noticing.
const IDLE_BEFORE_PING: Duration = Duration::from_secs(1);

/// What a backend may want to set. [`Settings::default`] suits a web server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Connections of the pool. `None`: 10 on PostgreSQL, 4 on a SQLite file (one of them writes at a time), and always 1 on a
    /// SQLite database in memory, which lives and dies with its connection.
    pub max_connections: Option<u32>,
    /// How long an operation waits for a connection of the pool.
    pub acquire_timeout: Duration,
    /// PostgreSQL ends a statement that runs longer. Zero: never.
    pub statement_timeout: Duration,
    /// PostgreSQL ends a statement that waits longer for one lock. Zero: never.
    pub lock_timeout: Duration,
    /// PostgreSQL closes a connection that holds a transaction open and sends nothing for longer. Zero: never.
    pub idle_in_transaction_timeout: Duration,
    /// How long a SQLite connection waits for another one that is writing.
    pub busy_timeout: Duration,
    /// What PostgreSQL's `pg_stat_activity` calls the connections.
    pub application_name: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_connections: None,
            acquire_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(5),
            idle_in_transaction_timeout: Duration::from_secs(60),
            busy_timeout: Duration::from_secs(5),
            application_name: String::from("vividwalls"),
        }
    }
}

/// Why a database does not open. None of these repeats the URL.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The text does not begin with `postgres://`, `postgresql://` or `sqlite:`.
    #[error(
        "the database URL has no scheme that is known here: write postgresql://user:password@host:port/database or sqlite://file"
    )]
    UnknownScheme,
    /// The text cannot be taken apart.
    #[error("the database URL cannot be read: write @ : / ? # in a password as %40 %3A %2F %3F %23")]
    Malformed,
    /// Nobody listens there.
    #[error("no server at {host}:{port}")]
    Unreachable {
        /// The host of the URL.
        host: String,
        /// The port of the URL, or 5432.
        port: u16,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The server does not let this user in: the password, the role or `pg_hba.conf`.
    #[error("{host}:{port} does not admit user {user}")]
    NotAdmitted {
        /// The host of the URL.
        host: String,
        /// The port of the URL, or 5432.
        port: u16,
        /// The user of the URL.
        user: String,
    },
    /// The server runs and has no such database.
    #[error("{host}:{port} has no database {database}")]
    MissingDatabase {
        /// The host of the URL.
        host: String,
        /// The port of the URL, or 5432.
        port: u16,
        /// The database of the URL.
        database: String,
    },
    /// The SQLite file does not exist or cannot be opened. `migration up` makes it; this library never does, unless the URL says
    /// `mode=rwc`.
    #[error("the file {} cannot be opened", file.display())]
    MissingFile {
        /// The file of the URL.
        file: PathBuf,
    },
    /// Anything else.
    #[error("the database does not open")]
    Other(#[source] SqlxError),
}

/// Opens the database at `url`.
///
/// A PostgreSQL server is first asked over a plain connection, because a pool reports a refused connection as a timeout.
///
/// # Errors
///
/// See [`ConnectError`]. A database that opens may still lack the schema: that is the migrator's to say.
pub async fn connect(url: &str, settings: &Settings) -> Result<DatabaseConnection, ConnectError> {
    if let Some(rest) = after_postgres(url) {
        if is_cut_short(rest) {
            return Err(ConnectError::Malformed);
        }
        let options: PgConnectOptions = url.parse().map_err(|_| ConnectError::Malformed)?;
        open_postgres(options, settings).await
    } else if url.starts_with("sqlite:") {
        let options: SqliteConnectOptions = url.parse().map_err(|_| ConnectError::Malformed)?;
        open_sqlite(options, settings, is_in_memory(url)).await
    } else {
        Err(ConnectError::UnknownScheme)
    }
}

fn is_in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

/// What follows the scheme of a PostgreSQL URL.
pub(crate) fn after_postgres(url: &str) -> Option<&str> {
    url.strip_prefix("postgresql://")
        .or_else(|| url.strip_prefix("postgres://"))
}

/// Whether a `/`, `?` or `#` that was not escaped ends the host inside the password: the rest would pass for the name of a
/// database, and what comes before for a port, both of which errors may show.
pub(crate) fn is_cut_short(rest: &str) -> bool {
    let tail = rest.find(['/', '?', '#']).map_or("", |at| &rest[at..]);
    tail.contains(['@', '#'])
}

async fn open_postgres(
    options: PgConnectOptions,
    settings: &Settings,
) -> Result<DatabaseConnection, ConnectError> {
    let timeouts = [
        ("statement_timeout", settings.statement_timeout),
        ("lock_timeout", settings.lock_timeout),
        (
            "idle_in_transaction_session_timeout",
            settings.idle_in_transaction_timeout,
        ),
    ];
    let options = options
        .application_name(&settings.application_name)
        .options(timeouts.map(|(name, limit)| (name, limit.as_millis().to_string())));
    let probe = options
        .connect()
        .await
        .map_err(|error| refused(&options, error))?;
    if let Err(error) = probe.close().await {
        // It has shown that the server is there; that it cannot say goodbye changes nothing.
        tracing::debug!(%error, "closing the probe failed");
    }
    pool::<Postgres>(settings, 10)
        .connect_with(options.clone())
        .await
        .map(DatabaseConnection::from)
        .map_err(|error| refused(&options, error))
}

async fn open_sqlite(
    options: SqliteConnectOptions,
    settings: &Settings,
    in_memory: bool,
) -> Result<DatabaseConnection, ConnectError> {
    let options = options.foreign_keys(true).busy_timeout(settings.busy_timeout);
    let file = options.get_filename().to_owned();
    let pool = if in_memory {
        pool::<Sqlite>(settings, 1)
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await
    } else {
        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        pool::<Sqlite>(settings, 4).connect_with(options).await
    };
    pool.map(DatabaseConnection::from)
        .map_err(|error| of_file(file, error))
}

fn of_file(file: PathBuf, error: SqlxError) -> ConnectError {
    match &error {
        // SQLITE_CANTOPEN
        SqlxError::Database(e) if e.code().as_deref() == Some("14") => ConnectError::MissingFile { file },
        _ => ConnectError::Other(error),
    }
}

fn pool<DB: sea_orm::sqlx::Database>(settings: &Settings, connections: u32) -> PoolOptions<DB> {
    PoolOptions::new()
        .max_connections(settings.max_connections.unwrap_or(connections))
        .acquire_timeout(settings.acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(|connection: &mut DB::Connection, state| {
            Box::pin(async move {
                if state.idle_for > IDLE_BEFORE_PING {
                    // A connection that does not answer is replaced.
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}

fn refused(options: &PgConnectOptions, error: SqlxError) -> ConnectError {
    let (host, port) = (options.get_host().to_owned(), options.get_port());
    match error {
        SqlxError::Io(source) => ConnectError::Unreachable { host, port, source },
        SqlxError::Database(e) if matches!(e.code().as_deref(), Some("28P01" | "28000")) => {
            ConnectError::NotAdmitted {
                host,
                port,
                user: options.get_username().to_owned(),
            }
        }
        SqlxError::Database(e) if e.code().as_deref() == Some("3D000") => ConnectError::MissingDatabase {
            host,
            port,
            database: options
                .get_database()
                .unwrap_or(options.get_username())
                .to_owned(),
        },
        other => ConnectError::Other(other),
    }
}
