//! What an archive holds, and that nothing goes without it.

use std::collections::BTreeMap;
use std::fs;

use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use service::maintenance::partitions::archive::{ArchiveError, Manifest};
use service::maintenance::partitions::drop::{DropError, Fate};
use tests::{Engine, TestDatabase};

use super::dropping::partitions;
use super::history::{Everything, fill, world};
use super::{archived, fates, kept, restored};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_says_what_every_file_holds(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 12).await;
    let directory = tempfile::tempdir().unwrap();
    let report = archived(db, "2024-02-01", directory.path()).await.unwrap();
    let january = directory.path().join("2024-01");
    assert_eq!(report.months[0].archive.as_deref(), Some(january.as_path()));
    assert_eq!(kept(directory.path()), ["2024-01"], "nothing is left over");

    let manifest: Manifest =
        serde_json::from_slice(&fs::read(january.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest.month.to_string(), "2024-01");
    let last = "SELECT max(version) FROM seaql_migrations";
    let row = db
        .query_one_raw(Statement::from_string(engine.backend(), last))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        manifest.schema_version,
        row.try_get_by_index::<String>(0).unwrap()
    );
    let rows: BTreeMap<_, _> = manifest
        .files
        .iter()
        .map(|file| (file.table.as_str(), file.rows))
        .collect();
    let expected = [
        ("tasks", 24),
        ("workflow_executions", 12),
        ("revenue_attribution", 24),
        ("transactions", 12),
        ("system_events", 12),
    ];
    assert_eq!(rows, BTreeMap::from(expected));
    for file in &manifest.files {
        let path = january.join(&file.file);
        assert_eq!(fs::metadata(&path).unwrap().len(), file.bytes);
        let sum = std::process::Command::new("sha256sum")
            .arg(&path)
            .output()
            .unwrap();
        assert!(String::from_utf8(sum.stdout).unwrap().starts_with(&file.sha256));
        let text = std::process::Command::new("gzip")
            .args(["-dc"])
            .arg(&path)
            .output()
            .unwrap();
        let text = String::from_utf8(text.stdout).unwrap();
        assert_eq!(text.lines().next(), Some(file.columns.join(",").as_str()));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn another_archive_of_the_month_is_left_as_it_is_and_keeps_its_rows_and_no_others(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 2).await;
    let directory = tempfile::tempdir().unwrap();
    archived(db, "2024-02-01", directory.path()).await.unwrap();
    let manifest = fs::read(directory.path().join("2024-01/manifest.json")).unwrap();
    // Booked late, for a month that has gone.
    fill(db, &world, "2024-01", 1).await;
    let late = Everything::of(db).await;
    fill(db, &world, "2024-02", 1).await;
    let report = archived(db, "2024-03-01", directory.path()).await.unwrap();
    assert!(!report.is_complete());
    let expected = [("2024-01", Fate::OtherArchive), ("2024-02", Fate::Gone)];
    assert_eq!(
        fates(&report),
        expected.map(|(month, fate)| (month.to_owned(), fate))
    );
    let rows = report.months[0].rows.iter().map(|table| table.rows);
    assert_eq!(rows.collect::<Vec<_>>(), [2, 1, 2, 1, 1]);
    assert_eq!(
        report.months[0].archive.as_deref(),
        Some(&*directory.path().join("2024-01"))
    );
    assert_eq!(Everything::of(db).await, late);
    assert_eq!(
        fs::read(directory.path().join("2024-01/manifest.json")).unwrap(),
        manifest
    );

    let elsewhere = tempfile::tempdir().unwrap();
    archived(db, "2024-02-01", elsewhere.path()).await.unwrap();
    for directory in [&directory, &elsewhere] {
        restored(db, directory.path()).await.unwrap();
    }
    assert_eq!(Everything::of(db).await.counts(), [4, 8, 4, 8, 4]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_cut_off_after_its_archive_goes_on_with_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 3).await;
    let before = Everything::of(db).await;
    let directory = tempfile::tempdir().unwrap();
    archived(db, "2024-02-01", directory.path()).await.unwrap();
    // As after a crash between the archive and the commit; and the half of another.
    restored(db, directory.path()).await.unwrap();
    let half = directory.path().join(".2024-01.part");
    fs::create_dir(&half).unwrap();
    fs::write(half.join("tasks.csv.gz"), "half").unwrap();
    // Of a month that is not written again.
    fs::create_dir(directory.path().join(".2023-07.part")).unwrap();
    let report = archived(db, "2024-02-01", directory.path()).await.unwrap();
    assert_eq!(fates(&report), [("2024-01".to_owned(), Fate::Gone)]);
    assert_eq!(kept(directory.path()), ["2024-01"]);
    assert_eq!(Everything::of(db).await.counts(), [0; 5]);
    restored(db, directory.path()).await.unwrap();
    assert_eq!(Everything::of(db).await, before);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_when_the_archive_cannot_be_written(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 2).await;
    let before = Everything::of(db).await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    // Where a directory is to be made there is a file: of the archive, and of the month.
    for archive in [file, directory.path().join("months")] {
        if archive.ends_with("months") {
            fs::create_dir(&archive).unwrap();
            fs::write(archive.join(".2024-01.part"), "").unwrap();
        }
        let refused = archived(db, "2024-02-01", &archive).await.unwrap_err();
        assert!(
            matches!(refused.source, DropError::Archive(ArchiveError::Io { .. })),
            "{refused:?}"
        );
        assert_eq!(Everything::of(db).await, before);
    }
}

/// The full device is there on Linux only.
#[cfg(target_os = "linux")]
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_when_the_disk_is_full(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    // A month cannot be pointed at /dev/full, but a limit on the size of files does the same to a process.
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 60).await;
    let before = Everything::of(db).await;
    let directory = tempfile::tempdir().unwrap();
    let mut command = crate::command::service_on(
        &database,
        &["partitions", "drop", "--before", "2024-02-01", "--archive"],
    );
    command.arg(directory.path());
    let limited = std::process::Command::new("sh")
        .args(["-c", "ulimit -f 1; trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args())
        .env("DATABASE_URL", database.url())
        .output()
        .unwrap();
    assert_eq!(limited.status.code(), Some(2), "{limited:?}");
    let errors = String::from_utf8(limited.stderr).unwrap();
    assert!(errors.contains(".2024-01.part"), "{errors}");
    assert_eq!(Everything::of(db).await, before);
}

/// A restoring that is refused has made the partitions of its month already.
#[tokio::test(flavor = "multi_thread")]
async fn partitions_without_rows_go_and_leave_the_archive_of_their_month_as_it_is() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 2).await;
    let directory = tempfile::tempdir().unwrap();
    archived(db, "2024-02-01", directory.path()).await.unwrap();
    partitions(db, "2024-01").await;
    fill(db, &world, "2024-02", 1).await;
    let report = archived(db, "2024-03-01", directory.path()).await.unwrap();
    assert!(report.is_complete());
    assert_eq!(report.months.len(), 2);
    assert_eq!(report.months[0].archive, None);
    assert_eq!(kept(directory.path()), ["2024-01", "2024-02"]);
    restored(db, directory.path()).await.unwrap();
    assert_eq!(Everything::of(db).await.counts(), [3, 6, 3, 6, 3]);
}
