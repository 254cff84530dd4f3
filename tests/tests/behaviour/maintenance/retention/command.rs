//! `service partitions drop` and `restore`, as a timer runs them.

use std::process::Stdio;
use std::time::{Duration, Instant};

use rstest::rstest;
use sea_orm::ConnectionTrait;
use service::maintenance::lock::{Work, acquire};
use tests::{Engine, TestDatabase};

use super::history::{Everything, fill, world};
use super::{kept, restored};
use crate::command::{run, run_json, service_on};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_exit_status_says_whether_every_month_has_gone(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 2).await;
    fill(db, &world, "2024-02", 1).await;
    db.execute_unprepared("UPDATE tasks SET status = 'pending', completed_at = NULL WHERE priority = 10")
        .await
        .unwrap();
    let drop = ["partitions", "drop", "--before", "2024-03-01"];
    let (status, output, errors) = run(&mut service_on(&database, &drop));
    assert_eq!(status, 1, "{errors}");
    assert!(
        output.contains("2024-01 is needed: 2 rows of tasks: tasks that are still to be done"),
        "{output}"
    );
    assert_eq!(Everything::of(db).await.counts(), [3, 6, 3, 6, 3]);

    db.execute_unprepared("UPDATE tasks SET status = 'completed', completed_at = started_at")
        .await
        .unwrap();
    let before = Everything::of(db).await;
    let directory = tempfile::tempdir().unwrap();
    let archive = directory.path().to_str().unwrap();
    let (status, report) = run_json(service_on(&database, &drop).args(["--archive", archive]));
    assert_eq!(status, 0, "{report}");
    assert_eq!(report["months"][0]["fate"], "gone");
    assert_eq!(report["months"][1]["month"], "2024-02");
    assert_eq!(Everything::of(db).await.counts(), [0; 5]);

    let (status, report) = run_json(&mut service_on(&database, &["partitions", "restore", archive]));
    assert_eq!(status, 0, "{report}");
    assert_eq!(Everything::of(db).await, before);
    let (status, _, errors) = run(&mut service_on(
        &database,
        &["partitions", "restore", "/nowhere/at/all"],
    ));
    assert_eq!(status, 2);
    assert!(errors.contains("/nowhere/at/all"), "{errors}");
}

/// Killed again and again, at moments that move through the run, until one run gets to its end.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_loses_nothing_and_the_next_one_goes_on(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    for of in ["2024-01", "2024-02"] {
        fill(db, &world, of, 4).await;
        multiply(db, engine, of).await;
    }
    let before = Everything::of(db).await;
    let directory = tempfile::tempdir().unwrap();
    let session = database.session().await;
    let mut killed = 0;
    // Every pause is half as long again as the one before.
    for wait in (0..).map(|n| (30.0 * 1.5_f64.powi(n)) as u64) {
        let mut command = service_on(
            &database,
            &["partitions", "drop", "--before", "2024-03-01", "--archive"],
        );
        command
            .arg(directory.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut running = command.spawn().unwrap();
        let deadline = Instant::now() + Duration::from_millis(wait);
        let ended = loop {
            match running.try_wait().unwrap() {
                Some(status) => break Some(status),
                None if Instant::now() > deadline => break None,
                None => tokio::time::sleep(Duration::from_millis(2)).await,
            }
        };
        if let Some(status) = ended {
            assert!(status.success(), "{:?}", running.wait_with_output());
            break;
        }
        running.kill().unwrap();
        running.wait().unwrap();
        killed += 1;
        // The server may learn of it a moment later, and the next one does not wait for the lock.
        let lock = acquire(&session, Work::MoveMonths, Duration::from_secs(10)).await;
        lock.expect("free again").release().await;
        nothing_is_lost(&before, &Everything::of(db).await, directory.path());
    }
    assert!(killed > 1, "it was over too soon to be killed");
    assert_eq!(Everything::of(db).await.counts(), [0; 5]);
    assert_eq!(kept(directory.path()), ["2024-01", "2024-02"]);
    restored(db, directory.path()).await.unwrap();
    assert_eq!(Everything::of(db).await, before);
}

/// What is not in the database any more belongs to months that are archived.
fn nothing_is_lost(before: &Everything, now: &Everything, archive: &std::path::Path) {
    let kept = |month: &str| archive.join(month).join("manifest.json").exists();
    for event in &before.events {
        let month = event.created_at.format("%Y-%m").to_string();
        assert!(now.events.contains(event) || kept(&month), "{month}");
    }
}

/// Makes the events of a month many, so that there is a middle in which to be killed.
async fn multiply(db: &sea_orm::DatabaseConnection, engine: Engine, of: &str) {
    let start = super::month(of).start();
    let events = (0..1_500).map(|at| {
        let instant = start + chrono::Duration::seconds(100 + at);
        entity::system_events::ActiveModel {
            id: sea_orm::Set(entity::SystemEventId::at(instant)),
            event_type: sea_orm::Set("test.many".into()),
            message: sea_orm::Set(format!("event {at} on {engine:?}")),
            created_at: sea_orm::Set(instant),
            ..Default::default()
        }
    });
    use sea_orm::EntityTrait as _;
    entity::system_events::Entity::insert_many(events)
        .exec_without_returning(db)
        .await
        .unwrap();
}
