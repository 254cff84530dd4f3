//! Many connections that want the same thing at the same moment.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use service::transaction;

/// Starts all racers behind a transaction that ran `gate`, so that they have begun, and seen what there is, when the first of
/// them may write. The gate is a statement that takes the locks the race is about (`UPDATE inventory SET location = location`).
pub(crate) async fn behind<F, Fut, T>(db: &DatabaseConnection, gate: &str, racers: usize, race: F) -> Vec<T>
where
    F: Fn(usize) -> Fut,
    Fut: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let held = transaction::begin(db).await.unwrap();
    held.execute_unprepared(gate).await.unwrap();
    let racers: Vec<_> = (0..racers).map(|n| tokio::spawn(race(n))).collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    held.commit().await.unwrap();
    let mut outcomes = Vec::new();
    for racer in racers {
        outcomes.push(racer.await.unwrap());
    }
    outcomes
}

/// Starts the racers behind a transaction that ran `gate`, one after the other: each when those before it wait for a lock. What a
/// racer locks before it comes to the gate it holds by then, and the first who waits there is the first to get on. The gate is then
/// rolled back.
pub(crate) async fn in_turn<F, Fut, T>(db: &DatabaseConnection, gate: &str, racers: usize, race: F) -> Vec<T>
where
    F: Fn(usize) -> Fut,
    Fut: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let held = transaction::begin(db).await.unwrap();
    held.execute_unprepared(gate).await.unwrap();
    let mut started = Vec::new();
    for n in 0..racers {
        started.push(tokio::spawn(race(n)));
        wait_for(db, n + 1).await;
    }
    held.rollback().await.unwrap();
    let mut outcomes = Vec::new();
    for racer in started {
        outcomes.push(racer.await.unwrap());
    }
    outcomes
}

/// Waits until so many sessions of the database wait for a lock. SQLite does not tell, and its waiters come in no order.
pub(crate) async fn wait_for(db: &DatabaseConnection, sessions: usize) {
    if db.get_database_backend() != DbBackend::Postgres {
        return tokio::time::sleep(Duration::from_millis(40)).await;
    }
    let waiting = "SELECT count(*) FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        let count = Statement::from_string(DbBackend::Postgres, waiting);
        let row = db.query_one_raw(count).await.unwrap().unwrap();
        if row.try_get_by_index::<i64>(0).unwrap() >= i64::try_from(sessions).unwrap() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("{sessions} sessions were to wait for a lock");
}

/// Puts the rows of a table the other way round than their ids go, so that who does not sort them finds them like that. SQLite has
/// one writer at a time.
pub(crate) async fn turn_round(db: &DatabaseConnection, table: &str) {
    if db.get_database_backend() == DbBackend::Postgres {
        let sql =
            format!("CREATE INDEX back ON {table} (id DESC); CLUSTER {table} USING back; DROP INDEX back");
        db.execute_unprepared(&sql).await.unwrap();
    }
}
