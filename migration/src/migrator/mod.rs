//! Running the migrations: one migrator at a time, whole migrations only, and no surprises for what else is there.
//!
//! [`Runner`] has one method per command. It works on any `MigratorTrait`; the schema's own is [`crate::Migrator`].
//! [`up`] is the short form that a backend calls when it starts.

mod error;
mod lock;
mod objects;
mod records;
mod run;
mod sessions;
mod work;

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use sea_orm_migration::{MigratorTrait, sea_orm::DatabaseConnection};

#[cfg(feature = "cli")]
pub(crate) use self::error::Short;
pub use self::error::{MigrateError, Refused};
use self::run::Run;
pub use self::sessions::{Blocked, Holder, Session};
use crate::{connect::Access, database_url::DatabaseUrl};

/// Applies the pending migrations, at most `steps` of them.
///
/// Any number of processes may call this at once: one works, the others wait up to [`Runner::wait`] and find nothing
/// left to do. A SQLite file is created when it is missing.
///
/// # Errors
///
/// See [`MigrateError`]. Migrations applied before a failure stay applied, the failed one leaves nothing behind.
pub async fn up(database: &DatabaseUrl, steps: Option<u32>) -> Result<Report, MigrateError> {
    Runner::new().up(database, steps).await
}

/// Like [`up`], on a connection that the caller has. The migration lock still uses a connection of its own, made from the
/// options of the caller's pool.
///
/// # Errors
///
/// See [`MigrateError`].
pub async fn up_on(db: &DatabaseConnection, steps: Option<u32>) -> Result<Report, MigrateError> {
    Runner::new().up_on(db, steps).await
}

/// What a run did, in the order in which it was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Migrations rolled back.
    pub reverted: Vec<Step>,
    /// Tables and views that `fresh` dropped.
    pub dropped: Vec<String>,
    /// Migrations applied.
    pub applied: Vec<Step>,
}

/// One migration applied or rolled back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The migration's name.
    pub migration: String,
    /// How long it took, with its commit.
    pub took: Duration,
}

/// Whether a migration is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The migration's name.
    pub migration: String,
    /// When it was applied, to the second; `None` while it is pending.
    pub applied_at: Option<DateTime<Utc>>,
}

/// Something worth telling while a run goes on.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Another migrator is at work; told once, after a second.
    Waiting {
        /// Who it is.
        holder: &'a Holder,
    },
    /// A migration is applied and committed.
    Applied(&'a Step),
    /// A migration is rolled back and committed.
    Reverted(&'a Step),
    /// `fresh` has dropped the schema.
    Dropped {
        /// How many tables and views.
        objects: usize,
    },
}

type Observer = Arc<dyn Fn(&Event<'_>) + Send + Sync>;

/// How the migrator waits, and whom it tells.
#[derive(Clone)]
struct Settings {
    lock_timeout: Duration,
    wait: Duration,
    observer: Option<Observer>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_secs(5),
            wait: Duration::from_secs(600),
            observer: None,
        }
    }
}

impl Settings {
    fn tell(&self, event: &Event<'_>) {
        match event {
            Event::Waiting { holder } => tracing::info!(%holder, "waiting for another migrator"),
            Event::Applied(step) => tracing::info!(migration = step.migration, took = ?step.took, "applied"),
            Event::Reverted(step) => {
                tracing::info!(migration = step.migration, took = ?step.took, "reverted")
            }
            Event::Dropped { objects } => tracing::info!(objects, "dropped the schema"),
        }
        if let Some(observer) = &self.observer {
            observer(event);
        }
    }
}

/// The commands of the migrator, with their settings.
///
/// All but [`status`](Self::status) hold the migration lock of the database while they work: an advisory lock of the
/// PostgreSQL server, or the file `<database>.migrate.lock` beside a SQLite file.
pub struct Runner<M = crate::Migrator> {
    settings: Settings,
    migrator: PhantomData<fn() -> M>,
}

impl Runner {
    /// A runner for the schema's migrations: `lock_timeout` 5 s, waits 10 min for another migrator.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<M> Default for Runner<M> {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            migrator: PhantomData,
        }
    }
}

impl<M> Clone for Runner<M> {
    fn clone(&self) -> Self {
        Self {
            settings: self.settings.clone(),
            migrator: PhantomData,
        }
    }
}

