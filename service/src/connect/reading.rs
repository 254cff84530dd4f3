//! A database that is only looked at.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sea_orm::sqlx::{self, Sqlite};
use sea_orm::{DatabaseConnection, SqlxError};

use super::{ConnectError, Settings, connect, is_in_memory, of_file, pool};

/// Opens the database at `url` to look at it.
///
/// On PostgreSQL that is [`connect`]. A SQLite file is opened for reading only and keeps its journal mode, and not a byte of it changes;
/// also one that may not be written, in a directory that may not be written. SQLite leaves the two files of the write-ahead log beside
/// one that has such a log.
///
/// # Errors
///
/// See [`ConnectError`].
pub async fn connect_for_reading(url: &str, settings: &Settings) -> Result<DatabaseConnection, ConnectError> {
    if !url.starts_with("sqlite:") || is_in_memory(url) {
        return connect(url, settings).await;
    }
    let options: SqliteConnectOptions = url.parse().map_err(|_| ConnectError::Malformed)?;
    let options = options
        .foreign_keys(true)
        .busy_timeout(settings.busy_timeout)
        .read_only(true)
        .create_if_missing(false);
    let file = options.get_filename().to_owned();
    let opened = open(&options, settings).await;
    match opened {
        // Without a log nobody writes, and with a file of its own beside it SQLite would keep others from writing. Where it cannot make
        // one, nobody else of this kind can write either.
        Err(error) if cannot_make_files(&error) && file.exists() && is_empty(&log_of(&file)) => {
            // A file that needs others has a write-ahead log, which SQLite does not say of it any more; the pragma tells the doctor.
            open(&options.immutable(true).pragma("cell_size_check", "on"), settings).await
        }
        opened => opened,
    }
    .map(DatabaseConnection::from)
    .map_err(|error| match file.exists() {
        true => ConnectError::Other(error),
        false => of_file(file, error),
    })
}

/// Opens the file and reads of it, which a connection does not do by itself.
async fn open(options: &SqliteConnectOptions, settings: &Settings) -> Result<SqlitePool, SqlxError> {
    let pool = pool::<Sqlite>(settings, 4).connect_with(options.clone()).await?;
    let read: Result<i64, _> = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&pool)
        .await;
    match read {
        Ok(_) => Ok(pool),
        Err(error) => {
            pool.close().await;
            Err(error)
        }
    }
}

fn cannot_make_files(error: &SqlxError) -> bool {
    let SqlxError::Database(error) = error else {
        return false;
    };
    let code = error.code().and_then(|code| code.parse::<i32>().ok());
    // SQLITE_READONLY and SQLITE_CANTOPEN, whatever they say besides.
    code.is_some_and(|code| matches!(code & 0xff, 8 | 14))
}

fn log_of(file: &Path) -> OsString {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    name
}

fn is_empty(file: &OsString) -> bool {
    fs::metadata(file).map_or(true, |log| log.len() == 0)
}
