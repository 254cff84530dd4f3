//! What a command takes for a database, and what it repeats of it.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use rstest::rstest;
use tests::{Engine, TestDatabase};
use url::Url;

use crate::command::{run, service, service_on};

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_does_not_find_the_schema_is_told_where_it_is() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let mut url: Url = database.url().parse().unwrap();
    url.query_pairs_mut()
        .append_pair("options[search_path]", "nowhere");
    let (status, _, errors) =
        run(service_on(&database, &["views", "status"]).env("DATABASE_URL", url.as_str()));
    assert_eq!(status, 2);
    assert!(
        errors.contains("in the schema public, where this role does not find them")
            && errors.contains("public in its search_path; run `service doctor`"),
        "{errors}"
    );
    assert!(!errors.contains("migration -- up"), "{errors}");
}

#[test]
fn an_address_that_is_no_text_is_refused_and_no_other_database_taken() {
    let directory = tempfile::tempdir().unwrap();
    let url = OsStr::from_bytes(b"postgres://app:c4n4ry\xff@127.0.0.1/shop");
    let mut command = service();
    command.args(["views", "status"]).current_dir(directory.path());
    let (status, output, errors) = run(command.env("DATABASE_URL", url));
    assert_eq!((status, output.as_str()), (2, ""));
    assert!(
        errors.contains("DATABASE_URL cannot be read: it is not UTF-8"),
        "{errors}"
    );
    assert!(!errors.contains("c4n4ry"), "{errors}");
}

#[test]
fn a_password_in_what_is_taken_for_a_file_is_hidden() {
    let directory = tempfile::tempdir().unwrap();
    let url = "sqlite://app:c4n4ry@db/shop";
    let status_of = |command: &mut std::process::Command| {
        let (status, output, errors) = run(command.current_dir(directory.path()));
        assert_eq!(status, 2);
        assert!(
            errors.contains("there is no database [hidden]@db/shop"),
            "{errors}"
        );
        assert!(!(output + &errors).contains("c4n4ry"), "{errors}");
    };
    status_of(service().args(["views", "status"]).env("DATABASE_URL", url));
    status_of(service().args(["--database-url", url, "doctor"]));
}

/// A directory of that name would show the password to everybody.
#[rstest]
#[case(&["partitions", "drop", "--before", "2024-01-01", "--archive"], "--archive is a URL")]
#[case(&["maintain", "--keep", "3", "--archive"], "--archive is a URL")]
#[case(&["partitions", "restore"], "DIR is a URL")]
#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_is_an_address_is_refused_before_anything_is_opened(
    #[case] arguments: &[&str],
    #[case] message: &str,
) {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut command = service_on(&database, arguments);
    command.arg("postgres://app:c4n4ry@db/shop");
    let (status, output, errors) = run(command.current_dir(directory.path()));
    assert_eq!((status, output.as_str()), (2, ""));
    assert!(errors.contains(message) && !errors.contains("c4n4ry"), "{errors}");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}
