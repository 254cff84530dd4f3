//! Refreshing the materialized views, and telling how far behind they are.

mod command;
mod once;
mod readers;
mod refresh;
mod staleness;

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use service::maintenance::views::{IfBusy, Refresh, RefreshOutcome, View, refresh};
use service::transaction;
use tests::TestDatabase;

/// Keeps a refresh of the customers' view where it begins to read, until it is committed.
async fn customers_held(database: &TestDatabase) -> sea_orm::DatabaseTransaction {
    let held = transaction::begin(&database.session().await).await.unwrap();
    held.execute_unprepared("LOCK TABLE customers IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    held
}

/// Refreshes the customers' view.
async fn refreshed(db: &DatabaseConnection, if_busy: IfBusy) -> RefreshOutcome {
    let views = vec![View::CustomerLifetimeValue];
    let done = refresh(db, Refresh { views, if_busy }).await.unwrap();
    assert_eq!(done.len(), 1);
    done[0].outcome
}

async fn number(db: &DatabaseConnection, sql: &str) -> i64 {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Waits until as many sessions as that wait for a lock of this kind.
async fn until_waiting(database: &TestDatabase, sessions: i64, kind: &str) {
    let sql = format!(
        "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND locktype = '{kind}' \
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    );
    for _ in 0..500 {
        if number(database.connection(), &sql).await >= sessions {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{sessions} sessions never waited for a {kind} lock");
}
