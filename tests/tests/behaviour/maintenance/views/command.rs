//! `service views`, as somebody runs it.

use rstest::rstest;
use tests::{Engine, TestDatabase};

use super::{customers_held, refreshed, until_waiting};
use crate::command::{run, run_json, service_on};
use service::maintenance::views::IfBusy;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn it_refreshes_what_is_named_or_everything_and_says_how_stale_each_is(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let _shared = database.rely_on_shared_statistics().await;
    let on_postgres = engine == Engine::Postgres;
    let (status, document) = run_json(&mut service_on(&database, &["views", "status"]));
    assert_eq!(status, i32::from(on_postgres), "{document}");
    assert_eq!(document["views"][0]["view"], "agent_performance");
    assert_eq!(document["views"][0]["stale"], on_postgres);

    let named = ["views", "refresh", "product_performance"];
    let (status, document) = run_json(&mut service_on(&database, &named));
    assert_eq!(status, 0);
    assert_eq!(document["views"].as_array().unwrap().len(), 1);
    let outcome = if on_postgres { "refreshed" } else { "always_fresh" };
    assert_eq!(document["views"][0]["outcome"], outcome);

    let (status, output, _) = run(&mut service_on(&database, &["views", "refresh"]));
    assert_eq!(status, 0);
    assert_eq!(output.matches("_performance").count(), 2, "{output}");
    let (status, output, _) = run(&mut service_on(&database, &["views", "status"]));
    assert_eq!(status, 0, "{output}");
    assert!(!output.contains("stale"), "{output}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_no_view_is_refused(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (status, _, errors) = run(&mut service_on(&database, &["views", "refresh", "customers"]));
    assert_eq!(status, 2);
    assert!(
        errors.contains("there is no view customers; there are agent_performance,"),
        "{errors}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_is_left_to_somebody_else_is_not_all_well() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let held = customers_held(&database).await;
    let session = database.session().await;
    let first = tokio::spawn(async move { refreshed(&session, IfBusy::Leave).await });
    until_waiting(&database, 1, "relation").await;
    let command = ["views", "refresh", "customer_lifetime_value"];
    let (status, document) = run_json(&mut service_on(&database, &command));
    assert_eq!(status, 1);
    assert_eq!(document["views"][0]["outcome"], "busy");
    held.commit().await.unwrap();
    first.await.unwrap();
    let (status, _) = run_json(service_on(&database, &command).arg("--wait"));
    assert_eq!(status, 0);
}
