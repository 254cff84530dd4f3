//! Writing many rows fast, in one transaction.

mod empty;
mod postgres;
mod sqlite;

use sea_orm::sea_query::InsertStatement;
use sea_orm::{DatabaseConnection, DbBackend, EntityTrait};

use super::command::SeedError;
use crate::error::DatabaseError;

/// A transaction that takes rows in: by COPY on PostgreSQL, by INSERT with many rows on SQLite.
pub(super) enum Writer {
    Postgres(postgres::Copy),
    Sqlite(sqlite::Insert),
}

impl Writer {
    /// Begins it, under the name of an operation: when the database is empty, nobody else is filling it, and the role may.
    pub(super) async fn begin(db: &DatabaseConnection, action: &'static str) -> Result<Self, SeedError> {
        let mut writer = match db.get_database_backend() {
            DbBackend::Postgres => Self::Postgres(postgres::Copy::begin(db, action).await?),
            _ => match sqlite::Insert::begin(db, action).await {
                Err(DatabaseError::Busy) => return Err(SeedError::Busy),
                insert => Self::Sqlite(insert?),
            },
        };
        match writer.look_around().await {
            Ok(()) => Ok(writer),
            Err(error) => {
                writer.give_up().await;
                Err(error)
            }
        }
    }

    async fn look_around(&mut self) -> Result<(), SeedError> {
        if let Self::Postgres(copy) = self {
            let missing = copy.missing(&empty::tables()).await?;
            if !missing.is_empty() {
                return Err(SeedError::NotPermitted { missing });
            }
            if !copy.alone().await? {
                return Err(SeedError::Busy);
            }
        }
        let tables = match self {
            Self::Postgres(copy) => copy.texts(empty::filled()).await?,
            Self::Sqlite(insert) => insert.texts(empty::filled()).await?,
        };
        if tables.is_empty() {
            Ok(())
        } else {
            Err(SeedError::NotEmpty { tables })
        }
    }

    /// Rolls back what led to an error, which says more than that this failed as well.
    pub(super) async fn give_up(self) {
        if let Err(undo) = self.rollback().await {
            tracing::warn!(error = %undo, "rolling back failed");
        }
    }

    pub(super) async fn put<E: EntityTrait>(&mut self, rows: &[E::Model]) -> Result<(), DatabaseError> {
        if rows.is_empty() {
            return Ok(());
        }
        match self {
            Self::Postgres(copy) => copy.put::<E>(rows).await,
            Self::Sqlite(insert) => insert.put::<E>(rows).await,
        }
    }

    /// A statement of its own; how many rows it wrote.
    pub(super) async fn execute(&mut self, statement: InsertStatement) -> Result<u64, DatabaseError> {
        match self {
            Self::Postgres(copy) => copy.execute(&statement).await,
            Self::Sqlite(insert) => insert.execute(&statement).await,
        }
    }

    /// Lets the shop's own order numbers go on after this one.
    pub(super) async fn go_on_after(&mut self, number: u64) -> Result<(), DatabaseError> {
        match self {
            Self::Postgres(copy) => copy.go_on_after(number).await,
            // The counter is a row like any other there.
            Self::Sqlite(_) => Ok(()),
        }
    }

    pub(super) async fn commit(self) -> Result<(), DatabaseError> {
        match self {
            Self::Postgres(copy) => copy.commit().await,
            Self::Sqlite(insert) => insert.commit().await,
        }
    }

    async fn rollback(self) -> Result<(), DatabaseError> {
        match self {
            Self::Postgres(copy) => copy.rollback().await,
            Self::Sqlite(insert) => insert.rollback().await,
        }
    }
}