impl<M> fmt::Debug for Runner<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner")
            .field("lock_timeout", &self.settings.lock_timeout)
            .field("wait", &self.settings.wait)
            .finish_non_exhaustive()
    }
}

impl<M> Runner<M> {
    /// How long one statement waits for a lock on PostgreSQL before its migration is given up and rolled back; while it
    /// waits, everybody who comes later to that table waits behind it. At least a millisecond.
    #[must_use]
    pub fn lock_timeout(mut self, lock_timeout: Duration) -> Self {
        self.settings.lock_timeout = lock_timeout.max(Duration::from_millis(1));
        self
    }

    /// How long to wait for another migrator to finish. Zero gives up at once.
    #[must_use]
    pub fn wait(mut self, wait: Duration) -> Self {
        self.settings.wait = wait;
        self
    }

    /// Has `observer` told what happens while it happens.
    #[must_use]
    pub fn observe(mut self, observer: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.settings.observer = Some(Arc::new(observer));
        self
    }
}

impl<M: MigratorTrait> Runner<M> {
    /// Applies the pending migrations in order, at most `steps`, each in a transaction of its own.
    ///
    /// # Errors
    ///
    /// Refuses a database with foreign tables and no recorded migration, and one migrated by a newer version.
    pub async fn up(&self, database: &DatabaseUrl, steps: Option<u32>) -> Result<Report, MigrateError> {
        let mut run = Run::open(database, &self.settings, Access::Create).await?;
        let result = run.up::<M>(steps).await;
        run.close(result).await
    }

    /// [`up`](Self::up) on the caller's connection.
    ///
    /// # Errors
    ///
    /// As `up`.
    pub async fn up_on(&self, db: &DatabaseConnection, steps: Option<u32>) -> Result<Report, MigrateError> {
        let mut run = Run::on(db, &self.settings).await?;
        let result = run.up::<M>(steps).await;
        run.close(result).await
    }

    /// Rolls back the last `steps` migrations, newest first; `None` means all.
    ///
    /// # Errors
    ///
    /// Refuses a database migrated by a newer version.
    pub async fn down(&self, database: &DatabaseUrl, steps: Option<u32>) -> Result<Report, MigrateError> {
        let mut run = Run::open(database, &self.settings, Access::Write).await?;
        let result = run.down::<M>(steps).await;
        run.close(result).await
    }

    /// [`down`](Self::down) on the caller's connection.
    ///
    /// # Errors
    ///
    /// As `down`.
    pub async fn down_on(&self, db: &DatabaseConnection, steps: Option<u32>) -> Result<Report, MigrateError> {
        let mut run = Run::on(db, &self.settings).await?;
        let result = run.down::<M>(steps).await;
        run.close(result).await
    }

    /// Rolls back everything and drops the tracking table.
    ///
    /// # Errors
    ///
    /// As [`down`](Self::down).
    pub async fn reset(&self, database: &DatabaseUrl) -> Result<Report, MigrateError> {
        let mut run = Run::open(database, &self.settings, Access::Write).await?;
        let result = run.reset::<M>().await;
        run.close(result).await
    }

    /// Rolls back everything and applies it again.
    ///
    /// # Errors
    ///
    /// As [`down`](Self::down) and [`up`](Self::up).
    pub async fn refresh(&self, database: &DatabaseUrl) -> Result<Report, MigrateError> {
        let mut run = Run::open(database, &self.settings, Access::Create).await?;
        let result = run.refresh::<M>().await;
        run.close(result).await
    }

    /// Drops what the migrations make, without their `down`, in one transaction, and applies them again.
    ///
    /// What is dropped is found by applying the migrations elsewhere: in a schema that is rolled back, or in a database in
    /// memory. Nothing is dropped by CASCADE.
    ///
    /// # Errors
    ///
    /// Refuses a database with tables or views of others, one on which something else depends, and one migrated by a
    /// newer version.
    pub async fn fresh(&self, database: &DatabaseUrl) -> Result<Report, MigrateError> {
        let mut run = Run::open(database, &self.settings, Access::Create).await?;
        let result = run.fresh::<M>().await;
        run.close(result).await
    }

    /// Every migration and when it was applied, oldest first. Reads only: makes no file, no tracking table, takes no lock.
    ///
    /// # Errors
    ///
    /// Refuses a database migrated by a newer version.
    pub async fn status(&self, database: &DatabaseUrl) -> Result<Vec<Status>, MigrateError> {
        records::status::<M>(database).await
    }
}
