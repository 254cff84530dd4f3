//! The command line as a process.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tests::TestDatabase;

/// The program, in an environment and a directory that hold nothing of the machine's.
pub(super) fn program(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migration-under-test"));
    for (name, _) in std::env::vars() {
        if name.starts_with("PG")
            || name == "DATABASE_URL"
            || name == "RUST_LOG"
            || name == "CARGO_MANIFEST_DIR"
        {
            command.env_remove(name);
        }
    }
    command
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Starts a command on a database.
pub(super) fn start(database: &TestDatabase, arguments: &[&str]) -> Child {
    program(&std::env::temp_dir())
        .env("DATABASE_URL", database.url())
        .args(arguments)
        .spawn()
        .unwrap()
}

/// Runs a command on a database to its end.
pub(super) fn run(database: &TestDatabase, arguments: &[&str]) -> Ended {
    Ended::from(start(database, arguments).wait_with_output().unwrap())
}

/// Runs a command that has to succeed.
pub(super) fn succeed(database: &TestDatabase, arguments: &[&str]) -> String {
    let ended = run(database, arguments);
    assert_eq!(ended.status, Some(0), "{arguments:?}: {ended:?}");
    ended.stdout
}

/// What a process left behind.
#[derive(Debug)]
pub(super) struct Ended {
    /// `None` after a signal.
    pub(super) status: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
