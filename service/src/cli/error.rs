//! Why a command could not be carried out.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use sea_orm::{DbErr, SqlxError};

use super::database::Origin;
use crate::agents::LoadError;
use crate::connect::ConnectError;
use crate::error::{Classified, DatabaseError};
use crate::import::shopify::{ExportKind, ImportFailure, SourceError};

#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error("the database URL of {origin} cannot be read: {hint}")]
    Url { origin: Origin, hint: &'static str },
    #[error(
        "the file .env cannot be read (entry {entry}): write it as NAME=value, values with spaces or # in quotes"
    )]
    Dotenv { entry: usize },
    #[error("the file .env cannot be read")]
    DotenvFile(#[source] io::Error),
    #[error("{database} cannot be reached{}", advice(.source))]
    Connect { database: String, source: ConnectError },
    #[error(
        "there is no database {}: create it with `cargo run -p migration -- up`, or name another with --database-url",
        .file.display()
    )]
    NoDatabase { file: PathBuf },
    #[error(
        "{database} does not have the schema of this program: bring it up to date with `cargo run -p migration -- up`"
    )]
    NotMigrated { database: String, source: DatabaseError },
    #[error(
        "{database} has its tables in the schema {schema}, where this role does not find them: it needs USAGE on {schema}, and {schema} in its search_path; run `service doctor`"
    )]
    SchemaNotFound {
        database: String,
        schema: String,
        source: DatabaseError,
    },
    #[error(
        "{database} lacks {count} of the migrations of this program, {first} first: run `cargo run -p migration -- up`"
    )]
    MigrationsMissing {
        database: String,
        first: &'static str,
        count: usize,
    },
    #[error(
        "{database} has a migration that this program does not know, {migration}: the program is older than the database; use the release that migrated it"
    )]
    ProgramTooOld { database: String, migration: String },
    #[error("{} is a directory: name the SQLite file in it", .file.display())]
    DatabaseIsDirectory { file: PathBuf },
    #[error("{} is there and cannot be opened: see who may read and write it and its directory", .file.display())]
    DatabaseNotOpened { file: PathBuf },
    #[error("{database} does not answer as it should")]
    Database { database: String, source: DatabaseError },
    #[error("there is no file {}", .file.display())]
    NoFile { file: PathBuf },
    #[error("{} is a directory: name the CSV file in it", .file.display())]
    Directory { file: PathBuf },
    #[error("{} cannot be opened", .file.display())]
    Open { file: PathBuf, source: io::Error },
    #[error("{}", .file.display())]
    Export { file: PathBuf, source: SourceError },
    #[error("the report would replace {}, which is to be imported: name another file with --report", .file.display())]
    ReportIsInput { file: PathBuf },
    #[error("the report {} cannot be written", .file.display())]
    Report { file: PathBuf, source: io::Error },
    #[error("{}: the {kind} import ended early{}", .file.display(), again(.source))]
    Import {
        file: PathBuf,
        kind: ExportKind,
        source: Box<ImportFailure>,
    },
    #[error("{}", .file.display())]
    Organisation { file: PathBuf, source: LoadError },
    #[error("{} is a directory: name the file, as in --out {}", .directory.display(), .directory.join(.file).display())]
    OutIsDirectory { directory: PathBuf, file: String },
    #[error("{} is a file: with --all, --out names a directory", .file.display())]
    OutIsFile { file: PathBuf },
    /// A directory of that name would show the password to everybody.
    #[error(
        "{argument} is a URL, where a file or a directory belongs; the database is named by --database-url"
    )]
    UrlForFile { argument: &'static str },
    #[error("Parquet goes into a file: name it with --out")]
    ParquetToStdout,
    /// What an operation of the library says is said as it is.
    #[error("{command} could not be carried out")]
    Command {
        command: &'static str,
        source: Box<dyn Error + Send + Sync>,
    },
    /// A signal came before anything was done that would have to be told of.
    #[error("interrupted {how_far}")]
    Interrupted { how_far: &'static str },
    #[error("cannot start the runtime")]
    Runtime(#[source] io::Error),
    #[error("cannot write to standard output")]
    Output(#[from] io::Error),
}

/// What a cause says. PostgreSQL's errors name a line of its own source code, or so it reads: nobody who runs a command has it.
fn said_by(cause: &(dyn Error + 'static), is_of_database: bool) -> String {
    let mut text = cause.to_string();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_digit());
    if is_of_database
        && digits.len() < text.len()
        && let Some(end) = digits.strip_suffix(" at line ").map(str::len)
    {
        text.truncate(end);
    }
    text
}

fn again(failure: &ImportFailure) -> &'static str {
    if failure.is_retryable() {
        "; import again to go on"
    } else {
        ""
    }
}

/// What to do about it, before the cause is told.
fn advice(error: &ConnectError) -> &'static str {
    match error {
        ConnectError::Unreachable { .. } => "; start the server, or name another with --database-url",
        ConnectError::NotAdmitted { .. } => "; check user and password",
        ConnectError::MissingDatabase { .. } => {
            "; create it with `createdb`, then `cargo run -p migration -- up`"
        }
        _ => "",
    }
}

impl CliError {
    /// An operation that a command runs failed.
    pub(super) fn of(command: &'static str, source: impl Error + Send + Sync + 'static) -> Self {
        Self::Command {
            command,
            source: Box::new(source),
        }
    }

    /// The message and those of its causes, none of them twice.
    pub(super) fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut said = text.clone();
        let mut is_of_database = false;
        let mut cause = self.source();
        while let Some(source) = cause {
            is_of_database |= source.is::<DbErr>() || source.is::<SqlxError>();
            let message = said_by(source, is_of_database);
            if !said.ends_with(&message) {
                text.push_str(": ");
                text.push_str(&message);
                said = message;
            }
            cause = source.source();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_servers_source_code_is_not_told() {
        let of = |text: &str, is_of_database| said_by(&io::Error::other(text.to_owned()), is_of_database);
        let missing = "relation \"walls\" does not exist";
        assert_eq!(of(&format!("{missing} at line 1392"), true), missing);
        assert_eq!(of("an error at line x", true), "an error at line x");
        assert_eq!(
            of("a comma is missing at line 3", false),
            "a comma is missing at line 3"
        );
    }
}
