//! Who holds what on a PostgreSQL server.

use std::{fmt, path::PathBuf, pin::pin, time::Duration};

use futures_util::future::{Either, select};
use sqlx::{PgConnection, Row, postgres::PgRow};

use crate::pause;

/// What a statement waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// The table or index, unless the wait is for another transaction to end.
    pub relation: Option<String>,
    /// The lock it wants, such as `AccessExclusiveLock`.
    pub mode: String,
    /// The sessions in the way.
    pub blockers: Vec<Session>,
}

/// A session of the PostgreSQL server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The process id of its backend, for `pg_terminate_backend`.
    pub pid: i32,
    /// Its user, if we may know it.
    pub user: Option<String>,
    /// Its `application_name`.
    pub application: Option<String>,
    /// `active`, `idle in transaction`, …
    pub state: Option<String>,
}

/// Who holds the migration lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A session of the server; `None` when it has just gone.
    Session(Option<Session>),
    /// Whoever has locked this file.
    File(PathBuf),
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pid {}", self.pid)?;
        let parts: Vec<&str> = [&self.application, &self.user, &self.state]
            .into_iter()
            .filter_map(|part| part.as_deref().filter(|text| !text.is_empty()))
            .collect();
        if parts.is_empty() {
            Ok(())
        } else {
            write!(f, " ({})", parts.join(", "))
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session(Some(session)) => session.fmt(f),
            Self::Session(None) => f.write_str("its session is unknown"),
            Self::File(file) => write!(f, "it has locked {}", file.display()),
        }
    }
}

/// The session that holds the advisory lock `key` of this database.
pub(super) async fn holder(connection: &mut PgConnection, key: i64) -> Result<Option<Session>, sqlx::Error> {
    // A 64-bit key is kept as two 32-bit halves; objsubid 1 marks it as one key.
    let row = sqlx::query(
        "SELECT a.pid, a.usename::text, a.application_name, a.state FROM pg_locks l \
         JOIN pg_stat_activity a ON a.pid = l.pid \
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
           AND ((l.classid::bigint << 32) | l.objid::bigint) = $1",
    )
    .bind(key)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(session).transpose()
}

fn session(row: &PgRow) -> Result<Session, sqlx::Error> {
    Ok(Session {
        pid: row.try_get(0)?,
        user: row.try_get(1)?,
        application: row.try_get(2)?,
        state: row.try_get(3)?,
    })
}

/// What the backend `pid` waits for at this moment.
async fn wait_of(connection: &mut PgConnection, pid: i32) -> Result<Option<Blocked>, sqlx::Error> {
    let Some(wait) = sqlx::query(
        "SELECT c.relname::text, l.mode FROM pg_locks l LEFT JOIN pg_class c ON c.oid = l.relation \
         WHERE l.pid = $1 AND NOT l.granted",
    )
    .bind(pid)
    .fetch_optional(&mut *connection)
    .await?
    else {
        return Ok(None);
    };
    let blockers = sqlx::query(
        "SELECT b.pid, a.usename::text, a.application_name, a.state \
         FROM unnest(pg_blocking_pids($1)) AS b (pid) LEFT JOIN pg_stat_activity a ON a.pid = b.pid",
    )
    .bind(pid)
    .fetch_all(connection)
    .await?;
    Ok(Some(Blocked {
        relation: wait.try_get(0)?,
        mode: wait.try_get(1)?,
        blockers: blockers.iter().map(session).collect::<Result<_, _>>()?,
    }))
}

/// Awaits `work`, which runs on backend `pid`, and looks every `interval` whether it waits for a lock. Returns the last
/// wait seen: a statement that runs into `lock_timeout` does not say which table it was, and afterwards it shows no more.
pub(super) async fn watch<W: Future>(
    connection: &mut PgConnection,
    pid: i32,
    interval: Duration,
    work: W,
) -> (W::Output, Option<Blocked>) {
    let mut work = pin!(work);
    let mut seen = None;
    loop {
        if let Either::Left((output, _)) = select(work.as_mut(), pin!(pause::sleep(interval))).await {
            return (output, seen);
        }
        match select(work.as_mut(), pin!(wait_of(connection, pid))).await {
            Either::Left((output, look)) => {
                // Half a query would leave the connection, and the lock on it, unusable.
                let _ = look.await;
                return (output, seen);
            }
            Either::Right((look, _)) => seen = later(seen, look.ok().flatten()),
        }
    }
}

/// What is known after one more look. The wait may have ended between its two queries: then the look before it knows who
/// was in the way.
fn later(seen: Option<Blocked>, look: Option<Blocked>) -> Option<Blocked> {
    match (seen, look) {
        (Some(seen), Some(look)) if look.blockers.is_empty() && look.relation == seen.relation => Some(seen),
        (seen, look) => look.or(seen),
    }
}
