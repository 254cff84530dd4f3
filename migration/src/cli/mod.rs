//! The command line of the migrator: `migration up`, `down`, `status`, and so on.
//!
//! Exit status 0: done. 1: it failed, and the message says what to do. 2: the command line or the database URL makes no
//! sense, or a confirmation is missing.

mod arguments;
mod confirm;
mod database;
mod entities;
mod generate;
mod redact;
mod schema;

use std::{error::Error, fmt::Write as _, io::Write as _, process::ExitCode};

use clap::Parser;

use self::{
    arguments::{Arguments, Command},
    database::Chosen,
    redact::Redactor,
};
use crate::{ConnectError, MigrateError, UrlError};

/// Parses the arguments of the process, runs the command, and says how it went.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse_arguments(&error),
    };
    let (database, redactor) = match database::choose(arguments.database_url.as_deref()) {
        Ok(chosen) => {
            let redactor = Redactor::of(&chosen.url);
            (Ok(chosen), redactor)
        }
        Err(error) => (Err(error), Redactor::default()),
    };
    log_to_stderr(redactor.clone());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&CliError::Runtime(error), &redactor),
    };
    match runtime.block_on(run(arguments, database)) {
        Ok(code) => code,
        Err(error) => fail(&error, &redactor),
    }
}

async fn run(arguments: Arguments, database: Result<Chosen, CliError>) -> Result<ExitCode, CliError> {
    match arguments.command {
        Command::Generate(options) => Ok(generate::run(&options)?),
        Command::Entities(options) => entities::run(&options, &database?).await,
        Command::Diagram(options) => entities::draw(&options, &database?).await,
        Command::Schema(command) => schema::run(command, &arguments.waits, &database?).await,
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    #[error(transparent)]
    Generate(#[from] generate::GenerateError),
    #[error(transparent)]
    Confirm(#[from] confirm::ConfirmError),
    #[error(transparent)]
    Entities(#[from] crate::entities::EntitiesError),
    #[error("not every migration is applied ({pending} pending): run `migration up` first")]
    Pending { pending: usize },
    #[error("{origin}: {source}")]
    Url {
        /// Where the URL comes from.
        origin: database::Origin,
        source: UrlError,
    },
    #[error(
        "the file .env cannot be read (entry {entry}): write it as NAME=value, values with spaces or # in quotes"
    )]
    Dotenv { entry: usize },
    #[error("the file .env cannot be read")]
    DotenvFile(#[source] std::io::Error),
    #[error("cannot start the runtime")]
    Runtime(#[source] std::io::Error),
    #[error("cannot write to standard output")]
    Output(#[from] std::io::Error),
}

impl CliError {
    fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Url { .. }
                | Self::Dotenv { .. }
                | Self::Confirm(confirm::ConfirmError::NoTerminal { .. })
                | Self::Generate(generate::GenerateError::BadName { .. })
                | Self::Migrate(MigrateError::Connect(ConnectError::Url(_)))
        )
    }
}

/// Clap repeats what it does not understand, which may be a URL in the wrong place.
fn refuse_arguments(error: &clap::Error) -> ExitCode {
    let text = redact::arguments(&error.render().to_string(), std::env::args().skip(1));
    // Nothing can be done about a closed terminal.
    let _ = if error.use_stderr() {
        std::io::stderr().write_all(text.as_bytes())
    } else {
        std::io::stdout().write_all(text.as_bytes())
    };
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn fail(error: &CliError, redactor: &Redactor) -> ExitCode {
    let mut text = format!("error: {error}");
    // A message that is its source's own must not be said twice.
    let mut said = error.to_string();
    let mut cause: Option<&dyn Error> = error.source();
    while let Some(source) = cause {
        let message = source.to_string();
        if !said.ends_with(&message) {
            // Writing to a String does not fail.
            let _ = write!(text, ": {message}");
            said = message;
        }
        cause = source.source();
    }
    let _ = writeln!(std::io::stderr(), "{}", redactor.clean(&text));
    ExitCode::from(if error.is_usage() { 2 } else { 1 })
}

/// Logs go to stderr: warnings and worse, but not the driver's about slow statements, unless `RUST_LOG` says otherwise.
/// Whatever a library logs, the password is not in it.
fn log_to_stderr(redactor: Redactor) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,sqlx=error"));
    let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
    // A second subscriber in one process is refused, and the first one goes on.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(ansi)
        .with_writer(move || redact::CleanWriter::new(redactor.clone()))
        .try_init();
}
