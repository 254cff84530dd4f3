//! A month is made while others hold what it wants.

use std::time::Duration;

use chrono::Utc;
use sea_orm::{ConnectionTrait, TransactionTrait};
use service::maintenance::partitions::{Made, MakeMonth, Month, Partitioned, Patience, make};
use tests::{Engine, TestDatabase, rows};

use crate::race::wait_for;

#[tokio::test(flavor = "multi_thread")]
async fn a_month_whose_table_somebody_keeps_for_himself_is_left_to_the_next_run() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let holder = db.begin().await.unwrap();
    holder
        .execute_unprepared("LOCK TABLE system_events IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let month = Month::of(Utc::now()).plus(13);
    let made = make(db, MakeMonth::new(Partitioned::SystemEvents, month)).await;
    assert_eq!(made.unwrap(), Made::Busy);
    holder.rollback().await.unwrap();
}

/// The copy found nothing to move; the row comes while the locks are waited for.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_row_of_a_month_that_is_being_made_moves_as_well() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let month = Month::of(Utc::now()).plus(13);
    let reader = db.begin().await.unwrap();
    reader
        .execute_unprepared("SELECT FROM system_events LIMIT 1")
        .await
        .unwrap();
    let making = tokio::spawn({
        let db = db.clone();
        let command = MakeMonth {
            patience: Patience {
                lock_timeout: Duration::from_millis(100),
                attempts: 500,
            },
            ..MakeMonth::new(Partitioned::SystemEvents, month)
        };
        async move { make(&db, command).await }
    });
    wait_for(db, 1).await;
    // Gets through in a pause.
    rows::insert(
        db,
        "system_events",
        [
            ("id", month.ids()[0].into()),
            ("created_at", month.start().into()),
        ],
    )
    .await;
    reader.rollback().await.unwrap();
    let Made::Made(made) = making.await.unwrap().unwrap() else {
        panic!("not made")
    };
    assert_eq!(made.drained, 1);
}
