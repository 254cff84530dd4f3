//! Opening a SQLite file.

use std::{
    fs,
    io::{self, Read},
    path::Path,
    time::Duration,
};

use sea_orm_migration::sea_orm::{DatabaseConnection, DbErr, RuntimeErr};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::ConnectError;
use crate::database_url::{DatabaseUrl, Target, UrlError};

/// How long a statement waits for a SQLite file that another connection is writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What a command wants of a SQLite file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Write; create the file when it is missing.
    Create,
    /// Write to a file that exists.
    Write,
    /// Read a file that exists, and leave everything as it is.
    Read,
}

/// Finds by looking what SQLite would report as "unable to open database file". A missing file is created if `access`
/// and the URL allow it.
pub(crate) fn check(url: &DatabaseUrl, access: Access) -> Result<(), ConnectError> {
    let Target::Sqlite {
        file: Some(file),
        mode,
    } = url.target()
    else {
        return Ok(());
    };
    let creates = access == Access::Create && matches!(mode.as_deref(), None | Some("rwc"));
    check_file(Path::new(file), creates, access == Access::Read)?;
    if access != Access::Read && mode.as_deref() == Some("ro") {
        return Err(ConnectError::ReadOnly {
            path: file.into(),
            reason: "the URL says `mode=ro`".to_owned(),
        });
    }
    Ok(())
}

/// Opens a SQLite database with one connection.
pub(crate) async fn open_file(url: &DatabaseUrl, access: Access) -> Result<DatabaseConnection, ConnectError> {
    check(url, access)?;
    let options: SqliteConnectOptions = url.expose().parse().map_err(|_| UrlError::Malformed {
        reason: "the driver does not take it",
    })?;
    let mut options = options.foreign_keys(true).busy_timeout(BUSY_TIMEOUT);
    if access != Access::Read {
        options = options
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
    }
    let file = options.get_filename().to_owned();
    SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options)
        .await
        .map(DatabaseConnection::from)
        .map_err(|error| sqlite_refusal(&file, error))
}

fn check_file(file: &Path, may_create: bool, reads: bool) -> Result<(), ConnectError> {
    let directory = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if !directory.is_dir() {
        return Err(ConnectError::MissingDirectory {
            directory: directory.to_owned(),
        });
    }
    if file.is_dir() {
        return Err(ConnectError::IsDirectory {
            path: file.to_owned(),
        });
    }
    if !file.exists() && !may_create {
        return Err(ConnectError::MissingFile {
            file: file.to_owned(),
        });
    }
    let opened = fs::OpenOptions::new()
        .read(true)
        .write(!reads)
        .create(may_create)
        .truncate(false)
        .open(file);
    let mut opened = opened.map_err(|error| unwritable(file, &error))?;
    let mut magic = [0; 16];
    let length = opened.read(&mut magic).unwrap_or_default();
    if length > 0 && magic != *b"SQLite format 3\0" {
        return Err(ConnectError::NotADatabase {
            file: file.to_owned(),
        });
    }
    Ok(())
}

/// The error of a file or directory that the system does not let us write.
fn unwritable(path: &Path, error: &io::Error) -> ConnectError {
    ConnectError::ReadOnly {
        path: path.to_owned(),
        reason: match error.kind() {
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            _ => error.to_string(),
        },
    }
}

fn sqlite_refusal(file: &Path, error: sqlx::Error) -> ConnectError {
    let code = error
        .as_database_error()
        .and_then(|refused| refused.code())
        .and_then(|code| code.parse::<i32>().ok())
        .unwrap_or_default();
    // The primary result code is the low byte: 8 READONLY, 14 CANTOPEN, 26 NOTADB.
    match code & 0xff {
        8 | 14 => ConnectError::ReadOnly {
            path: file.to_owned(),
            reason: "SQLite cannot write it or its `-wal` file beside it".to_owned(),
        },
        26 => ConnectError::NotADatabase {
            file: file.to_owned(),
        },
        _ => ConnectError::Other {
            place: file.display().to_string(),
            source: DbErr::Conn(RuntimeErr::SqlxError(error.into())),
        },
    }
}
