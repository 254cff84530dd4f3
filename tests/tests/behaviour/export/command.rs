//! `service export`.

use entity::EmailListId;
use rstest::rstest;
use sea_orm::Value;
use tests::{Engine, TestDatabase};

use crate::command::{run, run_json, service_on};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_table_goes_to_standard_output_and_nothing_else_does(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let id = EmailListId::new();
    tests::rows::insert(database.connection(), "email_lists", [("id", Value::from(id))]).await;
    let id = id.to_string();
    let (status, output, _) = run(&mut service_on(
        &database,
        &["export", "email_lists", "--format", "csv"],
    ));
    assert_eq!(status, 0);
    let lines: Vec<_> = output.lines().collect();
    assert_eq!(lines.len(), 2, "{output}");
    assert!(
        lines[0].starts_with("id,name,") && lines[1].starts_with(&id),
        "{output}"
    );
    let (_, output, _) = run(&mut service_on(
        &database,
        &["--json", "export", "Email_Lists", "--format", "JSONL"],
    ));
    let row: serde_json::Value = serde_json::from_str(output.trim()).unwrap();
    assert_eq!(row["id"], id);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_go_into_a_directory_and_it_says_which() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("of today");
    let out = out.to_str().unwrap();
    let arguments = ["export", "--all", "--format", "parquet", "--out", out];
    let (status, report) = run_json(&mut service_on(&database, &arguments));
    assert_eq!(
        (status, report["files"].as_array().unwrap().len()),
        (0, 32),
        "{report}"
    );
    assert_eq!(std::fs::read_dir(out).unwrap().count(), 32);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    for (arguments, message) in [
        (
            &["export", "orders", "--format", "parquet"][..],
            "name it with --out",
        ),
        (
            &["export", "walls", "--format", "csv"],
            "there is no table or view \"walls\"; there are agent_capabilities, ",
        ),
        (
            &["export", "orders", "--format", "xml"],
            "none of csv, jsonl and parquet",
        ),
        (&["export", "--all", "--format", "csv"], "--out"),
        (&["export", "--format", "csv"], "TABLE"),
    ] {
        let (status, _, errors) = run(&mut service_on(&database, arguments));
        assert!(status == 2 && errors.contains(message), "{arguments:?}: {errors}");
    }
}

#[test]
fn what_is_refused_is_one_line_as_json() {
    for (arguments, message) in [
        (
            &["--json", "export", "orders", "--format", "xml"][..],
            "invalid value 'xml' for '--format <FORMAT>': \"xml\" is none of csv, jsonl and parquet",
        ),
        (
            &["export", "orders", "--json"],
            "the following required arguments were not provided: --format <FORMAT>",
        ),
    ] {
        let (status, _, errors) = run(crate::command::service().args(arguments));
        let error: serde_json::Value = serde_json::from_str(&errors).unwrap();
        assert_eq!((status, error["error"].as_str()), (2, Some(message)));
    }
}
