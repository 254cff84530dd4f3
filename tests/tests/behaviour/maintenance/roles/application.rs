//! The application does its work and leaves the schema alone.

use sea_orm::ConnectionTrait;
use service::customers::{EraseCustomer, erase};
use service::deletion::{self, Delete, Row};
use service::workflows::executions::{PurgeExecutions, purge};
use service::{Class, Classified, DatabaseError};
use tests::rows;

use super::{Granted, Role, refused, tour};

#[tokio::test(flavor = "multi_thread")]
async fn the_application_role_can_do_the_shops_work() {
    let Some(granted) = Granted::new().await else {
        return;
    };
    let db = granted.connect(Role::Application).await;
    tour::shop(&db).await;
    tour::customers(&db).await;
    tour::marketing(&db).await;
    tour::work(&db).await;
    tour::books(&db).await;
    tour::figures(&db).await;
    tour::machinery(&db).await;
    granted.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_application_role_cannot_change_the_schema() {
    let Some(granted) = Granted::new().await else {
        return;
    };
    let db = granted.connect(Role::Application).await;
    for sql in [
        "CREATE TABLE mine (id int)",
        "CREATE VIEW mine AS SELECT 1",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE INDEX mine ON orders (total_amount)",
        "ALTER TABLE orders ADD COLUMN mine int",
        "ALTER TABLE orders DISABLE TRIGGER ALL",
        "ALTER TABLE system_events DETACH PARTITION system_events_default",
        "DROP TABLE configurations",
        "DROP TABLE system_events_default",
        "DROP SEQUENCE order_numbers",
        "ALTER SEQUENCE order_numbers RESTART",
        "SELECT setval('order_numbers', 1)",
        "TRUNCATE configurations",
        "DROP MATERIALIZED VIEW agent_performance",
        "REFRESH MATERIALIZED VIEW agent_performance",
        "INSERT INTO seaql_migrations VALUES ('m', 1)",
        "DELETE FROM seaql_migrations",
        "SET session_replication_role = replica",
    ] {
        refused(&db, sql).await;
    }
    granted.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rewrites_or_removes_history_is_for_the_owner() {
    let Some(granted) = Granted::new().await else {
        return;
    };
    let (app, owner) = (
        granted.connect(Role::Application).await,
        granted.connect(Role::Owner).await,
    );
    let customer = rows::insert(&owner, "customers", []).await.id().into();
    let order = rows::insert(&owner, "orders", []).await.id().into();
    let later = chrono::Utc::now() + chrono::Duration::hours(1);
    let ended = [
        ("status", "succeeded".into()),
        ("started_at", chrono::Utc::now().into()),
        ("completed_at", chrono::Utc::now().into()),
    ];
    rows::insert(&owner, "workflow_executions", ended).await;

    let told = |error: DatabaseError| {
        assert!(matches!(error, DatabaseError::NotPermitted { .. }), "{error:?}");
        assert_eq!(error.class(), Class::Refused);
    };
    match erase(&app, EraseCustomer::new(customer)).await.unwrap_err() {
        service::customers::EraseError::Database(error) => told(error),
        error => panic!("{error:?}"),
    }
    assert!(purge(&app, PurgeExecutions::new(later)).await.is_err());
    let row = || Delete {
        row: Row::Order(order),
    };
    assert!(deletion::delete(&app, row()).await.is_err());

    erase(&owner, EraseCustomer::new(customer)).await.unwrap();
    purge(&owner, PurgeExecutions::new(later)).await.unwrap();
    deletion::delete(&owner, row()).await.unwrap();
    granted.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_block_can_be_run_again_and_takes_back_what_it_does_not_grant() {
    let Some(granted) = Granted::new().await else {
        return;
    };
    let app = granted.role(Role::Application);
    let too_much =
        format!("GRANT ALL ON system_events TO {app}; GRANT UPDATE (amount) ON transactions TO {app}");
    granted
        .connect(Role::Owner)
        .await
        .execute_unprepared(&too_much)
        .await
        .unwrap();
    granted.grant().await;
    let db = granted.connect(Role::Application).await;
    refused(&db, "DELETE FROM system_events").await;
    refused(&db, "UPDATE transactions SET amount = 1").await;
    tour::shop(&db).await;
    granted.end().await;
}
