//! What stands at the name that an export is to write.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;
use std::thread;

use rstest::rstest;
use tests::{Engine, TestDatabase};

use crate::command::{run, service_on};

/// `export agents` of an empty database.
async fn export(format: &str, out: &Path) -> (i32, String, String) {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let mut command = service_on(&database, &["export", "agents", "--format", format, "--out"]);
    run(command.arg(out))
}

fn is_header(text: &str) -> bool {
    text.starts_with("id,name,") && text.lines().count() == 1
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

/// A pipe with a name.
pub(crate) fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[rstest]
#[case("csv")]
#[case("jsonl")]
#[case("parquet")]
#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_stays_a_pipe_and_its_reader_gets_the_rows(#[case] format: &str) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rows");
    pipe(&path);
    let reader = thread::spawn({
        let path = path.clone();
        move || {
            let mut read = Vec::new();
            fs::File::open(path).unwrap().read_to_end(&mut read).unwrap();
            read
        }
    });
    let (status, _, errors) = export(format, &path).await;
    assert_eq!(status, 0, "{errors}");
    let kind = fs::symlink_metadata(&path).unwrap().file_type();
    assert!(kind.is_fifo());
    assert_eq!(names(directory.path()), ["rows"]);
    let read = reader.join().unwrap();
    match format {
        "csv" => assert!(is_header(std::str::from_utf8(&read).unwrap())),
        "jsonl" => assert!(read.is_empty()),
        _ => assert!(read.starts_with(b"PAR1") && read.ends_with(b"PAR1")),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_stays_a_link_and_the_file_behind_it_is_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let (links, files) = (directory.path().join("links"), directory.path().join("files"));
    fs::create_dir(&links).unwrap();
    fs::create_dir(&files).unwrap();
    fs::write(files.join("old.csv"), "of yesterday").unwrap();
    symlink("../files/old.csv", links.join("agents.csv")).unwrap();
    symlink("agents.csv", links.join("again.csv")).unwrap();
    symlink("../files/new.csv", links.join("dangling.csv")).unwrap();
    for (link, file) in [("again.csv", "old.csv"), ("dangling.csv", "new.csv")] {
        let (status, _, errors) = export("csv", &links.join(link)).await;
        assert_eq!(status, 0, "{errors}");
        assert!(fs::symlink_metadata(links.join(link)).unwrap().is_symlink());
        let written = files.join(file);
        assert!(!fs::symlink_metadata(&written).unwrap().is_symlink());
        assert!(is_header(&fs::read_to_string(&written).unwrap()));
    }
    assert_eq!(names(&links), ["again.csv", "agents.csv", "dangling.csv"]);
    assert_eq!(names(&files), ["new.csv", "old.csv"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_replaced_keeps_its_mode() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("agents.csv");
    for mode in [0o666, 0o640] {
        fs::write(&path, "of yesterday").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let (status, _, errors) = export("csv", &path).await;
        assert_eq!(status, 0, "{errors}");
        assert!(is_header(&fs::read_to_string(&path).unwrap()));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, mode);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_is_no_file_and_a_file_no_directory() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().to_str().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "of yesterday").unwrap();
    for (arguments, message) in [
        (["agents", "--out", out], format!("as in --out {out}/agents.csv")),
        (
            ["agents", "--out", &format!("{out}/new/")],
            "is a directory".to_owned(),
        ),
        (
            ["--all", "--out", file.to_str().unwrap()],
            "--out names a directory".to_owned(),
        ),
    ] {
        let (status, output, errors) =
            run(service_on(&database, &["export", "--format", "csv"]).args(arguments));
        assert_eq!((status, output.as_str()), (2, ""), "before anything is opened");
        assert!(errors.contains(&message), "{errors}");
    }
    // One of many is noticed before anything is written as well.
    fs::create_dir(directory.path().join("workflows.csv")).unwrap();
    let all = ["export", "--all", "--format", "csv", "--out", out];
    let (status, _, errors) = run(&mut service_on(&database, &all));
    assert!(
        status == 2 && errors.contains("workflows cannot be written to"),
        "{errors}"
    );
    assert_eq!(names(directory.path()), ["file", "workflows.csv"]);
}
