//! A command that writes ends at a border between two parts, shows what it did, and says that it was interrupted.

use std::io::Read as _;
use std::process::Command;
use std::time::Duration;

use sea_orm::ConnectionTrait as _;
use serde_json::Value;
use service::maintenance::partitions::{Month, Partitioned};
use service::transaction;
use tests::{Engine, TestDatabase, rows};

use super::{interrupted, locked, opened, signal, started};
use crate::command::{run_json, service_on};
use crate::race::wait_for;

/// Lets a command come to where it waits for these tables, interrupts it there, and lets it go on.
async fn interrupted_at(database: &TestDatabase, tables: &str, command: &mut Command) -> (Value, String) {
    let held = locked(database, tables).await;
    let running = started(command);
    wait_for(database.connection(), 1).await;
    signal("TERM", &running);
    // It has heard it before it goes on.
    tokio::time::sleep(Duration::from_secs(1)).await;
    held.commit().await.unwrap();
    let (output, said) = interrupted(running);
    let document = serde_json::from_str(&output);
    (
        document.unwrap_or_else(|error| panic!("{error} in {output:?}")),
        said,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn maintain_leaves_the_steps_that_it_has_not_begun() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let command = &mut service_on(&database, &["maintain"]);
    let (document, said) = interrupted_at(&database, "tasks", command).await;
    assert_eq!(document["steps"][0]["state"], "not_due", "{document:#}");
    assert_eq!(document["steps"][5]["why"], "stopped", "{document:#}");
    assert!(
        said.contains("the next run does what the table says is left"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_leaves_the_views_that_it_has_not_begun() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let command = &mut service_on(&database, &["views", "refresh"]);
    let (document, said) = interrupted_at(&database, "customers", command).await;
    assert_eq!(document["views"].as_array().unwrap().len(), 2, "{document:#}");
    assert!(said.starts_with("after 2 of 3 views: "), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vacuum_leaves_what_it_has_not_begun() {
    let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
        return;
    };
    let writer = transaction::begin(database.connection()).await.unwrap();
    writer.execute_unprepared("DELETE FROM goals").await.unwrap();
    let (mut running, mut output) = opened(&database, &["vacuum", "--analyze", "goals", "orders"]);
    // SQLite does not tell who waits for the file.
    tokio::time::sleep(Duration::from_secs(1)).await;
    signal("TERM", &running);
    tokio::time::sleep(Duration::from_secs(1)).await;
    writer.rollback().await.unwrap();
    let (mut table, mut said) = (String::new(), String::new());
    output.read_to_string(&mut table).unwrap();
    running.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(running.wait().unwrap().code(), Some(130), "{said}");
    assert!(
        table.contains("vacuumed") && !table.contains("analysed"),
        "{table}"
    );
    assert_eq!(
        said,
        "interrupted after 1 of 3 parts of the work: the rest was not begun\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn months_that_were_not_begun_are_left_and_made_by_the_next_run() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let ensure = ["partitions", "ensure", "--ahead", "14"];
    let command = &mut service_on(&database, &ensure);
    let tables = Partitioned::ALL.map(Partitioned::table).join(", ");
    let (document, said) = interrupted_at(&database, &tables, command).await;
    let left = document["left"].as_array().unwrap();
    assert!(
        left.iter().any(|left| left["why"]["reason"] == "stopped"),
        "{document:#}"
    );
    let made = document["made"].as_array().unwrap().len();
    assert!(
        said.starts_with(&format!("after {made} months were made: ")),
        "{said}"
    );
    let (status, _) = run_json(&mut service_on(&database, &ensure));
    assert_eq!(status, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn months_that_were_not_begun_stay_and_come_back_by_the_next_run() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    for of in ["2024-01", "2024-02"] {
        let time = of.parse::<Month>().unwrap().start() + chrono::Duration::days(3);
        let id = entity::SystemEventId::at(time).as_uuid();
        rows::insert(
            db,
            "system_events",
            [("id", id.into()), ("created_at", time.into())],
        )
        .await;
    }
    let directory = tempfile::tempdir().unwrap();
    let archive = directory.path().to_str().unwrap();
    let drop = [
        "partitions",
        "drop",
        "--before",
        "2024-03-01",
        "--archive",
        archive,
    ];
    let command = &mut service_on(&database, &drop);
    let (document, said) = interrupted_at(&database, "system_events", command).await;
    assert_eq!(document["interrupted"], true, "{document:#}");
    assert!(
        said.contains("months: ") && said.ends_with("the same command goes on"),
        "{said}"
    );
    let (status, document) = run_json(&mut service_on(&database, &drop));
    assert_eq!(status, 0, "{document:#}");

    let restore = ["partitions", "restore", archive];
    let command = &mut service_on(&database, &restore);
    let (document, said) = interrupted_at(&database, "tasks", command).await;
    assert_eq!(document["interrupted"], true, "{document:#}");
    assert!(
        said.starts_with("before the end: the same command brings back"),
        "{said}"
    );
    let (status, document) = run_json(&mut service_on(&database, &restore));
    assert_eq!(status, 0, "{document:#}");
    let count = "DO $$ BEGIN ASSERT (SELECT count(*) FROM system_events) = 2; END $$";
    db.execute_unprepared(count).await.unwrap();
}
