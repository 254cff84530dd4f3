//! Opening a database, with the cause when it does not open.

mod error;
mod sqlite;

use std::{io, time::Duration};

use sea_orm_migration::sea_orm::{DatabaseConnection, DbErr, RuntimeErr};
use sqlx::{
    Connection,
    postgres::{PgConnectOptions, PgConnection, PgPoolOptions},
};

pub use self::error::ConnectError;
pub(crate) use self::sqlite::{Access, check, open_file};
use crate::{
    database_url::{DatabaseUrl, Target, postgres_options, unknown_parameters},
    pause,
};

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens `url` for the migrator's tools: one connection; PostgreSQL sessions are in UTC and named
/// `vividwalls-migration`, SQLite enforces foreign keys, keeps a write-ahead log and waits 5 s for another writer.
/// A SQLite file that does not exist is created unless the URL says otherwise by `mode=`.
///
/// # Errors
///
/// See [`ConnectError`]: the cause is probed with a plain connection first, so it is never "pool timed out".
pub async fn connect(url: &DatabaseUrl) -> Result<DatabaseConnection, ConnectError> {
    match url.target() {
        Target::Postgres { .. } => {
            let probe = probe(url).await?;
            // Best effort: a probe that cannot say goodbye has still shown that the server is there.
            let _ = probe.close().await;
            pool(url).await
        }
        Target::Sqlite { .. } => open_file(url, Access::Create).await,
    }
}

/// One plain connection: it either stands, or says why not.
pub(crate) async fn probe(url: &DatabaseUrl) -> Result<PgConnection, ConnectError> {
    let options = postgres_options(url)?;
    let unknown = unknown_parameters(url);
    if unknown > 0 {
        // Their names may be pieces of a password that was not percent-encoded.
        tracing::warn!(
            unknown,
            "left out parameters of the database URL that the driver does not know"
        );
    }
    match pause::within(PATIENCE, PgConnection::connect_with(&options)).await {
        Some(Ok(connection)) => Ok(connection),
        Some(Err(error)) => Err(refusal(&options, error)),
        None => Err(ConnectError::Silent {
            place: place(&options),
            after: PATIENCE,
        }),
    }
}

/// A pool of one for a server that [`probe`] has reached.
pub(crate) async fn pool(url: &DatabaseUrl) -> Result<DatabaseConnection, ConnectError> {
    let options = postgres_options(url)?;
    PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options.clone())
        .await
        .map(DatabaseConnection::from)
        .map_err(|error| refusal(&options, error))
}

fn place(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(socket) => format!("{}:{}", socket.display(), options.get_port()),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

fn refusal(options: &PgConnectOptions, error: sqlx::Error) -> ConnectError {
    let place = place(options);
    let user = options.get_username().to_owned();
    let code = match &error {
        sqlx::Error::Io(io) => {
            return ConnectError::Unreachable {
                place,
                reason: io_reason(io),
            };
        }
        sqlx::Error::Tls(reason) => {
            return ConnectError::Tls {
                place,
                reason: reason.to_string(),
            };
        }
        sqlx::Error::Database(refused) => refused.code().unwrap_or_default().into_owned(),
        _ => String::new(),
    };
    match code.as_str() {
        "28P01" => ConnectError::WrongPassword { place, user },
        "28000" => ConnectError::NotAdmitted {
            place,
            user,
            reason: error
                .as_database_error()
                .map_or_else(String::new, |refused| refused.message().to_owned()),
        },
        "3D000" => ConnectError::MissingDatabase {
            database: options.get_database().unwrap_or(&user).to_owned(),
            options: format!(
                "--host {} --port {} --username {user}",
                options
                    .get_socket()
                    .map_or(options.get_host().into(), |socket| socket.to_string_lossy()),
                options.get_port(),
            ),
            place,
        },
        _ => ConnectError::Other {
            place,
            source: DbErr::Conn(RuntimeErr::SqlxError(error.into())),
        },
    }
}

fn io_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::NotFound => "no such socket".to_owned(),
        io::ErrorKind::UnexpectedEof => "it closed the connection".to_owned(),
        _ => error.to_string(),
    }
}
