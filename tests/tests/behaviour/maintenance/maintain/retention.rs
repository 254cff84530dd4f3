//! History that is older than the shop wants to keep goes with the rest of the upkeep.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{Months, Utc};
use entity::{OrderFinancialStatus, OrderStatus, TransactionType};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use service::maintenance::lock::{Work, acquire};
use service::maintenance::maintain::{Maintain, Retention, State, Step, Why, maintain};
use service::maintenance::partitions::Month;
use service::transaction;
use tests::{Engine, TestDatabase};

use super::{MINUTE, go_on, is_well, maintained, open, state};
use crate::command::{run_json, service_on};
use crate::maintenance::retention::booked::{book, order};
use crate::maintenance::retention::dropping::partitions;
use crate::maintenance::retention::history::{Everything, fill, world};
use crate::maintenance::retention::kept;

/// Three months and the current one stay.
fn keeping(archive: Option<&Path>) -> Maintain {
    Maintain {
        retention: Some(Retention {
            months: 3,
            archive: archive.map(Path::to_owned),
        }),
        ..Maintain::within(MINUTE)
    }
}

fn months_ago(months: u32) -> Month {
    Month::of_day(Utc::now().date_naive() - Months::new(months))
}

fn done(months: &[Month]) -> State {
    State::Done {
        done: months.iter().map(Month::to_string).collect(),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn months_beyond_those_that_the_shop_keeps_go_into_the_archive_and_no_others(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    for ago in [5, 4, 3] {
        fill(db, &world, &months_ago(ago).to_string(), 2).await;
    }
    let all = maintained(&database, Maintain::within(MINUTE)).await;
    assert_eq!(state(&all, Step::Retention), &State::NotDue);
    assert_eq!(Everything::of(db).await.counts()[..4], [6, 12, 6, 12]);

    let directory = tempfile::tempdir().unwrap();
    let first = maintained(&database, keeping(Some(directory.path()))).await;
    let old = [months_ago(5), months_ago(4)];
    assert_eq!(state(&first, Step::Retention), &done(&old), "{first:#?}");
    assert!(is_well(&first), "{first:#?}");
    assert_eq!(Everything::of(db).await.counts()[..4], [2, 4, 2, 4]);
    for month in old {
        assert!(
            directory
                .path()
                .join(month.to_string())
                .join("manifest.json")
                .exists()
        );
    }
    let (status, document) =
        run_json(service_on(&database, &["maintain", "--keep", "3", "--archive"]).arg(directory.path()));
    assert!(status < 2, "{document:#}");
    assert_eq!(document["steps"][2]["step"], "retention", "{document:#}");
    assert_eq!(document["steps"][2]["state"], "not_due", "{document:#}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_somebody_has_to_do_something_about_is_left_and_one_that_only_waits_is_not_due(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    // Paid in a month that is old enough, refunded in one that is not.
    let paid = order(
        db,
        OrderStatus::Completed,
        OrderFinancialStatus::PartiallyRefunded,
    )
    .await;
    let instant = |month: Month| month.start().to_rfc3339();
    book(db, paid, TransactionType::Revenue, &instant(months_ago(4))).await;
    book(db, paid, TransactionType::Refund, &instant(months_ago(3))).await;
    let waits = maintained(&database, keeping(None)).await;
    assert_eq!(state(&waits, Step::Retention), &State::NotDue, "{waits:#?}");

    fill(db, &world, &months_ago(5).to_string(), 1).await;
    db.execute_unprepared("UPDATE tasks SET status = 'pending', completed_at = NULL WHERE priority = 10")
        .await
        .unwrap();
    let left = maintained(&database, keeping(None)).await;
    assert_eq!(
        state(&left, Step::Retention),
        &State::Left {
            done: Vec::new(),
            left: vec![format!("{}: 1 tasks that are still to be done", months_ago(5))],
            why: Why::Needed
        }
    );
    assert!(!left.is_well());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn while_somebody_else_moves_months_they_are_left_to_them(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let held = acquire(database.connection(), Work::MoveMonths, Duration::ZERO)
        .await
        .unwrap();
    let left = maintained(&database, keeping(None)).await;
    assert_eq!(
        state(&left, Step::Retention),
        &State::Left {
            done: Vec::new(),
            left: vec![format!("months before {}", months_ago(3))],
            why: Why::Busy
        }
    );
    held.release().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_waits_for_a_writer_is_given_up_with_the_time_and_stays_whole() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    let old = months_ago(5).to_string();
    partitions(db, &old).await;
    fill(db, &world, &old, 3).await;
    // Nothing but the month is due, so that the time is spent on it.
    maintained(&database, Maintain::within(MINUTE)).await;
    let before = Everything::of(db).await;
    let writer = transaction::begin(db).await.unwrap();
    writer
        .execute_unprepared("UPDATE transactions SET description = 'x'")
        .await
        .unwrap();
    let directory = tempfile::tempdir().unwrap();
    let command = Maintain {
        budget: Duration::from_secs(4),
        ..keeping(Some(directory.path()))
    };
    let session = open(&database).await;
    let begun = Instant::now();
    let left = maintain(&session, command, go_on).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(8), "{left:#?}");
    assert_eq!(
        state(&left, Step::Retention),
        &State::Left {
            done: Vec::new(),
            left: vec![format!("months before {}", months_ago(3))],
            why: Why::OutOfTime
        },
        "{left:#?}"
    );
    writer.rollback().await.unwrap();
    assert_eq!(Everything::of(db).await.transactions, before.transactions);
    assert!(kept(directory.path()).is_empty());
}
