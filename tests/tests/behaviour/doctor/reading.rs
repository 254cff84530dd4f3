//! A SQLite file is looked at and not touched.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use tests::Engine;

use super::bed::Bed;
use crate::command::{run, run_json, service};

fn doctor_of(file: &Path) -> Command {
    let mut command = service();
    command
        .args(["doctor", "--database-url"])
        .arg(format!("sqlite://{}", file.display()));
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn not_a_byte_of_the_file_changes() {
    let Some(bed) = Bed::new(Engine::Sqlite).await else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let copy = directory.path().join("copy.db");
    bed.run(&format!("VACUUM INTO '{}'", copy.display())).await;
    let empty = directory.path().join("empty.db");
    fs::write(&empty, "").unwrap();
    let before = fs::read(&copy).unwrap();
    let (status, document) = run_json(&mut doctor_of(&copy));
    assert_eq!(status, 1, "{document:#}");
    assert_eq!(document["findings"].as_array().unwrap().len(), 1, "{document:#}");
    assert_eq!(document["findings"][0]["check"], "file.journal");
    assert!(before == fs::read(&copy).unwrap());

    let (status, output, errors) = run(&mut doctor_of(&empty));
    assert_eq!((status, errors.as_str()), (1, ""), "{output}");
    assert_eq!(fs::metadata(&empty).unwrap().len(), 0);
    assert_eq!(
        fs::read_dir(directory.path()).unwrap().count(),
        2,
        "nothing lies beside them"
    );

    let (status, _, errors) = run(&mut doctor_of(&directory.path().join("none.db?mode=rwc")));
    assert_eq!(status, 2);
    assert!(errors.contains("there is no database"), "{errors}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_nobody_may_write_is_examined_where_nobody_may_write() {
    let Some(bed) = Bed::new(Engine::Sqlite).await else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    // One with a write-ahead log, as a copy of a file at rest has it, and one with the journal of old.
    let [with_log, without] = ["with-log.db", "without.db"].map(|name| directory.path().join(name));
    bed.run("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let live = bed.database.url().trim_start_matches("sqlite://");
    fs::copy(live.split('?').next().unwrap(), &with_log).unwrap();
    bed.run(&format!("VACUUM INTO '{}'", without.display())).await;
    for file in [&with_log, &without] {
        fs::set_permissions(file, fs::Permissions::from_mode(0o444)).unwrap();
    }
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o555)).unwrap();
    for (file, expected) in [(&with_log, None), (&without, Some("file.journal"))] {
        let (status, document) = run_json(&mut as_nobody(doctor_of(file)));
        assert_eq!(status, i32::from(expected.is_some()), "{document:#}");
        assert_eq!(
            document["findings"][0]["check"].as_str(),
            expected,
            "{document:#}"
        );
    }
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
}

/// To root no file is read-only.
fn as_nobody(mut command: Command) -> Command {
    use std::os::unix::process::CommandExt as _;
    // The owner of a new file tells who runs the tests.
    let probe = tempfile::NamedTempFile::new().unwrap();
    if std::os::unix::fs::MetadataExt::uid(&probe.as_file().metadata().unwrap()) == 0 {
        command.uid(65_534).gid(65_534);
    }
    command
}
