//! Rows that a query cannot read stop no other check; what concerns the connection ends the examination, and says where.

use std::time::Duration;

use entity::system_events;
use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};
use serde_json::json;
use service::connect::Settings;
use service::error::DatabaseError;
use service::maintenance::doctor::{self, ExamineError, Selection};
use service::system::{self, AppendEvent};
use tests::Engine;

use super::bed::Bed;
use super::trade::trade;
use crate::command::{run, service_on};

async fn event(db: &DatabaseConnection, kind: &str, command: serde_json::Value) -> system_events::Model {
    let event = AppendEvent {
        details: json!({ "command": command }),
        ..AppendEvent::new(kind, "written by somebody else")
    };
    system::append(db, event).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn details_that_are_not_those_of_the_operations_stop_no_check() {
    for engine in [Engine::Postgres, Engine::Sqlite] {
        let Some(bed) = Bed::new(engine).await else {
            continue;
        };
        trade(&bed.db).await;
        event(
            &bed.db,
            "stock.reserved",
            json!([{ "variant": "SKU-1" }, 7, null]),
        )
        .await;
        let odd = json!([{ "variant": "SKU-1", "quantity": "many", "location": "main" }]);
        event(&bed.db, "stock.released", odd).await;
        event(&bed.db, "budget.spent", json!({ "budget": "marketing" })).await;
        event(&bed.db, "campaign.corrected", json!(["campaign", 1])).await;
        let given = [
            ("key", "maintenance.views.product_performance".into()),
            ("value", json!({ "started_at": "yesterday-ish" }).into()),
        ];
        tests::rows::insert(&bed.db, "configurations", given).await;
        let examination = bed.examine().await;
        assert!(examination.is_healthy(), "{examination:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recipients_of_which_one_is_null_are_named() {
    for engine in [Engine::Postgres, Engine::Sqlite] {
        let Some(bed) = Bed::new(engine).await else {
            continue;
        };
        let row = tests::rows::insert(&bed.db, "reports", []).await.id();
        bed.run("UPDATE reports SET recipient_agents = '[null]'").await;
        let selection = Selection::only(["reports.recipients"]).unwrap();
        let examination = doctor::examine(&bed.db, &selection).await.unwrap();
        let [finding] = examination.findings.as_slice() else {
            panic!("{examination:#?}");
        };
        let fault = &finding.faults[0];
        assert_eq!(
            (fault.row.as_str(), fault.found.as_str()),
            (row.to_string().as_str(), "null")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_whose_query_fails_is_named_and_the_others_are_made() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    // Looks like a time, and is none.
    let given = [
        ("key", "maintenance.views.product_performance".into()),
        ("value", json!({ "started_at": "2026-02-31T10:00:00Z" }).into()),
    ];
    tests::rows::insert(&bed.db, "configurations", given).await;
    let healthy = doctor::checks()
        .filter(|check| check.engines.contains(Engine::Postgres.backend()))
        .count();
    let examination = bed.examine().await;
    assert!(examination.findings.is_empty(), "{examination:#?}");
    let [failed] = examination.failed.as_slice() else {
        panic!("{examination:#?}");
    };
    assert_eq!(failed.check, "views.fresh");
    assert!(failed.error.contains("2026-02-31"), "{failed:?}");
    assert_eq!(examination.checked, healthy - 1);
    assert!(!examination.is_healthy());

    let only = ["doctor", "--only", "views", "stock"];
    let (status, output, errors) = run(&mut service_on(&bed.database, &only));
    assert_eq!((status, errors.as_str()), (1, ""), "{output}");
    assert!(
        output.contains("views.fresh could not be checked: date/time"),
        "{output}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_does_not_come_free_ends_it_with_the_name_of_the_table() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    let settings = Settings {
        lock_timeout: Duration::from_millis(200),
        ..Settings::default()
    };
    let db = service::connect(bed.database.url(), &settings).await.unwrap();
    let holder = bed.db.begin().await.unwrap();
    holder
        .execute_unprepared("LOCK TABLE inventory IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let selection = Selection::only(["partitions", "stock"]).unwrap();
    let error = doctor::examine(&db, &selection).await.unwrap_err();
    assert!(
        matches!(
            &error,
            ExamineError::Schema {
                source: DatabaseError::LockTimeout,
                ..
            }
        ),
        "the schema's names are read first: {error:?}"
    );
    assert_eq!(
        error.to_string(),
        "the schema could not be read, somebody else has for himself: inventory"
    );
    holder.rollback().await.unwrap();
    doctor::examine(&db, &selection).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_is_missing_ends_it_with_the_name_of_the_check() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    let role = format!("half_{}", bed.text("SELECT current_database()").await);
    bed.run(&format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'reads'; GRANT USAGE ON SCHEMA public TO {role}; \
         GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}; REVOKE SELECT ON inventory FROM {role}"
    ))
    .await;
    let mut url: url::Url = bed.database.url().parse().unwrap();
    url.set_username(&role).unwrap();
    url.set_password(Some("reads")).unwrap();
    let reader = service::connect(url.as_str(), &Settings::default())
        .await
        .unwrap();
    let error = doctor::examine(&reader, &Selection::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "stock.reserved could not be checked");
    assert!(
        matches!(
            &error,
            ExamineError::Check {
                source: DatabaseError::NotPermitted { .. },
                ..
            }
        ),
        "{error:?}"
    );
    reader.close().await.unwrap();
    bed.run(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}
