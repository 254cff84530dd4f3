//! Opening a database, with the cause when it does not open.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use sea_orm_migration::sea_orm::{DatabaseConnection, DbErr, RuntimeErr};
use sqlx::{
    Connection,
    postgres::{PgConnectOptions, PgConnection, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    database_url::{DatabaseUrl, Target, UrlError, postgres_options},
    pause,
};

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a statement waits for a SQLite file that another connection is writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Why a database does not open. Each message ends with what to do; none contains the URL.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL is none.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// Nothing listens there, or there is no such host.
    #[error("no PostgreSQL server at {place} ({reason}): start it, or correct host and port in the URL")]
    Unreachable {
        /// Host and port, or the socket.
        place: String,
        /// The operating system's word for it.
        reason: String,
    },
    /// The server took the connection and said nothing.
    #[error("no answer from {place} within {} s: is it a PostgreSQL server, and does a firewall let it answer?", .after.as_secs())]
    Silent {
        /// Host and port, or the socket.
        place: String,
        /// The time it was given.
        after: Duration,
    },
    /// The two do not agree on encryption, or on whom to trust.
    #[error(
        "no TLS connection to {place} ({reason}): set up TLS on the server, or write another `sslmode=` in the URL"
    )]
    Tls {
        /// Host and port, or the socket.
        place: String,
        /// What failed.
        reason: String,
    },
    /// The password is wrong, or the URL has none.
    #[error(
        "{place} refuses the password of user `{user}`: correct user and password in the URL \
         (special characters are percent-encoded), or set the password with `ALTER ROLE {user} PASSWORD …`"
    )]
    WrongPassword {
        /// Host and port, or the socket.
        place: String,
        /// The user of the URL.
        user: String,
    },
    /// The role does not exist, may not log in, or pg_hba.conf turns it away.
    #[error(
        "{place} does not admit user `{user}` ({reason}): create the role with `createuser {user}`, \
         or let pg_hba.conf admit it"
    )]
    NotAdmitted {
        /// Host and port, or the socket.
        place: String,
        /// The user of the URL.
        user: String,
        /// The server's message.
        reason: String,
    },
    /// The server runs and has no such database.
    #[error("{place} has no database `{database}`: create it with `createdb {options} {database}`")]
    MissingDatabase {
        /// Host and port, or the socket.
        place: String,
        /// The name in the URL.
        database: String,
        /// Where and as whom `createdb` connects.
        options: String,
    },
    /// The directory of the SQLite file does not exist.
    #[error("the directory {} does not exist: create it with `mkdir -p {}`, or correct the path in the URL", .directory.display(), .directory.display())]
    MissingDirectory {
        /// The missing directory.
        directory: PathBuf,
    },
    /// The SQLite file does not exist, and the URL or the command does not create it.
    #[error("the file {} does not exist: create it with `migration up`, or correct the path in the URL", .file.display())]
    MissingFile {
        /// The missing file.
        file: PathBuf,
    },
    /// The path leads to a directory.
    #[error("{} is a directory: name a file in it", .path.display())]
    IsDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// The file exists and is something else.
    #[error("{} is not a SQLite database: move it away, or correct the path in the URL", .file.display())]
    NotADatabase {
        /// The file.
        file: PathBuf,
    },
    /// The file, its directory or the URL allow reading only.
    #[error("{} cannot be written ({reason}): make the file and its directory writable for this user, and leave `mode=ro` out of the URL", .path.display())]
    ReadOnly {
        /// The file, or its directory.
        path: PathBuf,
        /// What stands in the way.
        reason: String,
    },
    /// Anything else; the driver's message is the source.
    #[error("cannot connect to {place}")]
    Other {
        /// Host and port, or the file.
        place: String,
        /// The driver's error.
        source: DbErr,
    },
}

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
pub(crate) fn unwritable(path: &Path, error: &io::Error) -> ConnectError {
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
