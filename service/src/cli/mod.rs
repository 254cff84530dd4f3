//! The command line of the operations: one binary, `service COMMAND`, for a person at a terminal and for a timer.
//!
//! With `--json` a command prints one JSON document on standard output, else a table.
//!
//! Exit status 0: all is well. 1: the command ran, and what it says is not well: lines refused, findings, work left over. 2: the
//! command line makes no sense, or the command could not be carried out, and the message says what to do. 130: interrupted, by
//! Ctrl-C or SIGTERM, and standard error says how far it came.

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
mod schema;
mod secrets;
mod seed;
mod slow;
mod vacuum;
mod views;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use self::arguments::{Arguments, Command};
use self::context::Context;
use self::error::CliError;
use self::interrupt::Interrupt;
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
    let outcome = runtime.block_on(async {
        let context = Context {
            database_url: arguments.database_url,
            output,
            interrupt: Interrupt::listen(output),
        };
        run(&arguments.command, &context).await
    });
    match outcome {
        Ok(outcome) => outcome.into(),
        Err(CliError::Interrupted { how_far }) => {
            // A thread that waits for a name or a file is not waited for.
            runtime.shutdown_background();
            output.interrupted(how_far);
            Outcome::Interrupted.into()
        }
        Err(error) => fail(output, &error),
    }
}

/// How far a command came that only reads.
const READING: &str = "before the end: nothing was changed";

async fn run(command: &Command, context: &Context) -> Result<Outcome, CliError> {
    match command {
        Command::Doctor(options) => context.unless_asked(READING, doctor::run(options, context)).await,
        Command::Explain(options) => {
            let tried = "before the end: what was tried is rolled back";
            context.unless_asked(tried, explain::run(options, context)).await
        }
        Command::Export(options) => export::run(options, context).await,
        Command::Import { source } => import::run(source, context).await,
        Command::Maintain(options) => maintain::run(options, context).await,
        Command::Partitions { command } => partitions::run(command, context).await,
        Command::Seed(options) => seed::run(options, context).await,
        Command::Slow(options) => context.unless_asked(READING, slow::run(options, context)).await,
        Command::Vacuum(options) => vacuum::run(options, context).await,
        Command::Views { command } => views::run(command, context).await,
    }
}

fn fail(output: Output, error: &CliError) -> ExitCode {
    output.fail(&secrets::hidden(
        &error.with_causes(),
        std::env::args_os().skip(1),
    ));
    ExitCode::from(2)
}

/// Clap repeats what it does not understand, which may be a URL in the wrong place.
fn refuse_arguments(error: &clap::Error) -> ExitCode {
    let text = secrets::hidden(&error.render().to_string(), std::env::args_os().skip(1));
    // What the arguments are is not known, so whether one of them is --json is looked up in their text.
    if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
        Output::Json.fail(&one_line(error.kind(), &text));
    } else {
        // Nothing can be done about a closed terminal.
        let _ = if error.use_stderr() {
            std::io::stderr().write_all(text.as_bytes())
        } else {
            std::io::stdout().write_all(text.as_bytes())
        };
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// What is wrong with the arguments, without the words around it that are for a terminal.
fn one_line(kind: ErrorKind, text: &str) -> String {
    if kind == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a command is missing: see --help".to_owned();
    }
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let text = ["\n\nUsage:", "\n\nFor more information"]
        .iter()
        .filter_map(|tail| text.find(tail))
        .min()
        .map_or(text, |end| &text[..end]);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_around_a_refusal_of_arguments_are_for_a_terminal_alone() {
        let error = |arguments: &[&str]| match Arguments::try_parse_from(arguments) {
            Ok(_) => String::new(),
            Err(error) => one_line(error.kind(), &error.render().to_string()),
        };
        assert_eq!(
            error(&["service", "export", "orders"]),
            "the following required arguments were not provided: --format <FORMAT>"
        );
        let unknown = error(&["service", "export", "orders", "--format", "xml"]);
        assert!(unknown.starts_with("invalid value 'xml' for '--format") && !unknown.contains("help"));
        assert_eq!(error(&["service"]), "a command is missing: see --help");
    }
}
