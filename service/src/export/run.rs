//! Reading at one moment, and writing page by page.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DbBackend, IsolationLevel, TransactionOptions,
    TransactionSession, TransactionTrait,
};
use serde::Serialize;
use thiserror::Error;

use super::file::Destination;
use super::format::Format;
use super::source::Source;
use crate::error::{Class, Classified, DatabaseError};
use crate::operation;

/// Rows that are read at once.
const PAGE: u64 = 4_096;

/// SQLite computes a view for every page.
const PAGE_OF_A_VIEW: u64 = 100_000;

/// A table or view to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export {
    /// Which.
    pub source: Source,
    /// How.
    pub format: Format,
}

/// Tables and views to be written, each into a file `NAME.FORMAT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportFiles {
    /// Which, and into which file.
    pub files: Vec<(Source, PathBuf)>,
    /// How.
    pub format: Format,
}

impl ExportFiles {
    /// Every table and every view, into a directory.
    #[must_use]
    pub fn all(directory: &Path, format: Format) -> Self {
        let file = |source: Source| (source, directory.join(format!("{source}.{format}")));
        Self {
            files: Source::all().into_iter().map(file).collect(),
            format,
        }
    }
}

/// How far an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being written.
    pub source: Source,
    /// Rows of it that are written.
    pub rows: u64,
    /// Rows that it has.
    pub of: u64,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// Of what.
    pub source: Source,
    /// How many rows.
    pub rows: u64,
    /// Where; `None` when the caller knows.
    pub file: Option<PathBuf>,
}

/// Why nothing was exported.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// Writing failed.
    #[error("{table} cannot be written{}", path.as_deref().map_or_else(String::new, |path| format!(" to {}", path.display())))]
    Write {
        /// What was being written.
        table: Source,
        /// Where; `None` when the caller knows.
        path: Option<PathBuf>,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The caller stopped it.
    #[error("stopped")]
    Stopped,
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for ExportError {
    fn class(&self) -> Class {
        match self {
            Self::Write { .. } => Class::Broken,
            Self::Stopped => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Writes a table or view, in the order of its key, and says how many rows that were.
///
/// `watch` hears how far it is after every page of 4 096 rows (of 100 000 for a view), and may stop it. One statement to count, and
/// one for each page, in a read-only transaction: a pool is taken and no caller's transaction, which may see more than one moment.
/// Locks nothing.
///
/// # Errors
///
/// [`ExportError::Write`], after which something may have been written; [`ExportError::Stopped`], the same.
pub async fn export(
    db: &DatabaseConnection,
    command: Export,
    out: impl Write + Send,
    mut watch: impl FnMut(Progress) -> ControlFlow<()> + Send,
) -> Result<Exported, ExportError> {
    let db = &operation::named(db, "export.export");
    let moment = begin(db).await?;
    let outcome = write(&moment, command, out, None, &mut watch).await;
    end(moment).await;
    let rows = outcome?;
    Ok(Exported {
        source: command.source,
        rows,
        file: None,
    })
}

/// Writes tables and views into files, all as they are at one moment. See [`export()`].
///
/// A directory that is not there is made. No file appears before all are complete; then each takes the place of one that was there.
/// What is no file, such as a pipe or a device, is written to at once.
///
/// # Errors
///
/// [`ExportError::Write`] and [`ExportError::Stopped`], after which the files that were there are there as before, unless giving the
/// new ones their names is what failed.
pub async fn export_files(
    db: &DatabaseConnection,
    command: ExportFiles,
    mut watch: impl FnMut(Progress) -> ControlFlow<()> + Send,
) -> Result<Vec<Exported>, ExportError> {
    let db = &operation::named(db, "export.export_files");
    let moment = begin(db).await?;
    let written = write_files(&moment, &command, &mut watch).await;
    end(moment).await;
    let mut exported = Vec::new();
    for (done, destination) in written? {
        let failed = failure(done.source, done.file.clone());
        destination.keep().map_err(failed)?;
        exported.push(done);
    }
    Ok(exported)
}

async fn write_files<C: ConnectionTrait>(
    db: &C,
    command: &ExportFiles,
    watch: &mut (impl FnMut(Progress) -> ControlFlow<()> + Send),
) -> Result<Vec<(Exported, Destination)>, ExportError> {
    // All of them first: what cannot be written is to be noticed before anything is read.
    let mut destinations = Vec::with_capacity(command.files.len());
    for (source, path) in &command.files {
        let destination = destination(path).map_err(failure(*source, Some(path.clone())))?;
        destinations.push((*source, path, destination));
    }
    let mut written = Vec::with_capacity(destinations.len());
    for (source, path, destination) in destinations {
        let one = Export {
            source,
            format: command.format,
        };
        let rows = write(db, one, destination.file(), Some(path), watch).await?;
        let done = Exported {
            source,
            rows,
            file: Some(path.clone()),
        };
        written.push((done, destination));
    }
    Ok(written)
}

fn destination(path: &Path) -> io::Result<Destination> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    Destination::create(path)
}

async fn write<C: ConnectionTrait>(
    db: &C,
    command: Export,
    out: impl Write + Send,
    path: Option<&PathBuf>,
    watch: &mut (impl FnMut(Progress) -> ControlFlow<()> + Send),
) -> Result<u64, ExportError> {
    let source = command.source;
    let failed = || failure(source, path.cloned());
    let columns = source.columns().map_err(DatabaseError::from)?;
    let of = source.count(db).await?;
    let mut sheet = command.format.begin(out, &columns).map_err(failed())?;
    let limit = if source.is_view() { PAGE_OF_A_VIEW } else { PAGE };
    let (mut rows, mut after) = (0, None);
    loop {
        let (page, last) = source.page(db, after.as_ref(), limit).await?;
        let count = page.len() as u64;
        rows += count;
        sheet.write(page).map_err(failed())?;
        if watch(Progress { source, rows, of }).is_break() {
            return Err(ExportError::Stopped);
        }
        if count < limit {
            break;
        }
        after = last;
    }
    sheet.finish().map_err(failed())?;
    Ok(rows)
}

fn failure(table: Source, path: Option<PathBuf>) -> impl FnOnce(io::Error) -> ExportError {
    move |source| ExportError::Write { table, path, source }
}

/// A read-only transaction that sees one moment.
async fn begin<C>(db: &C) -> Result<C::Transaction, DatabaseError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let options = match db.get_database_backend() {
        DbBackend::Postgres => TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        },
        // A deferred transaction, SQLite's own default, sees the moment of its first read.
        _ => TransactionOptions::default(),
    };
    Ok(db.begin_with_options(options).await?)
}

/// There is nothing to keep.
async fn end(moment: impl TransactionSession) {
    if let Err(error) = moment.rollback().await {
        tracing::debug!(%error, "ending a read failed");
    }
}
