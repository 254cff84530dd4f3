//! Getting into each other's way is retryable, and a retry helps.

use std::time::Duration;

use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};
use service::catalogue::{self, ArchiveProduct};
use service::connect::{Settings, connect};
use service::retry::Backoff;
use service::{Class, Classified, DatabaseError, retry, transaction};
use tests::{Engine, TestDatabase};

use crate::shop::created;

/// A pool with little patience.
async fn impatient(database: &TestDatabase) -> DatabaseConnection {
    let settings = Settings {
        lock_timeout: Duration::from_millis(100),
        busy_timeout: Duration::from_millis(100),
        statement_timeout: Duration::from_millis(500),
        ..Settings::default()
    };
    connect(database.url(), &settings).await.unwrap()
}

async fn error_of(db: &impl ConnectionTrait, sql: &str) -> DatabaseError {
    DatabaseError::from(db.execute_unprepared(sql).await.unwrap_err())
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_is_not_free_in_time_is_retryable_until_it_is(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let product = created(database.connection(), "noir", &[]).await.product;
    let holder = transaction::begin(database.connection()).await.unwrap();
    holder
        .execute_unprepared("UPDATE products SET title = 'held'")
        .await
        .unwrap();

    let db = impatient(&database).await;
    let command = ArchiveProduct { id: product.id };
    let error = catalogue::archive(&db, command).await.unwrap_err();
    assert_eq!(error.class(), Class::Retryable, "{error:?}");
    match (engine, error) {
        (Engine::Postgres, catalogue::ArchiveError::Database(DatabaseError::LockTimeout))
        | (Engine::Sqlite, catalogue::ArchiveError::Database(DatabaseError::Busy)) => {}
        (_, other) => panic!("{other:?}"),
    }

    let free = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(150)).await;
        holder.commit().await.unwrap();
    });
    let patient = Backoff {
        attempts: 50,
        ..Backoff::default()
    };
    let archived = retry(patient, tokio::time::sleep, || catalogue::archive(&db, command))
        .await
        .unwrap();
    assert_eq!(archived.product.title, "held");
    free.await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_is_too_old_to_write_is_retryable(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let product = created(database.connection(), "noir", &[]).await.product;
    let db = database.session().await;
    let level = (engine == Engine::Postgres).then_some(sea_orm::IsolationLevel::RepeatableRead);
    let own = db.begin_with_config(level, None).await.unwrap();
    catalogue::get(&own, product.id).await.unwrap();
    catalogue::archive(database.connection(), ArchiveProduct { id: product.id })
        .await
        .unwrap();

    let error = error_of(&own, "UPDATE products SET title = 'late'").await;
    assert!(error.is_retryable());
    match (engine, error) {
        (Engine::Postgres, DatabaseError::Serialization) | (Engine::Sqlite, DatabaseError::Busy) => {}
        (_, other) => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_victim_of_a_deadlock_may_try_again() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    created(db, "a", &[]).await;
    created(db, "b", &[]).await;
    let update = |handle| format!("UPDATE products SET title = 'x' WHERE handle = '{handle}'");
    let (first, second) = (
        transaction::begin(db).await.unwrap(),
        transaction::begin(db).await.unwrap(),
    );
    first.execute_unprepared(&update("a")).await.unwrap();
    second.execute_unprepared(&update("b")).await.unwrap();
    let (b, a) = (update("b"), update("a"));
    let (one, other) = tokio::join!(
        async {
            let outcome = first.execute_unprepared(&b).await;
            (outcome, first.rollback().await).0
        },
        async {
            let outcome = second.execute_unprepared(&a).await;
            (outcome, second.rollback().await).0
        }
    );
    let victim = DatabaseError::from(one.err().or(other.err()).unwrap());
    assert!(
        matches!(victim, DatabaseError::Deadlock) && victim.is_retryable(),
        "{victim:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_runs_too_long_is_ended_and_not_retried() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = impatient(&database).await;
    let error = error_of(&db, "SELECT pg_sleep(20)").await;
    assert!(matches!(error, DatabaseError::StatementTimeout), "{error:?}");
    assert_eq!(error.class(), Class::Broken);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_exhausted_pool_is_retryable(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let settings = Settings {
        max_connections: Some(1),
        // Connecting has to succeed within it, on a busy machine as well.
        acquire_timeout: Duration::from_secs(3),
        ..Settings::default()
    };
    let db = connect(database.url(), &settings).await.unwrap();
    let holder = transaction::begin(&db).await.unwrap();
    let error = DatabaseError::from(db.ping().await.unwrap_err());
    assert!(
        matches!(error, DatabaseError::NoConnection) && error.is_retryable(),
        "{error:?}"
    );
    holder.rollback().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_the_server_cuts_is_retryable_and_the_pool_recovers() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let product = created(database.connection(), "noir", &[]).await.product;
    let settings = Settings {
        max_connections: Some(1),
        ..Settings::default()
    };
    let db = connect(database.url(), &settings).await.unwrap();
    let own = transaction::begin(&db).await.unwrap();
    catalogue::get(&own, product.id).await.unwrap();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND application_name = 'vividwalls'";
    database.connection().execute_unprepared(cut).await.unwrap();
    let error = error_of(&own, "SELECT 1").await;
    assert!(
        matches!(error, DatabaseError::ConnectionLost) && error.is_retryable(),
        "{error:?}"
    );
    drop(own);
    let command = ArchiveProduct { id: product.id };
    retry(Backoff::default(), tokio::time::sleep, || {
        catalogue::archive(&db, command)
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_broke_while_it_was_idle_is_replaced_unnoticed() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let settings = Settings {
        application_name: "idler".into(),
        ..Settings::default()
    };
    let db = connect(database.url(), &settings).await.unwrap();
    db.ping().await.unwrap();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND application_name = 'idler'";
    database.connection().execute_unprepared(cut).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    created(&db, "noir", &["NOIR"]).await;
}
