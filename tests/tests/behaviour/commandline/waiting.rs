//! A maintenance that waits for another run hears the first signal.

use std::io::Read as _;
use std::time::Duration;

use rstest::rstest;
use sea_orm::{ConnectionTrait as _, Statement};
use service::maintenance::lock::{Work, acquire};
use tests::{Engine, TestDatabase};

use super::{interrupted, locked, opened, signal, started_on};
use crate::race::wait_for;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn it_leaves_at_once_says_so_and_has_done_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let held = acquire(db, Work::Maintain, Duration::ZERO).await.unwrap();
    let (mut running, _output) = opened(&database, &["maintain", "--wait"]);
    match engine {
        Engine::Postgres => wait_for(db, 1).await,
        // It asks for the file again and again, and nobody sees it.
        Engine::Sqlite => tokio::time::sleep(Duration::from_millis(500)).await,
    }
    signal("TERM", &running);
    // The lock is still held: it waits no longer.
    let status = running.wait().unwrap();
    let mut errors = String::new();
    running
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut errors)
        .unwrap();
    assert_eq!(status.code(), Some(130), "{errors}");
    assert_eq!(errors, "interrupted before it began: nothing was done\n");
    held.release().await;

    let free = acquire(db, Work::Maintain, Duration::from_secs(10)).await;
    free.expect("who waited has gone").release().await;
    let events = "SELECT count(*) FROM system_events";
    let events = Statement::from_string(engine.backend(), events);
    let row = db.query_one_raw(events).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_signal_ends_a_command_in_the_middle_and_says_so() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let held = locked(&database, "tasks").await;
    let running = started_on(&database, &["maintain"]);
    wait_for(database.connection(), 1).await;
    // Of two of one kind the second might be lost before the first was taken.
    signal("TERM", &running);
    signal("INT", &running);
    let (output, said) = interrupted(running);
    assert_eq!(output, "");
    assert!(said.starts_with("at once: "), "{said}");
    held.commit().await.unwrap();
}
