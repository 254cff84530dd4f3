//! A run shares its pool with a shop that works, and its time with what it waits for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use entity::{OrderFinancialStatus, OrderStatus, TransactionType};
use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};
use service::connect::{Settings, connect};
use service::maintenance::partitions::drop::{DropBefore, Fate};
use tests::{Engine, TestDatabase};

use super::booked::{book, order};
use super::dropping::partitions;
use super::history::{Everything, fill, world};
use super::{day, dropped, fates};

/// The second look, under the locks, would else wait for a connection of those that wait for the locks.
#[tokio::test(flavor = "multi_thread")]
async fn writers_of_orders_in_the_same_pool_do_not_keep_a_run_from_its_second_look() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    partitions(database.connection(), "2024-01").await;
    let db = pool(&database, |settings| settings.max_connections = Some(4)).await;
    let paid = order(&db, OrderStatus::Completed, OrderFinancialStatus::Paid).await;
    book(&db, paid, TransactionType::Revenue, "2024-01-05T10:00:00Z").await;
    let (stop, written) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (db, stop, written) = (db.clone(), stop.clone(), written.clone());
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    db.execute_unprepared("UPDATE orders SET tax_amount = tax_amount")
                        .await?;
                    written.fetch_add(1, Ordering::Relaxed);
                }
                Ok::<_, sea_orm::DbErr>(())
            })
        })
        .collect();
    while written.load(Ordering::Relaxed) < 20 && writers.iter().all(|writer| !writer.is_finished()) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let report = dropped(&db, &DropBefore::new(day("2024-02-01"))).await.unwrap();
    stop.store(true, Ordering::Relaxed);
    assert_eq!(fates(&report), [("2024-01".to_owned(), Fate::Gone)]);
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_ends_the_statement_that_runs_however_many_came_before() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    fill(db, &world(db).await, "2024-01", 2).await;
    let before = Everything::of(db).await;
    // Both are counted; the second for longer than the lock timeout of a run.
    let tasks = held(db, "tasks").await;
    let shares = held(db, "revenue_attribution").await;
    let until_tasks_are_free = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        tasks.rollback().await.unwrap();
    });
    let deadline = Instant::now() + Duration::from_secs(3);
    let command = DropBefore {
        deadline: Some(deadline),
        ..DropBefore::new(day("2024-02-01"))
    };
    let report = dropped(db, &command).await.unwrap();
    let late = deadline.elapsed();
    assert!(report.interrupted && report.months.is_empty(), "{report:?}");
    assert!(late < Duration::from_millis(1_500), "{late:?} late");
    shares.rollback().await.unwrap();
    until_tasks_are_free.await.unwrap();
    assert_eq!(Everything::of(db).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_takes_the_time_that_a_run_would_take() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = pool(&database, |settings| {
        settings.statement_timeout = Duration::from_millis(1_500);
        settings.lock_timeout = Duration::from_secs(60);
    })
    .await;
    fill(&db, &world(&db).await, "2024-01", 2).await;
    // Only the look at the month reads it.
    let tasks = held(&db, "tasks").await;
    let free = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        tasks.rollback().await.unwrap();
    });
    let command = DropBefore {
        dry_run: true,
        ..DropBefore::new(day("2024-02-01"))
    };
    let report = dropped(&db, &command).await.unwrap();
    assert_eq!(fates(&report), [("2024-01".to_owned(), Fate::Gone)]);
    free.await.unwrap();
}

pub(super) async fn pool(database: &TestDatabase, change: impl FnOnce(&mut Settings)) -> DatabaseConnection {
    let mut settings = Settings {
        acquire_timeout: Duration::from_secs(60),
        ..Settings::default()
    };
    change(&mut settings);
    connect(database.url(), &settings).await.unwrap()
}

/// Keeps everybody from a table.
async fn held(db: &DatabaseConnection, table: &str) -> sea_orm::DatabaseTransaction {
    let holder = db.begin().await.unwrap();
    holder
        .execute_unprepared(&format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        .await
        .unwrap();
    holder
}
