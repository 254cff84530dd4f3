//! One upkeep of a kind at a time.

use std::time::{Duration, Instant};

use rstest::rstest;
use service::maintenance::lock::{LockError, Work, acquire};
use tests::{Engine, TestDatabase};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_lock_of_an_upkeep_is_held_by_one(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::empty(engine).await else {
        return;
    };
    let db = database.session().await;
    let held = acquire(&db, Work::Maintain, Duration::ZERO).await.unwrap();

    let refused = acquire(&db, Work::Maintain, Duration::ZERO)
        .await
        .expect_err("held");
    let LockError::Held { work, holder, .. } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(work, Work::Maintain);
    assert!(holder.is_some());
    let _other = acquire(&db, Work::RefreshViews, Duration::ZERO)
        .await
        .expect("another upkeep");
    held.release().await;
    // One after the other, none of whom waits.
    for _ in 0..20 {
        let again = acquire(&db, Work::Maintain, Duration::ZERO).await;
        again.expect("free again").release().await;
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_the_lock_gets_it_when_it_comes_free_and_gives_up_in_time(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::empty(engine).await else {
        return;
    };
    let held = acquire(database.connection(), Work::Maintain, Duration::ZERO)
        .await
        .unwrap();
    let begun = Instant::now();
    let refused = acquire(database.connection(), Work::Maintain, Duration::from_millis(150)).await;
    assert!(matches!(refused, Err(LockError::Held { .. })), "{refused:?}");
    assert!(begun.elapsed() >= Duration::from_millis(150));

    let db = database.connection().clone();
    let waiting = tokio::spawn(async move {
        acquire(&db, Work::Maintain, Duration::from_secs(20))
            .await
            .map(drop)
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!waiting.is_finished());
    // Not released, dropped: as by a task that is cancelled.
    drop(held);
    waiting.await.unwrap().expect("free again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_whose_session_was_ended_is_no_longer_held() {
    let Some(database) = TestDatabase::empty(Engine::Postgres).await else {
        return;
    };
    let mut held = acquire(database.connection(), Work::Maintain, Duration::ZERO)
        .await
        .unwrap();
    held.ensure_held().await.expect("still there");
    let ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 \
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    sea_orm::ConnectionTrait::execute_unprepared(database.connection(), ended)
        .await
        .unwrap();
    held.ensure_held().await.expect_err("ended");
    let _next = acquire(database.connection(), Work::Maintain, Duration::from_secs(5))
        .await
        .expect("free again");
}
