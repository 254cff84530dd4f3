//! Archived months come back.
//!
//! Everything is checked before the first row is written: the manifests, and every file against its size, its SHA-256 and the
//! number of its rows. Then the months come back, the oldest first, parents before children; on PostgreSQL each in a transaction,
//! after its partitions are made where they are missing, on SQLite in batches.
//!
//! A row that is there already, just as it was archived, is skipped, so that the same archive can be restored again and an
//! interrupted run goes on. One that is there with other values is refused ([`RestoreError::Different`]): nothing is overwritten.
//!
//! A row may refer to what has been deleted since. Then it gets what a deletion would have done to it had it been there: where the
//! key says SET NULL it comes back without the reference ([`RestoredTable::cleared`]), where the key would have kept the other row
//! from being deleted the month is refused ([`RestoreError::Missing`]). Tasks of an agent that was archived since come back; the
//! rule that archived agents get no work is about work that is still to be done.
//!
//! What was erased of a customer after the archive was written comes back with it: erase again.

mod postgres;
mod report;
mod same;
mod sqlite;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::DatabaseConnection;

pub use report::{
    Restore, RestoreError, RestoreFailure, RestoreProgress, RestoreReport, RestoreWatch, RestoredMonth,
    RestoredTable,
};

use super::archive::{ArchiveError, ArchivedFile, Column, Manifest, columns, directories, tables, verify};
use super::base::Base;
use super::family::{Part, parts};
use crate::maintenance::lock::{self, Lock, Work};

/// Restores the months of an archive, or the one month when the directory is that of one.
///
/// `watch` is told after every month, on SQLite after every batch, and stops the run there by breaking; sent again it goes on.
/// On PostgreSQL it wants the rights of the tables' owner, and TEMPORARY on the database. Locks what [making](super::make()) the
/// missing months locks, and nothing else that is there, except that tasks of archived agents keep other writers off `tasks` until
/// their month is committed.
///
/// # Errors
///
/// [`RestoreFailure`] with the months before and why the next failed: [`RestoreError::Archive`] and [`RestoreError::UnknownColumns`]
/// before anything is written, [`RestoreError::Different`], [`RestoreError::Missing`], [`RestoreError::Lock`]
/// at once when another drop or restore runs, and what can happen to a connection.
pub async fn restore(
    db: &DatabaseConnection,
    command: &Restore,
    watch: &mut RestoreWatch<'_>,
) -> Result<RestoreReport, Box<RestoreFailure>> {
    const ACTION: &str = "maintenance.partitions.restore.restore";
    let base = Base::of(db, ACTION);
    let mut report = RestoreReport::default();
    match alone(&base, &command.directory, watch, &mut report).await {
        Ok(()) => Ok(report),
        Err(source) => Err(Box::new(RestoreFailure {
            so_far: report,
            source,
        })),
    }
}

async fn alone(
    base: &Base<'_>,
    directory: &Path,
    watch: &mut RestoreWatch<'_>,
    report: &mut RestoreReport,
) -> Result<(), RestoreError> {
    let mut lock = lock::acquire(base.pool, Work::MoveMonths, Duration::ZERO).await?;
    let outcome = run(base, directory, watch, report, &mut lock).await;
    lock.release().await;
    outcome
}

async fn run(
    base: &Base<'_>,
    directory: &Path,
    watch: &mut RestoreWatch<'_>,
    report: &mut RestoreReport,
    lock: &mut Lock,
) -> Result<(), RestoreError> {
    let mut months = Vec::new();
    for (directory, manifest) in directories(directory)? {
        verify(&directory, &manifest)?;
        months.push(Source::of(directory, manifest)?);
    }
    let mut before = 0;
    for (done, source) in months.iter().enumerate() {
        lock.ensure_held().await?;
        let mut step = |rows: u64, done: usize| {
            watch(RestoreProgress {
                month: source.manifest.month,
                done,
                months: months.len(),
                rows: before + rows,
            })
        };
        let (month, stopped) = if base.is_postgres() {
            (postgres::restore(base, source).await?, false)
        } else {
            sqlite::restore(&base.db, source, &mut |rows| step(rows, done)).await?
        };
        let rows = month
            .tables
            .iter()
            .map(|table| table.restored + table.present)
            .sum();
        let asked = step(rows, done + 1) == ControlFlow::Break(()) && done + 1 < months.len();
        before += rows;
        report.months.push(month);
        if stopped || asked {
            report.interrupted = true;
            break;
        }
    }
    Ok(())
}

/// An archived month whose files are known to be whole.
struct Source {
    directory: PathBuf,
    manifest: Manifest,
    files: Vec<SourceFile>,
}

/// A file and the table it belongs to, parents before children.
struct SourceFile {
    file: ArchivedFile,
    part: Part,
    /// Those of the file, in its order.
    columns: Vec<Column>,
}

impl Source {
    fn of(directory: PathBuf, manifest: Manifest) -> Result<Self, RestoreError> {
        let unknown = |file: &ArchivedFile, columns: Vec<String>| RestoreError::UnknownColumns {
            table: file.table.clone(),
            columns,
            schema_version: manifest.schema_version.clone(),
        };
        let known = tables();
        if let Some(file) = manifest
            .files
            .iter()
            .find(|file| !known.contains(&file.table.as_str()))
        {
            return Err(unknown(file, Vec::new()));
        }
        for table in &known {
            let found = manifest.files.iter().filter(|file| file.table == *table).count();
            if found != 1 {
                return Err(RestoreError::from(ArchiveError::Damaged {
                    path: directory,
                    what: "the number of files of a table",
                    expected: format!("1 of {table}"),
                    found: found.to_string(),
                }));
            }
        }
        let mut files = Vec::new();
        for part in parts().into_iter().rev() {
            let Some(file) = manifest.files.iter().find(|file| file.table == part.table) else {
                continue;
            };
            let all = columns(part.table);
            let found = |name: &String| all.iter().find(|column| column.name == name).copied();
            let missing: Vec<_> = file
                .columns
                .iter()
                .filter(|name| found(name).is_none())
                .cloned()
                .collect();
            if !missing.is_empty() {
                return Err(unknown(file, missing));
            }
            files.push(SourceFile {
                columns: file.columns.iter().filter_map(found).collect(),
                file: file.clone(),
                part,
            });
        }
        Ok(Self {
            directory,
            manifest,
            files,
        })
    }
}
