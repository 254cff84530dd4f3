//! Months of history as files, so that dropping them loses nothing.
//!
//! A directory holds a directory for each month, `2024-01`, with a file for each table and `manifest.json`. The files are CSV as
//! PostgreSQL writes it, compressed with gzip: a header, then a row in a line, sorted by the month's key and the id; nothing at
//! all is NULL, and `""` is the empty text. Instants are in UTC. A file of either engine restores into either: what the engines
//! write differently, such as the digits of a second, is read alike.
//!
//! A month is written under another name, forced to disk, and then renamed, before its rows go. What is there under its name is
//! therefore whole. It stands for what the database held when it was written: erasing a customer does not reach into it.

mod columns;
mod directory;
mod error;
mod file;
mod lines;
mod manifest;
mod postgres;
mod record;
mod sqlite;

use std::path::{Path, PathBuf};

use chrono::Utc;
use sea_orm::{ConnectionTrait, Statement};

pub use error::ArchiveError;
pub use manifest::{ArchivedFile, Manifest};

pub(super) use columns::{Column, Kind, columns};
pub(super) use directory::{Placed, directories, read, verify};
pub(super) use file::{Records, content};
pub(super) use lines::Lines;
pub(super) use record::Record;
pub(super) use sqlite::{Row, fields, page};

use super::Month;
use super::base::Base;
use super::drop::DropError;
use super::family::parts;
use crate::error::DatabaseError;
use crate::maintenance::lock::{FileLock, LockError, Work};
use directory::Draft;
use manifest::FORMAT;

/// A directory of archived months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Archive {
    directory: PathBuf,
}

impl Archive {
    pub(super) fn at(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
        }
    }

    pub(super) fn directory_of(&self, month: Month) -> PathBuf {
        self.directory.join(month.to_string())
    }

    /// Makes the directory, so that one that cannot be made is noticed before anything else, and keeps everybody else from writing to
    /// it: runs of other databases as well, which no lock of this one keeps out.
    pub(super) async fn prepare(&self) -> Result<FileLock, DropError> {
        directory::make(&self.directory).map_err(ArchiveError::io(&self.directory))?;
        let lock = self.directory.join(".lock");
        match FileLock::acquire(lock, Work::MoveMonths).await {
            Err(LockError::File { file, source }) => Err(ArchiveError::Io { path: file, source }.into()),
            outcome => {
                let lock = outcome?;
                directory::clear(&self.directory).map_err(ArchiveError::io(&self.directory))?;
                Ok(lock)
            }
        }
    }

    /// Writes the month as the transaction sees it, or finds that it is there already.
    pub(super) async fn keep<C: ConnectionTrait>(
        &self,
        base: &Base<'_>,
        transaction: &C,
        month: Month,
    ) -> Result<Placed, KeepError> {
        let draft = Draft::new(&self.directory, month)?;
        let files = if base.is_postgres() {
            postgres::write(base, transaction, &draft, month).await?
        } else {
            sqlite::write(transaction, &draft, month).await?
        };
        let manifest = Manifest {
            format: FORMAT,
            month,
            engine: engine(base).to_owned(),
            schema_version: schema_version(transaction).await?,
            written_at: Utc::now(),
            files,
        };
        Ok(draft.place(&manifest)?)
    }
}

/// Why a month was not written.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeepError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<KeepError> for DropError {
    fn from(error: KeepError) -> Self {
        match error {
            KeepError::Archive(error) => error.into(),
            KeepError::Database(error) => error.into(),
        }
    }
}

fn engine(base: &Base<'_>) -> &'static str {
    if base.is_postgres() {
        "postgresql"
    } else {
        "sqlite"
    }
}

/// The last migration that was applied.
async fn schema_version<C: ConnectionTrait>(db: &C) -> Result<String, DatabaseError> {
    const LAST: &str = "SELECT max(version) FROM seaql_migrations";
    let row = db
        .query_one_raw(Statement::from_string(db.get_database_backend(), LAST))
        .await?;
    let version: Option<String> = row.map_or(Ok(None), |row| row.try_get_by_index(0))?;
    Ok(version.unwrap_or_default())
}

/// The name of a table's file.
fn file_name(table: &str) -> String {
    format!("{table}.csv.gz")
}

/// The tables of a month, each after those that it refers to.
pub(super) fn tables() -> Vec<&'static str> {
    let mut tables: Vec<_> = parts().into_iter().map(|part| part.table).collect();
    tables.reverse();
    tables
}
