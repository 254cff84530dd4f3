//! Files that it refuses to read, or to write.

use rstest::rstest;
use tests::{Engine, TestDatabase};

use super::super::PRODUCTS;
use super::{counts, fixture, import, service};
use crate::command::run;

#[rstest]
#[case::missing("missing.csv", "there is no file")]
#[case::a_directory("", "is a directory: name the CSV file in it")]
#[case::empty("empty.csv", "the products file is empty")]
#[case::utf_16("utf16.csv", "save it as UTF-8")]
#[case::the_wrong_export("inventory.csv", "are the two files swapped?")]
fn a_file_that_cannot_be_imported_is_refused_before_anything_is_opened(
    #[case] name: &str,
    #[case] message: &str,
) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("empty.csv"), "").unwrap();
    std::fs::write(directory.path().join("utf16.csv"), b"\xff\xfeH\0a\0").unwrap();
    std::fs::copy(fixture("inventory.csv"), directory.path().join("inventory.csv")).unwrap();
    let (status, output, errors) = run(service()
        .arg("--products")
        .arg(directory.path().join(name))
        .current_dir(directory.path()));
    assert_eq!((status, output.as_str()), (2, ""));
    assert!(errors.contains(message), "{errors}");
}

#[test]
fn the_report_never_replaces_what_is_imported() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("products.csv");
    std::fs::copy(fixture("products.csv"), &file).unwrap();
    std::fs::hard_link(&file, directory.path().join("hard.csv")).unwrap();
    for report in ["./products.csv", "hard.csv"] {
        let mut command = service();
        command
            .arg("--products")
            .arg(&file)
            .arg("--report")
            .arg(directory.path().join(report));
        let (status, _, errors) = run(command.current_dir(directory.path()));
        assert_eq!(status, 2);
        assert!(errors.contains("the report would replace"), "{errors}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), PRODUCTS);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_yesterday_stays_until_there_is_a_new_one() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let report = directory.path().join("refused.csv");
    std::fs::write(&report, "of yesterday").unwrap();
    let database_url = format!("sqlite://{}/missing.db", directory.path().display());
    let mut command = import(&database, &fixture("products.csv"));
    command.arg("--report").arg(&report);
    command.env("DATABASE_URL", database_url);
    assert_eq!(run(&mut command).0, 2);
    assert_eq!(std::fs::read_to_string(&report).unwrap(), "of yesterday");

    let mut command = import(&database, &fixture("products.csv"));
    assert_eq!(run(command.arg("--report").arg(&report)).0, 1);
    let written = std::fs::read_to_string(&report).unwrap();
    assert!(written.starts_with("file,line,handle,"), "{written}");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
}

/// A device that is always full.
#[cfg(target_os = "linux")]
#[rstest]
#[case::all_else_is_well("royal-past,Royal Past", 5, "the report /dev/full cannot be written")]
#[case::the_import_fails("royal-past,\"Royal\" Past", 3, "text after the closing quote")]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_imported_is_said_also_when_the_report_cannot_be_written(
    #[case] line: &str,
    #[case] created: u64,
    #[case] message: &str,
) {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("products.csv");
    std::fs::write(&file, PRODUCTS.replace("royal-past,Royal Past", line)).unwrap();
    let mut command = import(&database, &file);
    let (status, output, errors) = run(command.args(["--report", "/dev/full"]));
    assert_eq!(status, 2, "{errors}");
    assert_eq!(counts(&output, "products ")[0], created, "{output}");
    assert!(errors.contains(message), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
}
