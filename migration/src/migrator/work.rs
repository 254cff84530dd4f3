//! One transaction of the migrator, from its locks to its commit.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sea_orm_migration::{
    MigrationTrait, SchemaManager,
    sea_orm::{
        ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, DynIden, Schema,
        SqliteTransactionMode, TransactionOptions, TransactionTrait,
    },
    sea_query::{Expr, ExprTrait, Query, Table},
    seaql_migrations::{self, Column},
};

use super::{
    Settings,
    error::{MigrateError, classify},
    lock,
    run::Run,
    sessions,
};

/// The key of the lock that each transaction of a migrator takes.
const TRANSACTION_KEY: i64 = lock::KEY + 1;

/// What one transaction does.
pub(super) enum Work<'w> {
    /// Make the tracking table.
    Install,
    /// Apply a migration and record it, unless it is recorded.
    Apply(&'w dyn MigrationTrait),
    /// Roll a migration back and forget it, if it is recorded.
    Revert(&'w dyn MigrationTrait),
    /// Drop the tracking table.
    Uninstall,
    /// Drop the schema by these statements.
    Drop(&'w [String]),
}

impl Work<'_> {
    fn name(&self) -> String {
        match self {
            Self::Install => "making the tracking table".to_owned(),
            Self::Apply(migration) => format!("migration {}", migration.name()),
            Self::Revert(migration) => format!("rolling back {}", migration.name()),
            Self::Uninstall => "dropping the tracking table".to_owned(),
            Self::Drop(_) => "dropping the schema".to_owned(),
        }
    }

    fn failure(&self, source: DbErr) -> MigrateError {
        match self {
            Self::Install => MigrateError::Database {
                doing: "make the tracking table",
                source,
            },
            Self::Apply(migration) | Self::Revert(migration) => MigrateError::Migration {
                migration: migration.name().to_owned(),
                source,
            },
            Self::Uninstall => MigrateError::Database {
                doing: "drop the tracking table",
                source,
            },
            Self::Drop(_) => MigrateError::Database {
                doing: "drop the schema",
                source,
            },
        }
    }

    /// Whether there was anything to do.
    async fn perform(&self, txn: &DatabaseTransaction, table: &DynIden) -> Result<bool, DbErr> {
        let manager = SchemaManager::new(txn);
        match self {
            Self::Install => {
                let schema = Schema::new(txn.get_database_backend());
                let mut create = schema.create_table_from_entity(seaql_migrations::Entity);
                create.table(table.clone()).if_not_exists();
                txn.execute(&create).await?;
            }
            Self::Apply(migration) => {
                if is_recorded(txn, table, migration.name()).await? {
                    return Ok(false);
                }
                migration.up(&manager).await?;
                record(txn, table, migration.name()).await?;
            }
            Self::Revert(migration) => {
                if !is_recorded(txn, table, migration.name()).await? {
                    return Ok(false);
                }
                migration.down(&manager).await?;
                let row = Expr::col(Column::Version).eq(migration.name());
                txn.execute(&Query::delete().from_table(table.clone()).and_where(row).take())
                    .await?;
            }
            Self::Uninstall => {
                txn.execute(&Table::drop().table(table.clone()).if_exists().take())
                    .await?;
            }
            Self::Drop(statements) => {
                for statement in *statements {
                    txn.execute_unprepared(statement).await?;
                }
            }
        }
        Ok(true)
    }
}

async fn is_recorded(txn: &DatabaseTransaction, table: &DynIden, name: &str) -> Result<bool, DbErr> {
    let row = Expr::col(Column::Version).eq(name);
    let query = Query::select()
        .column(Column::Version)
        .from(table.clone())
        .and_where(row)
        .take();
    Ok(txn.query_one(&query).await?.is_some())
}

async fn record(txn: &DatabaseTransaction, table: &DynIden, name: &str) -> Result<(), DbErr> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let mut insert = Query::insert();
    insert
        .into_table(table.clone())
        .columns([Column::Version, Column::AppliedAt])
        .values_panic([name.into(), i64::try_from(now).unwrap_or(i64::MAX).into()]);
    txn.execute(&insert).await.map(drop)
}

impl Run<'_> {
    /// Does `work` in one transaction, and says how long it took. `None` when there was nothing to do.
    pub(super) async fn perform(
        &mut self,
        work: Work<'_>,
        table: &DynIden,
    ) -> Result<Option<Duration>, MigrateError> {
        self.lock.ensure_held().await?;
        let started = Instant::now();
        let after = self.settings.lock_timeout;
        let failed = |source, on| classify(&work.name(), after, on, source, |source| work.failure(source));
        let without_keys =
            matches!(work, Work::Drop(_)) && self.db.get_database_backend() == DbBackend::Sqlite;
        if without_keys {
            // SQLite empties a table before it drops it, row by row and key by key.
            self.db
                .execute_unprepared("PRAGMA foreign_keys = OFF")
                .await
                .map_err(|source| failed(source, None))?;
        }
        let (txn, pid) = begin(&self.db, self.settings)
            .await
            .map_err(|source| failed(source, None))?;
        let task = async {
            let done = work.perform(&txn, table).await;
            match done {
                Ok(done) => txn.commit().await.map(|()| done),
                Err(error) => {
                    // The error that counts is the first one; without a commit nothing stays either way.
                    let _ = txn.rollback().await;
                    Err(error)
                }
            }
        };
        let (result, on) = match (self.lock.connection(), pid) {
            (Some(connection), Some(pid)) => {
                // At least twice while a statement waits.
                let interval = (after / 4).clamp(Duration::from_millis(10), Duration::from_millis(500));
                sessions::watch(connection, pid, interval, task).await
            }
            _ => (task.await, None),
        };
        if without_keys {
            self.db
                .execute_unprepared("PRAGMA foreign_keys = ON")
                .await
                .map_err(|source| failed(source, None))?;
        }
        match result {
            Ok(true) => Ok(Some(started.elapsed())),
            Ok(false) => Ok(None),
            Err(source) => Err(failed(source, on)),
        }
    }
}

/// Begins a transaction in which every statement gives up on a lock after `lock_timeout`, and which no other migrator's
/// transaction overlaps: not even one that the server is still finishing for a client that was killed.
async fn begin(
    db: &DatabaseConnection,
    settings: &Settings,
) -> Result<(DatabaseTransaction, Option<i32>), DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let txn = db.begin_with_options(options).await?;
    if txn.get_database_backend() != DbBackend::Postgres {
        return Ok((txn, None));
    }
    txn.execute_unprepared(&format!(
        "SET LOCAL lock_timeout = {}; SELECT pg_advisory_xact_lock({TRANSACTION_KEY}); SET LOCAL lock_timeout = {}",
        settings.wait.as_millis().max(1),
        settings.lock_timeout.as_millis().max(1),
    ))
    .await?;
    let pid = Query::select()
        .expr_as(Expr::cust("pg_backend_pid()"), "pid")
        .take();
    let row = txn.query_one(&pid).await?;
    Ok((txn, row.map(|row| row.try_get("", "pid")).transpose()?))
}
