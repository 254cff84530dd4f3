//! One upkeep of a kind at a time.
//!
//! PostgreSQL: a session-level advisory lock on a connection of its own, apart from the pool, whose connections go from hand to
//! hand. It is free again as soon as its process or its connection ends, however it ends. A pooler that gives each transaction
//! another session (PgBouncer in transaction mode) cannot hold such a lock: connect past it.
//!
//! SQLite: a lock on a file beside the database, `<file>.<work>.lock`, which the operating system releases with its process. The
//! file stays, and is empty. A database in memory has no other users, and needs no lock.

mod file;
mod server;

use std::path::PathBuf;
use std::time::Duration;

use sea_orm::sqlx::Connection as _;
use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::{DatabaseConnection, DatabaseConnectionType, RuntimeErr, SqlxError};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use file::LockedFile;

/// What is done by one at a time. Each has a lock of its own, so that they do not keep one another out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Work {
    /// Everything that is due.
    Maintain,
    /// Dropping and restoring months.
    MoveMonths,
    /// Refreshing the materialized views.
    RefreshViews,
}

impl Work {
    /// As it stands in messages and in the name of the lock file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Maintain => "maintain",
            Self::MoveMonths => "months",
            Self::RefreshViews => "views",
        }
    }

    /// What a second one is told of the first.
    const fn text(self) -> &'static str {
        match self {
            Self::Maintain => "the database is being maintained",
            Self::MoveMonths => "months are being dropped or restored",
            Self::RefreshViews => "the views are being refreshed",
        }
    }

    /// The key of the advisory lock: eight letters of ASCII.
    const fn key(self) -> i64 {
        i64::from_be_bytes(match self {
            Self::Maintain => *b"vividmnt",
            Self::MoveMonths => *b"vividmth",
            Self::RefreshViews => *b"vividvws",
        })
    }
}

/// The lock. It is held until it is released or dropped.
#[derive(Debug)]
#[must_use = "the lock is free again as soon as this is dropped"]
pub struct Lock(Held);

#[derive(Debug)]
enum Held {
    Server(Box<PgConnection>),
    File(#[expect(dead_code, reason = "the lock lives as long as this")] LockedFile),
    /// A database in memory has no other users.
    Needless,
}

/// A lock of a file that is no database's. It is held until it is dropped.
#[derive(Debug)]
#[must_use = "the lock is free again as soon as this is dropped"]
#[cfg(feature = "archive")]
pub(super) struct FileLock(#[expect(dead_code, reason = "the lock lives as long as this")] LockedFile);

#[cfg(feature = "archive")]
impl FileLock {
    /// Takes it, or fails at once. The file is made where it is missing, and stays.
    pub(super) async fn acquire(path: PathBuf, work: Work) -> Result<Self, LockError> {
        Ok(Self(file::acquire(path, work, Duration::ZERO).await?))
    }
}

/// Why the lock was not taken.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LockError {
    /// Somebody else is at it.
    #[error("{} already{}", work.text(), holder.as_ref().map(|who| format!(": {who}")).unwrap_or_default())]
    Held {
        /// What they do.
        work: Work,
        /// How long they were waited for.
        waited: Duration,
        /// Who it is: a session of the server by process id and name, or the locked file. `None`: just gone.
        holder: Option<String>,
    },
    /// The file beside the SQLite database cannot be made or locked.
    #[error("{} cannot be locked", file.display())]
    File {
        /// The lock file.
        file: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for LockError {
    fn class(&self) -> Class {
        match self {
            Self::Held { .. } => Class::Retryable,
            Self::File { .. } => Class::Broken,
            Self::Database(error) => error.class(),
        }
    }
}

/// Takes the lock of `work`, waiting up to `wait` for whoever has it; zero does not wait.
///
/// Two statements on PostgreSQL, on a new connection with the settings of the pool's, and one more to name the holder. The
/// server queues those that wait; on SQLite a thread asks every 20 ms.
///
/// # Errors
///
/// [`LockError::Held`] when it is not free in time, [`LockError::File`] on SQLite.
pub async fn acquire(db: &DatabaseConnection, work: Work, wait: Duration) -> Result<Lock, LockError> {
    let held = match &db.inner {
        DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
            let options = db.get_postgres_connection_pool().connect_options();
            Held::Server(Box::new(server::acquire(&options, work, wait).await?))
        }
        DatabaseConnectionType::SqlxSqlitePoolConnection(_) => {
            let options = db.get_sqlite_connection_pool().connect_options();
            match file::beside(options.get_filename(), work) {
                Some(path) => Held::File(file::acquire(path, work, wait).await?),
                None => Held::Needless,
            }
        }
        // Not an engine of this library.
        _ => Held::Needless,
    };
    Ok(Lock(held))
}

impl Lock {
    /// Fails when the server has let go of the lock because its connection broke. One round trip on PostgreSQL.
    ///
    /// # Errors
    ///
    /// [`DatabaseError::ConnectionLost`]: somebody else may have the lock by now.
    pub async fn ensure_held(&mut self) -> Result<(), DatabaseError> {
        match &mut self.0 {
            Held::Server(connection) => connection.ping().await.map_err(|_| DatabaseError::ConnectionLost),
            Held::File(_) | Held::Needless => Ok(()),
        }
    }

    /// Lets the next one in, who finds it free even without waiting. One round trip on PostgreSQL.
    pub async fn release(self) {
        if let Held::Server(mut connection) = self.0 {
            // A server ends a session some time after it was told goodbye. If it does not answer, the lock goes with the session.
            let _ = server::release(&mut connection).await;
            let _ = connection.close().await;
        }
    }
}

fn database_error(error: SqlxError) -> DatabaseError {
    sea_orm::DbErr::Exec(RuntimeErr::SqlxError(error.into())).into()
}
