//! Many connections that want the same thing at the same moment.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection};
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
