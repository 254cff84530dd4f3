//! A database opened and locked for one command.

use std::{collections::HashSet, path::Path};

use sea_orm_migration::{
    MigratorTrait,
    sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DynIden, Statement},
};
use sqlx::{Connection, PgConnection};

use super::{
    Event, Report, Settings, Step,
    error::{MigrateError, Refused},
    lock::{MigrationLock, database_error},
    objects,
    records::recorded,
    work::Work,
};
use crate::{
    connect::{self, Access},
    database_url::{DatabaseUrl, Target},
};

/// The connection that migrates, and the lock that keeps others from it.
pub(super) struct Run<'s> {
    pub(super) db: DatabaseConnection,
    pub(super) lock: MigrationLock,
    pub(super) settings: &'s Settings,
    /// The pool is this run's own, to be closed after it.
    owned: bool,
}

impl<'s> Run<'s> {
    /// Connects, and waits until no other migrator is at work.
    pub(super) async fn open(
        database: &DatabaseUrl,
        settings: &'s Settings,
        access: Access,
    ) -> Result<Self, MigrateError> {
        let (db, lock) = match database.target() {
            Target::Postgres { .. } => {
                let lock = MigrationLock::server(connect::probe(database).await?, settings).await?;
                (connect::pool(database).await?, lock)
            }
            Target::Sqlite { file: None, .. } => (
                connect::open_file(database, access).await?,
                MigrationLock::Needless,
            ),
            // Before it is opened: two processes that both switch a new file to its write-ahead log disturb each other.
            Target::Sqlite { file: Some(file), .. } => {
                connect::check(database, access)?;
                let lock = MigrationLock::file(Path::new(file), settings).await?;
                (connect::open_file(database, access).await?, lock)
            }
        };
        Ok(Self {
            db,
            lock,
            settings,
            owned: true,
        })
    }

    /// Takes the lock for a connection that the caller has.
    pub(super) async fn on(db: &DatabaseConnection, settings: &'s Settings) -> Result<Self, MigrateError> {
        let lock = match db.get_database_backend() {
            DbBackend::Postgres => {
                let options = db.get_postgres_connection_pool().connect_options();
                let connection = PgConnection::connect_with(&options).await;
                let connection = connection.map_err(|error| MigrateError::Database {
                    doing: "open a connection for the migration lock",
                    source: database_error(error),
                })?;
                MigrationLock::server(connection, settings).await?
            }
            _ => match sqlite_file(db).await? {
                Some(file) => MigrationLock::file(Path::new(&file), settings).await?,
                None => MigrationLock::Needless,
            },
        };
        Ok(Self {
            db: db.clone(),
            lock,
            settings,
            owned: false,
        })
    }

    /// Lets the next migrator in, and gives the result back.
    pub(super) async fn close<T>(self, result: Result<T, MigrateError>) -> Result<T, MigrateError> {
        if self.owned {
            // What is committed stays committed, however the connection ends.
            let _ = self.db.close().await;
        }
        self.lock.release().await;
        result
    }

    pub(super) async fn up<M: MigratorTrait>(&mut self, steps: Option<u32>) -> Result<Report, MigrateError> {
        let recorded = self.known_records::<M>().await?;
        if recorded.is_empty() {
            self.refuse_foreign(&M::migration_table_name()).await?;
        }
        let mut report = Report::default();
        self.apply::<M>(&recorded, steps, &mut report).await?;
        Ok(report)
    }

    pub(super) async fn down<M: MigratorTrait>(
        &mut self,
        steps: Option<u32>,
    ) -> Result<Report, MigrateError> {
        let recorded = self.known_records::<M>().await?;
        let mut report = Report::default();
        self.revert::<M>(&recorded, steps, &mut report).await?;
        Ok(report)
    }

    pub(super) async fn reset<M: MigratorTrait>(&mut self) -> Result<Report, MigrateError> {
        let report = self.down::<M>(None).await?;
        self.perform(Work::Uninstall, &M::migration_table_name()).await?;
        Ok(report)
    }

