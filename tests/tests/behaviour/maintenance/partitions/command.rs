//! `service partitions`, as somebody runs it.

use chrono::Utc;
use serde_json::Value;
use service::maintenance::partitions::{Month, Partitioned};
use tests::{Engine, TestDatabase};

use super::{insert, middle_of};
use crate::command::{run, run_json, service_on};

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_in_a_default_partition_is_not_well_until_its_month_is_made() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let month = Month::of(Utc::now()).plus(30);
    insert(&database, Partitioned::Transactions, middle_of(month), true).await;

    let list = ["partitions", "list"];
    let (status, listed) = run_json(&mut service_on(&database, &list));
    assert_eq!(status, 1, "{listed:#}");
    let held = &listed["tables"][1]["default"]["months"][0];
    assert_eq!(held["month"], month.to_string());
    assert_eq!(held["rows"], 1);
    let (status, output, _) = run(&mut service_on(&database, &list));
    assert_eq!(status, 1);
    assert!(
        output.contains(&format!("transactions_default holds 1 rows of {month}")),
        "{output}"
    );

    let ensure = ["partitions", "ensure", "--ahead", "12"];
    let (status, ensured) = run_json(&mut service_on(&database, &ensure));
    assert_eq!(status, 0, "{ensured:#}");
    assert_eq!(ensured["made"][0]["drained"], 1);
    let (status, output, _) = run(&mut service_on(&database, &ensure));
    assert_eq!(status, 0);
    assert!(output.contains("every month has its partition"), "{output}");
    let (status, listed) = run_json(&mut service_on(&database, &["partitions", "list", "--count"]));
    assert_eq!(status, 0, "{listed:#}");
    assert_eq!(listed["tables"][1]["default"]["months"], Value::Array(Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_the_commands_say_that_there_are_no_partitions() {
    let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
        return;
    };
    for arguments in [["partitions", "list"], ["partitions", "ensure"]] {
        let (status, document) = run_json(&mut service_on(&database, &arguments));
        assert_eq!((status, &document["kind"]), (0, &Value::from("not_partitioned")));
        let (status, output, _) = run(&mut service_on(&database, &arguments));
        assert_eq!(status, 0);
        assert!(output.contains("there are no partitions"), "{output}");
    }
}
