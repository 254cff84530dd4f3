//! Why a database does not open.

use std::{path::PathBuf, time::Duration};

use sea_orm_migration::sea_orm::DbErr;

use crate::database_url::UrlError;

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
