//! All at one moment, and no half of a file.

use std::ops::ControlFlow;

use rstest::rstest;
use sea_orm::ConnectionTrait as _;
use service::connect::Settings;
use service::export::{ExportError, ExportFiles, Format, export_files};
use tests::{Engine, TestDatabase};
use tokio::runtime::Handle;

use crate::seed::{fill, small};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_meanwhile_is_in_none_of_the_files(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = service::connect(database.url(), &Settings::default())
        .await
        .unwrap();
    fill(&db, small(20)).await;
    let directory = tempfile::tempdir().unwrap();
    let mut insert = Some("INSERT INTO products (handle, title, base_price) VALUES ('late', 'Late', 1)");
    let command = ExportFiles::all(directory.path(), Format::Csv);
    export_files(&db, command, |_| {
        if let Some(insert) = insert.take() {
            let write = db.execute_unprepared(insert);
            tokio::task::block_in_place(|| Handle::current().block_on(write)).unwrap();
        }
        ControlFlow::Continue(())
    })
    .await
    .unwrap();
    let products = std::fs::read_to_string(directory.path().join("products.csv")).unwrap();
    assert!(!products.contains("late") && products.lines().count() > 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stopped_leaves_the_files_that_were_there() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("agents.csv"), "of yesterday").unwrap();
    let mut tables = 0;
    let command = ExportFiles::all(directory.path(), Format::Csv);
    let stopped = export_files(database.connection(), command, |_| {
        tables += 1;
        if tables == 5 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })
    .await;
    assert!(matches!(stopped, Err(ExportError::Stopped)), "{stopped:?}");
    let names: Vec<_> = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["agents.csv"]);
    let kept = std::fs::read_to_string(directory.path().join("agents.csv")).unwrap();
    assert_eq!(kept, "of yesterday");
}
