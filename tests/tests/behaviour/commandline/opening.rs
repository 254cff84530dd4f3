//! Before a command has opened its database, the first signal ends it, whatever it is going to do.

use std::fs::File;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use rstest::rstest;
use tests::{Engine, TestDatabase};

use super::{interrupted, locked, signal, started, started_on};
use crate::command::{service, service_on};
use crate::export::targets::pipe;
use crate::race::wait_for;

#[rstest]
#[case(&["explain", "orders.place"])]
#[case(&["export", "agents", "--format", "csv"])]
#[case(&["maintain"])]
#[case(&["partitions", "drop", "--before", "2024-01-01"])]
#[case(&["partitions", "ensure"])]
#[case(&["partitions", "list"])]
#[case(&["partitions", "restore", "/nowhere"])]
#[case(&["seed", "--orders", "1"])]
#[case(&["slow"])]
#[case(&["vacuum"])]
#[case(&["views", "refresh"])]
#[case(&["views", "status"])]
#[tokio::test(flavor = "multi_thread")]
async fn it_ends_while_it_looks_for_the_schema_and_has_done_nothing(#[case] arguments: &[&str]) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let held = locked(&database, "seaql_migrations").await;
    let running = started_on(&database, arguments);
    wait_for(database.connection(), 1).await;
    signal("TERM", &running);
    let (output, said) = interrupted(running);
    assert_eq!(output, "");
    assert!(said.starts_with("before "), "{said}");
    held.commit().await.unwrap();
}

/// Something listens there, and never says a word.
#[rstest]
#[case(&["seed", "--orders", "1"])]
#[case(&["export", "agents", "--format", "csv"])]
#[case(&["doctor"])]
fn it_ends_while_a_server_does_not_answer(#[case] arguments: &[&str]) {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    silent.set_nonblocking(true).unwrap();
    let url = format!("postgres://app@{}/shop", silent.local_addr().unwrap());
    let running = started(service().args(arguments).env("DATABASE_URL", url));
    let deadline = Instant::now() + Duration::from_secs(60);
    let connection = loop {
        match silent.accept() {
            Ok(connection) => break connection,
            Err(_) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(5)),
            Err(error) => panic!("it does not connect: {error}"),
        }
    };
    signal("TERM", &running);
    let (_, said) = interrupted(running);
    assert!(said.starts_with("before "), "{said}");
    drop(connection);
}

/// Somebody has opened the pipe, and never writes a word.
#[rstest]
#[case(&["import", "agents"])]
#[case(&["seed", "--orders", "1", "--agents"])]
#[tokio::test(flavor = "multi_thread")]
async fn it_ends_while_it_waits_for_a_file(#[case] arguments: &[&str]) {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rows.csv");
    pipe(&path);
    let running = started(service_on(&database, arguments).arg(&path));
    // Returns when the other end is opened as well.
    let silent = File::options().write(true).open(&path).unwrap();
    signal("TERM", &running);
    let (output, said) = interrupted(running);
    assert_eq!(output, "");
    assert!(said.starts_with("before "), "{said}");
    drop(silent);
}
