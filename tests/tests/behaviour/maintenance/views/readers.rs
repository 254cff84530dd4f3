//! Readers never block.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait;
use service::maintenance::views::{IfBusy, RefreshOutcome};
use service::transaction;
use tests::{Engine, TestDatabase};

use super::{customers_held, number, refreshed, until_waiting};

const READ: &str = "SELECT count(*) FROM customer_lifetime_value";

#[tokio::test(flavor = "multi_thread")]
async fn readers_go_on_through_a_whole_refresh_and_it_waits_for_none_of_them() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    db.execute_unprepared(
        "INSERT INTO customers (email) SELECT n || '@example.com' FROM generate_series(1, 5000) n",
    )
    .await
    .unwrap();
    // One that has read and keeps its transaction open throughout.
    let long = transaction::begin(&database.session().await).await.unwrap();
    long.execute_unprepared(READ).await.unwrap();
    // One that reads again and again, and would notice any wait for a lock.
    let (over, reads) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
    let reading = tokio::spawn({
        let (reader, over, reads) = (database.session().await, over.clone(), reads.clone());
        async move {
            reader
                .execute_unprepared("SET lock_timeout = '1ms'")
                .await
                .unwrap();
            let mut seen = Vec::new();
            while !over.load(Ordering::Relaxed) {
                seen.push(number(&reader, READ).await);
                reads.fetch_add(1, Ordering::Relaxed);
            }
            seen.push(number(&reader, READ).await);
            seen
        }
    });
    // The refresh has its lock on the view and waits for a table: readers see what was there before.
    let held = customers_held(&database).await;
    let refreshing = tokio::spawn({
        let session = database.session().await;
        session
            .execute_unprepared("SET lock_timeout = '20s'")
            .await
            .unwrap();
        async move { refreshed(&session, IfBusy::Leave).await }
    });
    until_waiting(&database, 1, "relation").await;
    let deadline = Instant::now() + Duration::from_secs(60);
    while reads.load(Ordering::Relaxed) <= 20 {
        assert!(Instant::now() < deadline, "the reader does not go on");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    held.commit().await.unwrap();
    let outcome = refreshing.await.unwrap();
    assert!(matches!(outcome, RefreshOutcome::Refreshed(_)), "{outcome:?}");
    over.store(true, Ordering::Relaxed);
    let seen = reading.await.unwrap();
    assert!(seen.len() > 20, "{}", seen.len());
    // All of it or nothing of it, and never less than before.
    assert!(
        seen.is_sorted() && seen.iter().all(|count| [0, 5000].contains(count)),
        "{seen:?}"
    );
    assert_eq!((seen[0], seen[seen.len() - 1]), (0, 5000));
    long.commit().await.unwrap();
}
