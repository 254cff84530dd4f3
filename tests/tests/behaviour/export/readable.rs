//! A SQLite file that may be read and not written.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use rstest::rstest;
use sea_orm::ConnectionTrait as _;
use tests::{Engine, TestDatabase};

use crate::command::{run, service};

/// Somebody who owns nothing.
const NOBODY: u32 = 65_534;

/// `service ARGUMENTS` as somebody who may not write the file. The superuser may write everything, so it is not him.
fn as_reader(directory: &Path, url: &str, arguments: &[&str]) -> Command {
    let mut command = service();
    command.args(arguments).env("DATABASE_URL", url);
    command.current_dir("/");
    if fs::metadata(directory).unwrap().uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

#[rstest]
#[case::with_a_log("WAL")]
#[case::with_a_journal("DELETE")]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_may_only_be_read_is_read(#[case] journal: &str) {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("shop.db");
    let copy = format!("VACUUM INTO '{}'", file.display());
    database.connection().execute_unprepared(&copy).await.unwrap();
    let url = format!("sqlite://{}", file.display());
    let db = sea_orm::Database::connect(&url).await.unwrap();
    let journal = format!("PRAGMA journal_mode = {journal}");
    db.execute_unprepared(&journal).await.unwrap();
    db.close().await.unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o444)).unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o555)).unwrap();
    let (status, output, errors) = run(&mut as_reader(
        directory.path(),
        &url,
        &["export", "agents", "--format", "csv"],
    ));
    assert_eq!(status, 0, "{errors}");
    assert!(output.starts_with("id,name,"), "{output}");
    let (status, output, errors) = run(&mut as_reader(directory.path(), &url, &["views", "status"]));
    assert_eq!(status, 0, "{errors}");
    assert!(output.contains("read-only"), "{output}");
    let organisation = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/agents/organisation.csv");
    let import = ["import", "agents", organisation];
    let (status, _, errors) = run(&mut as_reader(directory.path(), &url, &import));
    assert_eq!(status, 2);
    assert!(errors.contains("readonly database"), "{errors}");
    fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
}
