//! The command line of the operations: one binary, `service COMMAND`, for a person at a terminal and for a timer.
//!
//! With `--json` a command prints one JSON document on standard output, else a table.
//!
//! Exit status 0: all is well. 1: the command ran, and what it says is not well: lines refused, findings, work left over. 2: the
//! command line makes no sense, or the command could not be carried out, and the message says what to do. 130: interrupted.

mod arguments;
mod bar;
mod context;
mod database;
mod doctor;
mod error;
mod explain;
mod export;
mod import;
mod interrupt;
mod maintain;
mod outcome;
mod output;
mod partitions;
mod seed;
mod slow;
mod vacuum;
mod views;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;

use self::arguments::{Arguments, Command};
use self::context::Context;
use self::error::CliError;
use self::outcome::Outcome;
use self::output::Output;

/// Parses the arguments of the process, runs the command, and says how it went.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse_arguments(&error),
    };
    let output = if arguments.json {
        Output::Json
    } else {
        Output::People
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(output, &CliError::Runtime(error)),
    };
    let context = Context {
        database_url: arguments.database_url,
        output,
    };
    match runtime.block_on(run(&arguments.command, &context)) {
        Ok(outcome) => outcome.into(),
        Err(error) => fail(output, &error),
    }
}

async fn run(command: &Command, context: &Context) -> Result<Outcome, CliError> {
    match command {
        Command::Doctor(options) => doctor::run(options, context).await,
        Command::Explain(options) => explain::run(options, context).await,
        Command::Export(options) => export::run(options, context).await,
        Command::Import { source } => import::run(source, context).await,
        Command::Maintain(options) => maintain::run(options, context).await,
        Command::Partitions { command } => partitions::run(command, context).await,
        Command::Seed(options) => seed::run(options, context).await,
        Command::Slow(options) => slow::run(options, context).await,
        Command::Vacuum(options) => vacuum::run(options, context).await,
        Command::Views { command } => views::run(command, context).await,
    }
}

fn fail(output: Output, error: &CliError) -> ExitCode {
    output.fail(error);
    ExitCode::from(2)
}

/// Clap repeats what it does not understand, which may be a URL in the wrong place.
fn refuse_arguments(error: &clap::Error) -> ExitCode {
    let text = without_urls(&error.render().to_string(), std::env::args_os().skip(1));
    // What the arguments are is not known, so whether one of them is --json is looked up in their text.
    let _ = if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
        writeln!(
            std::io::stderr(),
            "{}",
            serde_json::json!({ "error": text.trim_end() })
        )
    } else if error.use_stderr() {
        std::io::stderr().write_all(text.as_bytes())
    } else {
        std::io::stdout().write_all(text.as_bytes())
    };
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Hides every argument that could be a database URL, wherever `text` repeats it.
fn without_urls(text: &str, arguments: impl Iterator<Item = OsString>) -> String {
    arguments
        .map(|argument| argument.to_string_lossy().into_owned())
        // `--database-url=postgres://…` is repeated with and without its name.
        .flat_map(|argument| {
            [
                argument.split_once('=').map(|(_, value)| value.to_owned()),
                Some(argument),
            ]
        })
        .flatten()
        .filter(|argument| {
            argument.contains("://") || argument.contains('@') || argument.contains("password=")
        })
        .fold(text.to_owned(), |text, argument| {
            text.replace(&argument, "[hidden]")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_that_looks_like_a_url_is_hidden() {
        let text = without_urls(
            "unexpected argument 'postgres://a:b@c/d' in --url=postgres://a:b@c/d",
            ["import", "--url=postgres://a:b@c/d"]
                .map(OsString::from)
                .into_iter(),
        );
        assert_eq!(text, "unexpected argument '[hidden]' in --url=[hidden]");
    }
}
