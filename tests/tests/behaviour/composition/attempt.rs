//! What is tried with each operation.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use service::{Class, transaction};

use super::case::Case;
use super::contents::contents;

/// The operation writes inside the caller's transaction, and is gone with it.
pub(super) async fn rolled_back(db: &DatabaseConnection, case: &Case) {
    let before = contents(db).await;
    let own = transaction::begin(db).await.unwrap();
    if let Err(error) = (case.works)(&own).await {
        panic!("{}: {error:?}", case.name);
    }
    assert_ne!(contents(&own).await, before, "{} writes something", case.name);
    own.rollback().await.unwrap();
    assert_eq!(contents(db).await, before, "{}", case.name);
}

/// A refusal leaves nothing behind in the caller's transaction, which goes on.
pub(super) async fn refused(db: &DatabaseConnection, case: &Case) {
    let Some(refused) = &case.refused else {
        return;
    };
    let before = contents(db).await;
    let own = transaction::begin(db).await.unwrap();
    match refused(&own).await {
        Err(error) => assert_eq!(error.class, Class::Refused, "{}: {error:?}", case.name),
        Ok(()) => panic!("{} does all that is asked", case.name),
    }
    assert_eq!(contents(&own).await, before, "{}", case.name);
    if let Err(error) = (case.works)(&own).await {
        panic!("{} after a refusal: {error:?}", case.name);
    }
    own.rollback().await.unwrap();
}

/// An error of the database, whichever statement it comes from, leaves nothing behind in the caller's transaction, which goes on.
pub(super) async fn timed_out(db: &DatabaseConnection, case: &Case) {
    let before = contents(db).await;
    for table in touched(db, case).await {
        let own = transaction::begin(db).await.unwrap();
        own.execute_unprepared("SET LOCAL lock_timeout = '4ms'")
            .await
            .unwrap();
        let other = transaction::begin(db).await.unwrap();
        // Not even a reader gets past this.
        let lock = format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
        other.execute_unprepared(&lock).await.unwrap();
        match (case.works)(&own).await {
            Err(error) => assert_eq!(error.class, Class::Retryable, "{}, {table}: {error:?}", case.name),
            Ok(()) => panic!("{} did without {table}", case.name),
        }
        other.rollback().await.unwrap();
        assert_eq!(contents(&own).await, before, "{}, {table}", case.name);
        own.rollback().await.unwrap();
    }
}

/// The tables that the operation reads or writes.
async fn touched(db: &DatabaseConnection, case: &Case) -> Vec<String> {
    let own = transaction::begin(db).await.unwrap();
    if let Err(error) = (case.works)(&own).await {
        panic!("{}: {error:?}", case.name);
    }
    let locked = "SELECT DISTINCT relname FROM pg_locks JOIN pg_class c ON c.oid = relation \
                  WHERE pid = pg_backend_pid() AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace";
    let locked = Statement::from_string(DbBackend::Postgres, locked);
    let found = own.query_all_raw(locked).await.unwrap();
    own.rollback().await.unwrap();
    let tables: Vec<_> = found
        .iter()
        .map(|row| row.try_get("", "relname").unwrap())
        .collect();
    assert!(!tables.is_empty(), "{}", case.name);
    tables
}
