//! A damaged archive: nothing is restored from it, and nothing goes by it.

use std::fs;

use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use service::maintenance::partitions::archive::ArchiveError;
use service::maintenance::partitions::drop::DropError;
use service::maintenance::partitions::restore::RestoreError;
use tests::{Engine, TestDatabase};

use super::history::{Everything, fill, world};
use super::{archived, restored};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_archive_is_refused_before_anything_is_written(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 3).await;
    fill(db, &world, "2024-02", 3).await;
    let directory = tempfile::tempdir().unwrap();
    archived(db, "2024-03-01", directory.path()).await.unwrap();
    let file = directory.path().join("2024-02").join("tasks.csv.gz");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    let refused = restored(db, directory.path()).await.unwrap_err();
    assert!(
        matches!(&refused.source, RestoreError::Archive(ArchiveError::Damaged { path, .. }) if *path == file),
        "{refused:?}"
    );
    assert_eq!(entity::tasks::Entity::find().count(db).await.unwrap(), 0);
    std::fs::remove_file(directory.path().join("2024-02/manifest.json")).unwrap();
    let refused = restored(db, directory.path()).await.unwrap_err();
    assert!(matches!(
        refused.source,
        RestoreError::Archive(ArchiveError::Missing { .. })
    ));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_names_a_file_elsewhere_is_not_followed(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 3).await;
    let directory = tempfile::tempdir().unwrap();
    archived(db, "2024-02-01", directory.path()).await.unwrap();
    let month = directory.path().join("2024-01");
    let elsewhere = directory.path().join("tasks.csv.gz");
    std::fs::rename(month.join("tasks.csv.gz"), &elsewhere).unwrap();
    let manifest = std::fs::read_to_string(month.join("manifest.json")).unwrap();
    let named = manifest.replace("\"tasks.csv.gz\"", &format!("\"{}\"", elsewhere.display()));
    assert_ne!(named, manifest);
    std::fs::write(month.join("manifest.json"), named).unwrap();
    let refused = restored(db, directory.path()).await.unwrap_err();
    assert!(
        matches!(
            refused.source,
            RestoreError::Archive(ArchiveError::Damaged { .. })
        ),
        "{refused:?}"
    );
}

/// It was archived, and the rows are there still or again: they may go only when what is kept of them is whole.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn rows_stay_when_the_archive_that_was_there_before_is_damaged(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    fill(db, &world(db).await, "2024-01", 2).await;
    let directory = tempfile::tempdir().unwrap();
    archived(db, "2024-02-01", directory.path()).await.unwrap();
    restored(db, directory.path()).await.unwrap();
    let before = Everything::of(db).await;
    // The last to be read: those before it are whole.
    let path = directory.path().join("2024-01/system_events.csv.gz");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    let refused = archived(db, "2024-02-01", directory.path()).await.unwrap_err();
    assert!(
        matches!(refused.source, DropError::Archive(ArchiveError::Damaged { .. })),
        "{refused:?}"
    );
    assert_eq!(Everything::of(db).await, before);
}
