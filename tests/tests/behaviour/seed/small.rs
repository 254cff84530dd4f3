//! The smallest shops have something of everything, and in none has anything happened yet on the last day.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rstest::rstest;
use sea_orm::{DatabaseConnection, EntityTrait, IdenStatic as _, Iterable as _, ModelTrait as _, Value};
use service::seed::Seed;
use tests::{Engine, TestDatabase};

use super::{all, fill, small};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn one_order_fills_every_table(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(1, 5)] orders: u64,
) {
    for (rng, months) in [(1, 8), (2, 1), (3, 2)] {
        let Some(database) = TestDatabase::migrated(engine).await else {
            return;
        };
        let command = Seed {
            rng,
            months,
            ..small(orders)
        };
        let seeded = fill(database.connection(), command).await;
        let empty: Vec<_> = seeded.rows.iter().filter(|(_, rows)| **rows == 0).collect();
        assert!(empty.is_empty() && seeded.rows.len() == 29, "{rng}: {empty:?}");
    }
}

/// An order that is placed on the last day, late or early, is one of everything as well.
#[tokio::test(flavor = "multi_thread")]
async fn one_order_on_the_last_day_fills_every_table() {
    for rng in 1..=10 {
        let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
        let until: NaiveDate = "2025-11-29".parse().unwrap();
        let command = Seed {
            rng,
            months: 1,
            until,
            ..small(1)
        };
        let seeded = fill(database.connection(), command).await;
        let empty: Vec<_> = seeded.rows.iter().filter(|(_, rows)| **rows == 0).collect();
        assert!(empty.is_empty(), "{rng}: {empty:?}");
        let placed = &all::<entity::orders::Entity>(database.connection()).await[0];
        assert_eq!(placed.created_at.date_naive().succ_opt(), Some(until));
        not_later(database.connection(), until).await;
    }
}

#[rstest]
#[case(1, "2025-12-15")]
#[case(2, "2025-12-02")]
#[case(3, "2025-03-01")]
#[case(4, "2024-02-29")]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_has_happened_on_the_day_that_comes_next(#[case] rng: u64, #[case] until: NaiveDate) {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let command = Seed {
        rng,
        until,
        months: 2,
        ..small(600)
    };
    fill(database.connection(), command).await;
    not_later(database.connection(), until).await;
}

async fn not_later(db: &DatabaseConnection, until: NaiveDate) {
    let until = until.and_time(NaiveTime::MIN).and_utc();
    macro_rules! look {
        ($($table:ident)*) => { $(look_at::<entity::$table::Entity>(db, until).await;)* };
    }
    entity::for_each_table!(look);
}

async fn look_at<E: EntityTrait>(db: &DatabaseConnection, until: DateTime<Utc>) {
    for row in all::<E>(db).await {
        // Upkeep notes what it did when it did it.
        if format!("{row:?}").contains("maintenance.") {
            continue;
        }
        for column in E::Column::iter() {
            let Value::ChronoDateTimeUtc(Some(at)) = row.get(column) else {
                continue;
            };
            // A period ends with the first instant after it.
            let is_over = at < until || (column.as_str() == "period_end" && at == until);
            assert!(is_over, "{}: {row:?}", column.as_str());
        }
    }
}
