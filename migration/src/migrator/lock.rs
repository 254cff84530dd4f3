//! One migrator at a time.
//!
//! PostgreSQL: a session-level advisory lock on a connection of its own, so that it spans all migrations and is gone
//! with its process. It is taken before anything is read. Migrations commit on another connection, and the server may
//! finish a statement of a killed client, so [`super::transaction`] takes a second lock that lives as long as each
//! transaction. SQLite: a lock on a file beside the database, which the system releases with its process.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use futures_channel::oneshot;
use sea_orm_migration::sea_orm::{DbErr, RuntimeErr};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::{
    Event, Settings,
    error::MigrateError,
    sessions::{self, Holder},
};

/// The key of the advisory lock: "vividwal" in ASCII.
pub(super) const KEY: i64 = 0x7669_7669_6477_616c;

/// After this the wait is worth a word.
const NOTICE: Duration = Duration::from_secs(1);

/// The lock, held until it is released or dropped.
#[derive(Debug)]
pub(super) enum MigrationLock {
    Server(PgConnection),
    File(#[expect(dead_code, reason = "the lock lives as long as the open file")] File),
    /// A database in memory has no other users.
    Needless,
}

impl MigrationLock {
    /// Takes the lock of the server's database, on `connection`.
    pub(super) async fn server(
        mut connection: PgConnection,
        settings: &Settings,
    ) -> Result<Self, MigrateError> {
        // A server that ends idle sessions must not end this one while a long migration runs.
        run(&mut connection, "SET idle_session_timeout = 0".to_owned())
            .await
            .or_else(ignore_unknown_setting)?;
        let notice = NOTICE.min(settings.wait);
        if acquire(&mut connection, notice).await? {
            return Ok(Self::Server(connection));
        }
        let holder = Holder::Session(sessions::holder(&mut connection, KEY).await.unwrap_or_default());
        settings.tell(&Event::Waiting { holder: &holder });
        let rest = settings.wait.saturating_sub(notice);
        if !rest.is_zero() && acquire(&mut connection, rest).await? {
            return Ok(Self::Server(connection));
        }
        let holder = Holder::Session(sessions::holder(&mut connection, KEY).await.unwrap_or_default());
        Err(MigrateError::StillLocked {
            waited: settings.wait,
            holder,
        })
    }

    /// Takes the lock of the SQLite file `database`, which need not exist yet.
    pub(super) async fn file(database: &Path, settings: &Settings) -> Result<Self, MigrateError> {
        let path = side_file(database);
        let opened = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path);
        let file = opened.map_err(|source| MigrateError::LockFile {
            file: path.clone(),
            source,
        })?;
        let notice = NOTICE.min(settings.wait);
        let file = match try_for(file, notice)
            .await
            .map_err(|source| lock_file(&path, source))?
        {
            Ok(locked) => return Ok(Self::File(locked)),
            Err(busy) => busy,
        };
        let holder = Holder::File(path.clone());
        settings.tell(&Event::Waiting { holder: &holder });
        let rest = settings.wait.saturating_sub(notice);
        match try_for(file, rest)
            .await
            .map_err(|source| lock_file(&path, source))?
        {
            Ok(locked) => Ok(Self::File(locked)),
            Err(_) => Err(MigrateError::StillLocked {
                waited: settings.wait,
                holder,
            }),
        }
    }

    /// Fails when the server has let go of the lock because the connection broke.
    pub(super) async fn ensure_held(&mut self) -> Result<(), MigrateError> {
        if let Self::Server(connection) = self {
            connection.ping().await.map_err(|error| MigrateError::LockLost {
                source: database_error(error),
            })?;
        }
        Ok(())
    }

    /// The connection on which the server can be asked about other sessions.
    pub(super) fn connection(&mut self) -> Option<&mut PgConnection> {
        match self {
            Self::Server(connection) => Some(connection),
            Self::File(_) | Self::Needless => None,
        }
    }

    /// Lets the next migrator in.
    pub(super) async fn release(self) {
        if let Self::Server(connection) = self {
            // The lock goes with the session, however it ends.
            let _ = connection.close().await;
        }
    }
}

/// Waits at most `limit`; the server queues the waiting sessions, so nobody polls.
async fn acquire(connection: &mut PgConnection, limit: Duration) -> Result<bool, MigrateError> {
    // Zero would mean no limit.
    let millis = limit.as_millis().max(1);
    run(connection, format!("SET lock_timeout = {millis}"))
        .await
        .map_err(taking)?;
    match run(connection, format!("SELECT pg_advisory_lock({KEY})")).await {
        Ok(()) => Ok(true),
        Err(DbErr::Exec(RuntimeErr::SqlxError(error)))
            if error.as_database_error().and_then(|e| e.code()).as_deref() == Some("55P03") =>
        {
            Ok(false)
        }
        Err(source) => Err(taking(source)),
    }
}

fn taking(source: DbErr) -> MigrateError {
    MigrateError::Database {
        doing: "take the migration lock",
        source,
    }
}

async fn run(connection: &mut PgConnection, sql: String) -> Result<(), DbErr> {
    connection
        .execute(AssertSqlSafe(sql))
        .await
        .map(drop)
        .map_err(database_error)
}

/// 42704: a server that does not have the setting does not need it changed.
fn ignore_unknown_setting(error: DbErr) -> Result<(), MigrateError> {
    match super::error::code(&error).as_deref() {
        Some("42704") => Ok(()),
        _ => Err(taking(error)),
    }
}

pub(super) fn database_error(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

/// `shop.db` → `shop.db.migrate.lock`, beside the file itself when `database` is a link to it.
fn side_file(database: &Path) -> PathBuf {
    let real = database.canonicalize().unwrap_or_else(|_| database.to_owned());
    let mut name = real.into_os_string();
    name.push(".migrate.lock");
    name.into()
}

fn lock_file(path: &Path, source: std::io::Error) -> MigrateError {
    MigrateError::LockFile {
        file: path.to_owned(),
        source,
    }
}

/// The file locked, or given back after `limit`. The system cannot wait for a lock and a time at once, so a thread
/// asks again and again.
async fn try_for(file: File, limit: Duration) -> std::io::Result<Result<File, File>> {
    const PAUSE: Duration = Duration::from_millis(20);
    let (sender, receiver) = oneshot::channel();
    thread::spawn(move || {
        let end = Instant::now() + limit;
        let outcome = loop {
            match file.try_lock() {
                Ok(()) => break Ok(Ok(file)),
                Err(TryLockError::WouldBlock) if Instant::now() >= end || sender.is_canceled() => {
                    break Ok(Err(file));
                }
                Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
                Err(TryLockError::Error(error)) => break Err(error),
            }
        };
        // Nobody waits any more: dropping the file unlocks it.
        let _ = sender.send(outcome);
    });
    receiver.await.unwrap_or_else(|_| {
        Err(std::io::Error::other(
            "the thread that asks for the lock has gone",
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_second_file_lock_waits_for_the_first_and_then_gives_up() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("shop.db");
        let settings = Settings {
            wait: Duration::from_millis(50),
            ..Settings::default()
        };
        let first = MigrationLock::file(&database, &settings).await.unwrap();
        let second = MigrationLock::file(&database, &settings).await;
        assert!(
            matches!(
                second,
                Err(MigrateError::StillLocked {
                    holder: Holder::File(_),
                    ..
                })
            ),
            "{second:?}"
        );
        first.release().await;
        assert!(MigrationLock::file(&database, &settings).await.is_ok());
    }
}
