//! Why a command could not be carried out.

use std::error::Error;
use std::io;
use std::path::PathBuf;

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
    #[error("Parquet goes into a file: name it with --out")]
    ParquetToStdout,
    /// What an operation of the library says is said as it is.
    #[error("{command} could not be carried out")]
    Command {
        command: &'static str,
        source: Box<dyn Error + Send + Sync>,
    },
    #[error("cannot start the runtime")]
    Runtime(#[source] io::Error),
    #[error("cannot write to standard output")]
    Output(#[from] io::Error),
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
        let mut cause = self.source();
        while let Some(source) = cause {
            let message = source.to_string();
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
