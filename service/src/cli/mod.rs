//! The command line of the operations: `service import shopify --products FILE`.
//!
//! Exit status 0: everything went through. 1: some lines were refused, the others went through. 2: the command line makes
//! no sense, or the command could not be carried out, and the message says what to do. 130: interrupted.

mod arguments;
mod bar;
mod database;
mod error;
mod export_file;
mod import;
mod interrupt;
mod refusal_file;
mod summary;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;

use self::arguments::{Arguments, Command, Source};
use self::error::CliError;

/// What the command came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Complete,
    SomeRefused,
    Interrupted,
}

/// Parses the arguments of the process, runs the command, and says how it went.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse_arguments(&error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&CliError::Runtime(error)),
    };
    match runtime.block_on(run(arguments)) {
        Ok(Outcome::Complete) => ExitCode::SUCCESS,
        Ok(Outcome::SomeRefused) => ExitCode::from(1),
        Ok(Outcome::Interrupted) => ExitCode::from(130),
        Err(error) => fail(&error),
    }
}

async fn run(arguments: Arguments) -> Result<Outcome, CliError> {
    let Command::Import {
        source: Source::Shopify(options),
    } = arguments.command;
    import::run(&options, arguments.database_url.as_deref()).await
}

fn fail(error: &CliError) -> ExitCode {
    // Nothing can be done about a closed terminal.
    let _ = writeln!(std::io::stderr(), "error: {}", error.with_causes());
    ExitCode::from(2)
}

/// Clap repeats what it does not understand, which may be a URL in the wrong place.
fn refuse_arguments(error: &clap::Error) -> ExitCode {
    let text = without_urls(&error.render().to_string(), std::env::args_os().skip(1));
    let _ = if error.use_stderr() {
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
