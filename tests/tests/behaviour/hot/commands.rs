//! `service explain` and `service slow`, as somebody runs them.

use rstest::rstest;
use tests::{Engine, TestDatabase};

use crate::command::{run, run_json, service, service_on};
use crate::shop::stocked;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn explain_shows_the_plans_and_names_what_is_missing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (status, _, errors) = run(&mut service_on(&database, &["explain", "inventory.reserve"]));
    assert_eq!(status, 2);
    assert!(
        errors.contains("the database has no variant that is for sale"),
        "{errors}"
    );
    stocked(database.connection(), "NOIR", 9).await;
    let (status, output, errors) = run(&mut service_on(&database, &["explain", "inventory.reserve"]));
    assert_eq!(status, 0, "{errors}");
    assert!(
        output.contains("inventory.reserve keeps its contract here"),
        "{output}"
    );
    let (status, document) = run_json(&mut service_on(&database, &["explain", "inventory::reserve"]));
    let plans = document["plans"].as_array().unwrap().len();
    assert_eq!(
        (status, plans),
        (0, if engine == Engine::Postgres { 1 } else { 3 })
    );
    let (status, _, errors) = run(&mut service_on(&database, &["explain", "inventory.reserv"]));
    assert!(
        status == 2 && errors.contains("did you mean inventory.reserve?"),
        "{errors}"
    );
}

#[test]
fn explain_lists_what_it_can_explain() {
    let (status, document) = run_json(service().arg("explain"));
    assert_eq!(status, 0);
    assert!(document["operations"].as_array().unwrap().len() > 30);
    let (status, output, _) = run(service().args(["explain", "--list"]));
    assert!(status == 0 && output.contains("orders.place"), "{output}");
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_says_what_it_knows_and_what_it_lacks() {
    if let Some(database) = TestDatabase::migrated(Engine::Sqlite).await {
        let (status, document) = run_json(&mut service_on(&database, &["slow", "--top", "3"]));
        assert_eq!((status, &document["source"]), (0, &serde_json::json!("timings")));
    }
    if let Some(database) = TestDatabase::migrated(Engine::Postgres).await {
        let (status, _, errors) = run(&mut service_on(&database, &["slow"]));
        assert!(status == 2 && errors.contains("pg_stat_statements"), "{errors}");
    }
}
