//! The program `migration`, where Cargo shows a test the way to it: only to binaries of its own package.

use std::process::ExitCode;

fn main() -> ExitCode {
    migration::cli::main()
}
