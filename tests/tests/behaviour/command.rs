//! The command line of the operations, as somebody runs it.

use std::process::{Command, Output};

use tests::TestDatabase;

/// `service`, with nobody's database.
pub(crate) fn service() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_service-under-test"));
    command.env_remove("DATABASE_URL");
    command
}

/// `service ARGUMENTS` on a database.
pub(crate) fn service_on(database: &TestDatabase, arguments: &[&str]) -> Command {
    let mut command = service();
    command.args(arguments).env("DATABASE_URL", database.url());
    command
}

/// Exit status, standard output, standard error.
pub(crate) fn run(command: &mut Command) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    (
        status.code().unwrap(),
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap(),
    )
}

/// Exit status and the one document of `--json`.
pub(crate) fn run_json(command: &mut Command) -> (i32, serde_json::Value) {
    let (status, output, errors) = run(command.arg("--json"));
    let document = serde_json::from_str(&output);
    (
        status,
        document.unwrap_or_else(|error| panic!("{error} in {output:?}; {errors}")),
    )
}
