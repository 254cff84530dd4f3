//! The command line: see `service --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    service::cli::main()
}
