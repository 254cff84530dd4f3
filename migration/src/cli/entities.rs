//! `migration entities` and `migration diagram`: what a migrated database looks like from outside.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use sea_orm::DatabaseConnection;
use tempfile::TempDir;

use super::{
    CliError,
    arguments::{Diagram, Entities},
    database::{Chosen, Origin},
};
use crate::{DatabaseUrl, Runner, connect, diagram, entities, entities::EntitiesError};

/// Writes the entities of the database, or with `--check` compares and exits 1 when they differ.
pub(super) async fn run(options: &Entities, chosen: &Chosen) -> Result<ExitCode, CliError> {
    let directory = match &options.output {
        Some(directory) => directory.clone(),
        None => default_output().ok_or(EntitiesError::NoCrate)?,
    };
    let database = Migrated::open(chosen).await?;
    let files = entities::generate(&database.db).await;
    database.close().await;
    let files = files?;
    if options.check {
        check(&files, &directory)
    } else {
        write(&files, &directory)
    }
}

/// Prints the Mermaid text and nothing else on standard output.
pub(super) async fn draw(options: &Diagram, chosen: &Chosen) -> Result<ExitCode, CliError> {
    let database = Migrated::open(chosen).await?;
    let detail = if options.relationships {
        diagram::Detail::Relationships
    } else {
        diagram::Detail::Columns
    };
    let text = diagram::diagram(&database.db, detail).await;
    database.close().await;
    io::stdout().write_all(text.map_err(EntitiesError::from)?.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn check(files: &entities::GeneratedFiles, directory: &Path) -> Result<ExitCode, CliError> {
    let mut out = io::stdout();
    match files.diff(directory)? {
        None => {
            writeln!(out, "{} is what the schema yields", directory.display())?;
            Ok(ExitCode::SUCCESS)
        }
        Some(diff) => {
            write!(out, "{diff}")?;
            writeln!(
                io::stderr(),
                "error: {} is not what the schema yields: run `cargo run -p migration -- entities`",
                directory.display()
            )?;
            Ok(ExitCode::FAILURE)
        }
    }
}

fn write(files: &entities::GeneratedFiles, directory: &Path) -> Result<ExitCode, CliError> {
    let outcome = files.write(directory)?;
    let mut out = io::stdout();
    for name in &outcome.written {
        writeln!(out, "wrote     {name}")?;
    }
    for name in &outcome.removed {
        writeln!(out, "removed   {name}")?;
    }
    writeln!(
        out,
        "{} written, {} removed, {} unchanged in {}",
        outcome.written.len(),
        outcome.removed.len(),
        outcome.unchanged.len(),
        directory.display()
    )?;
    Ok(ExitCode::SUCCESS)
}

/// The crate beside this one, as Cargo says, or above the working directory.
fn default_output() -> Option<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map(|manifest| PathBuf::from(manifest).join("../entity"))
        .into_iter()
        .chain(here.ancestors().map(|above| above.join("entity")))
        .find(|entity| entity.join("Cargo.toml").exists())
        .and_then(|entity| entity.canonicalize().ok())
        .map(|entity| entity.join("src/generated"))
}

/// A database with every migration applied.
struct Migrated {
    db: DatabaseConnection,
    /// Removes a database that was made for this command alone.
    _temporary: Option<TempDir>,
}

impl Migrated {
    /// The chosen one if all migrations are applied to it; without a choice a temporary SQLite file, migrated here.
    async fn open(chosen: &Chosen) -> Result<Self, CliError> {
        if chosen.origin == Origin::Default {
            let temporary = TempDir::new()?;
            let url = DatabaseUrl::sqlite_file(&temporary.path().join("schema.db"));
            Runner::new().up(&url, None).await?;
            writeln!(
                io::stderr(),
                "database: a temporary one on SQLite, as there is no DATABASE_URL"
            )?;
            let db = connect(&url).await.map_err(crate::MigrateError::from)?;
            return Ok(Self {
                db,
                _temporary: Some(temporary),
            });
        }
        writeln!(io::stderr(), "database: {chosen}")?;
        let status = Runner::new().status(&chosen.url).await?;
        let pending = status.iter().filter(|line| line.applied_at.is_none()).count();
        if pending > 0 {
            return Err(CliError::Pending { pending });
        }
        let db = connect(&chosen.url).await.map_err(crate::MigrateError::from)?;
        Ok(Self { db, _temporary: None })
    }

    async fn close(self) {
        // Everything has been read.
        let _ = self.db.close().await;
    }
}
