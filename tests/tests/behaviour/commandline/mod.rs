//! What holds of every command, as somebody runs it.

mod addresses;
mod opening;
mod reading;
mod waiting;
mod writing;

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use sea_orm::{ConnectionTrait as _, DatabaseTransaction};
use serde_json::Value;
use service::transaction;
use tests::TestDatabase;

use crate::command::service_on;

/// Starts a command that says as JSON what it has to say.
fn started(command: &mut Command) -> Child {
    command
        .arg("--json")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The same, on a database.
fn started_on(database: &TestDatabase, arguments: &[&str]) -> Child {
    started(&mut service_on(database, arguments))
}

/// Starts a command that speaks to people, and waits until it says which database it is at.
fn opened(database: &TestDatabase, arguments: &[&str]) -> (Child, BufReader<ChildStdout>) {
    let mut process = service_on(database, arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    output.read_line(&mut said).unwrap();
    assert!(said.starts_with("database: "), "{said}");
    (process, output)
}

fn signal(name: &str, process: &Child) {
    let kill = format!("kill -{name} {}", process.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}

/// Waits until a command has ended as one that was interrupted; what it printed, and how far it says that it came.
fn interrupted(mut process: Child) -> (String, String) {
    let (mut output, mut errors) = (String::new(), String::new());
    let (mut stdout, mut stderr) = (process.stdout.take().unwrap(), process.stderr.take().unwrap());
    stdout.read_to_string(&mut output).unwrap();
    stderr.read_to_string(&mut errors).unwrap();
    assert_eq!(process.wait().unwrap().code(), Some(130), "{errors}{output}");
    let said: Value = serde_json::from_str(&errors).unwrap_or_else(|error| panic!("{error} in {errors:?}"));
    (output, said["interrupted"].as_str().unwrap().to_owned())
}

/// Keeps everybody else from these tables until it is committed.
async fn locked(database: &TestDatabase, tables: &str) -> DatabaseTransaction {
    let held = transaction::begin(&database.session().await).await.unwrap();
    held.execute_unprepared(&format!("LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))
        .await
        .unwrap();
    held
}