    pub(super) async fn refresh<M: MigratorTrait>(&mut self) -> Result<Report, MigrateError> {
        let recorded = self.known_records::<M>().await?;
        if recorded.is_empty() {
            self.refuse_foreign(&M::migration_table_name()).await?;
        }
        let mut report = Report::default();
        self.revert::<M>(&recorded, None, &mut report).await?;
        self.apply::<M>(&HashSet::new(), None, &mut report).await?;
        Ok(report)
    }

    pub(super) async fn fresh<M: MigratorTrait>(&mut self) -> Result<Report, MigrateError> {
        self.known_records::<M>().await?;
        let table = M::migration_table_name();
        let plan = objects::plan_drop::<M>(&self.db, &table).await?;
        if !plan.foreign.is_empty() {
            return Err(MigrateError::ForeignTables {
                tables: plan.foreign,
                action: Refused::Fresh,
            });
        }
        self.perform(Work::Drop(&plan.statements), &table).await?;
        self.settings.tell(&Event::Dropped {
            objects: plan.relations.len(),
        });
        let mut report = Report {
            dropped: plan.relations,
            ..Report::default()
        };
        self.apply::<M>(&HashSet::new(), None, &mut report).await?;
        Ok(report)
    }

    /// The names of the applied migrations; refuses a database that has others.
    async fn known_records<M: MigratorTrait>(&self) -> Result<HashSet<String>, MigrateError> {
        let recorded = recorded::<M>(&self.db).await?;
        Ok(recorded.into_iter().map(|record| record.version).collect())
    }

    async fn refuse_foreign(&self, table: &DynIden) -> Result<(), MigrateError> {
        let tables = objects::relations(&self.db, table)
            .await
            .map_err(|source| MigrateError::Database {
                doing: "list the tables of the database",
                source,
            })?;
        if tables.is_empty() {
            Ok(())
        } else {
            Err(MigrateError::ForeignTables {
                tables,
                action: Refused::Up,
            })
        }
    }

    async fn apply<M: MigratorTrait>(
        &mut self,
        recorded: &HashSet<String>,
        steps: Option<u32>,
        report: &mut Report,
    ) -> Result<(), MigrateError> {
        let table = M::migration_table_name();
        self.perform(Work::Install, &table).await?;
        let pending = M::migrations()
            .into_iter()
            .filter(|migration| !recorded.contains(migration.name()));
        for migration in pending.take(limit(steps)) {
            if let Some(took) = self.perform(Work::Apply(migration.as_ref()), &table).await? {
                let step = Step {
                    migration: migration.name().to_owned(),
                    took,
                };
                self.settings.tell(&Event::Applied(&step));
                report.applied.push(step);
            }
        }
        Ok(())
    }

    async fn revert<M: MigratorTrait>(
        &mut self,
        recorded: &HashSet<String>,
        steps: Option<u32>,
        report: &mut Report,
    ) -> Result<(), MigrateError> {
        let table = M::migration_table_name();
        let applied = M::migrations()
            .into_iter()
            .rev()
            .filter(|migration| recorded.contains(migration.name()));
        for migration in applied.take(limit(steps)) {
            if let Some(took) = self.perform(Work::Revert(migration.as_ref()), &table).await? {
                let step = Step {
                    migration: migration.name().to_owned(),
                    took,
                };
                self.settings.tell(&Event::Reverted(&step));
                report.reverted.push(step);
            }
        }
        Ok(())
    }
}

fn limit(steps: Option<u32>) -> usize {
    steps.map_or(usize::MAX, |steps| usize::try_from(steps).unwrap_or(usize::MAX))
}

/// The file of an open SQLite database, or `None` when it is in memory.
async fn sqlite_file(db: &DatabaseConnection) -> Result<Option<String>, MigrateError> {
    let row = db
        .query_one_raw(Statement::from_string(
            DbBackend::Sqlite,
            "SELECT file FROM pragma_database_list WHERE name = 'main'",
        ))
        .await;
    row.and_then(|row| {
        row.map(|row| row.try_get::<Option<String>>("", "file"))
            .transpose()
    })
    .map(|file| file.flatten().filter(|file| !file.is_empty()))
    .map_err(|source| MigrateError::Database {
        doing: "find the file of the database",
        source,
    })
}
