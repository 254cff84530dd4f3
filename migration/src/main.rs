//! The command line: see `migration --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    migration::cli::main()
}
