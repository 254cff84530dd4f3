//! What can go wrong, each with what to do about it.

use std::{fmt, path::PathBuf, time::Duration};

use sea_orm_migration::sea_orm::{DbErr, RuntimeErr};

use sqlx::{error::DatabaseError, postgres::PgDatabaseError};

use super::sessions::{Blocked, Holder};
use crate::connect::ConnectError;

/// Why the migrator refused or failed. What it says about the database holds for the moment of the error.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database does not open.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// Tables that no migration made, where the schema should go. Nothing was changed.
    #[error(
        "the database holds tables that are not of this schema ({}): {}",
        list(.tables),
        match .action {
            Refused::Up => "name a database (with SQLite, a file) that is empty or new, or move these tables away",
            Refused::Fresh => "`fresh` would have to work around them; drop or move them yourself, or use `refresh`, \
                               which runs the migrations down and up and touches nothing else",
        }
    )]
    ForeignTables {
        /// Their names, sorted.
        tables: Vec<String>,
        /// What was refused.
        action: Refused,
    },
    /// Something outside the schema depends on it. Nothing was changed.
    #[error(
        "something that is not of this schema depends on it ({detail}): drop it yourself, then run the command again"
    )]
    Dependents {
        /// The server's list.
        detail: String,
    },
    /// The database records migrations that this program does not have. Nothing was changed.
    #[error(
        "the database was migrated by a newer version, or by another program (this one does not know {}): \
         use the version that made it, or another database",
        list(.migrations)
    )]
    Newer {
        /// The unknown migrations, sorted.
        migrations: Vec<String>,
    },
    /// A statement waited for a lock until `lock_timeout`. The migration was rolled back.
    #[error(
        "{work} gave up after {} waiting for a lock on {}, {}; it was rolled back: end the session that is in the way, \
         or raise --lock-timeout, and run the command again",
        Short(*.after),
        blocked_object(.on.as_ref()),
        blockers(.on.as_ref())
    )]
    LockTimeout {
        /// The migration, or the step.
        work: String,
        /// The `lock_timeout` that ran out.
        after: Duration,
        /// What it waited for, if that could be seen while it waited.
        on: Option<Blocked>,
    },
    /// Another migrator held the migration lock too long. Nothing was changed.
    #[error(
        "another migrator has been at work for {} ({holder}): wait until it is done, or allow more time with --wait",
        Short(*.waited)
    )]
    StillLocked {
        /// How long this one waited.
        waited: Duration,
        /// Who holds the lock.
        holder: Holder,
    },
    /// The connection that holds the migration lock broke. Migrations reported so far are applied, the next one is not.
    #[error("the connection that keeps other migrators out is lost: run the command again")]
    LockLost {
        /// The driver's error.
        source: DbErr,
    },
    /// The user of the URL may not do this in the database. The migration was rolled back.
    #[error(
        "{work} is not allowed ({reason}): connect as the owner of the database, or let the owner \
         `GRANT CREATE ON SCHEMA public` to this user"
    )]
    Forbidden {
        /// The migration, or the step.
        work: String,
        /// The server's message.
        reason: String,
    },
    /// Another connection kept writing to the SQLite file. The migration was rolled back.
    #[error(
        "{work} found the file busy for 5 s and was rolled back: close the programs that write to it and run the command again"
    )]
    Busy {
        /// The migration, or the step.
        work: String,
    },
    /// A migration failed and was rolled back; those before it are applied.
    #[error("migration {migration} failed and was rolled back; the ones before it stand")]
    Migration {
        /// Its name.
        migration: String,
        /// What the database said.
        source: DbErr,
    },
    /// The file that keeps other migrators out cannot be made.
    #[error("cannot lock {}: make the directory writable for this user", .file.display())]
    LockFile {
        /// The side file.
        file: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// Some other statement of the migrator failed.
    #[error("cannot {doing}")]
    Database {
        /// What it was about to do.
        doing: &'static str,
        /// What the database said.
        source: DbErr,
    },
}

/// Which command met foreign tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// `up` on a database that is neither empty nor migrated.
    Up,
    /// `fresh` on a database that holds more than the schema.
    Fresh,
}

/// A duration as a person would say it: `250 ms`, `5 s`.
pub(crate) struct Short(pub(crate) Duration);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        if millis < 1000 {
            write!(f, "{millis} ms")
        } else if millis.is_multiple_of(1000) {
            write!(f, "{} s", millis / 1000)
        } else {
            write!(f, "{:.1} s", self.0.as_secs_f64())
        }
    }
}

fn list(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut text = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}

fn blocked_object(on: Option<&Blocked>) -> String {
    match on {
        Some(Blocked {
            relation: Some(relation),
            mode,
            ..
        }) => format!("table `{relation}` ({mode})"),
        Some(_) => "the end of another transaction".to_owned(),
        None => "a table that could not be seen".to_owned(),
    }
}

fn blockers(on: Option<&Blocked>) -> String {
    match on.map(|blocked| blocked.blockers.as_slice()) {
        None | Some([]) => "held by another session".to_owned(),
        Some(sessions) => {
            let names: Vec<String> = sessions.iter().map(ToString::to_string).collect();
            format!("held by {}", names.join(" and "))
        }
    }
}

fn driver_error(error: &DbErr) -> Option<&dyn DatabaseError> {
    let (DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) = error else {
        return None;
    };
    let RuntimeErr::SqlxError(cause) = cause else {
        return None;
    };
    cause.as_database_error()
}

/// The SQLSTATE of PostgreSQL, or the extended result code of SQLite.
pub(crate) fn code(error: &DbErr) -> Option<String> {
    Some(driver_error(error)?.code()?.into_owned())
}

fn message(error: &DbErr) -> String {
    driver_error(error).map_or_else(|| error.to_string(), |refused| refused.message().to_owned())
}

/// What the server lists below its message, on one line.
fn detail(error: &DbErr) -> String {
    driver_error(error)
        .and_then(|refused| refused.try_downcast_ref::<PgDatabaseError>())
        .and_then(PgDatabaseError::detail)
        .map_or_else(|| message(error), |detail| detail.replace('\n', ", "))
}

/// A failed statement of a named piece of work, told apart by its code.
pub(crate) fn classify(
    work: &str,
    after: Duration,
    on: Option<Blocked>,
    source: DbErr,
    otherwise: impl FnOnce(DbErr) -> MigrateError,
) -> MigrateError {
    match code(&source).as_deref() {
        Some("55P03") => MigrateError::LockTimeout {
            work: work.to_owned(),
            after,
            on,
        },
        Some("2BP01") => MigrateError::Dependents {
            detail: detail(&source),
        },
        Some("42501") => MigrateError::Forbidden {
            work: work.to_owned(),
            reason: message(&source),
        },
        // BUSY and its extended codes SNAPSHOT and RECOVERY.
        Some("5" | "517" | "261") => MigrateError::Busy {
            work: work.to_owned(),
        },
        _ => otherwise(source),
    }
}
