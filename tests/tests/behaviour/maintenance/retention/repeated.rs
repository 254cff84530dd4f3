//! The rows of a command are kept for a week, to know it when it is sent again.

use chrono::{Days, Months, Utc};
use entity::TransactionType;
use rstest::rstest;
use rust_decimal::Decimal;
use service::maintenance::partitions::Month;
use service::maintenance::partitions::drop::{DropBefore, Reason};
use tests::{Engine, TestDatabase, rows};

use super::history::{Everything, fill, world};
use super::needs::need;
use super::{day, dropped};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn rows_by_which_a_repeated_command_is_known_stay_for_a_week(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let today = Utc::now().date_naive();
    let last = Month::of_day(today - Months::new(1));
    let world = world(db).await;
    // One at the end of last month, one at its beginning, which is always older than a week.
    let end = last.end() - chrono::Duration::seconds(1);
    rows::insert(
        db,
        "system_events",
        [
            ("id", entity::SystemEventId::at(end).as_uuid().into()),
            ("created_at", end.into()),
        ],
    )
    .await;
    fill(db, &world, &last.to_string(), 1).await;
    let report = dropped(db, &DropBefore::new(today)).await.unwrap();
    let is_young = end > Utc::now() - Days::new(7);
    let reasons: Vec<_> = report.months[0]
        .needed
        .iter()
        .map(|need| (need.table, need.reason, need.rows))
        .collect();
    if is_young {
        assert_eq!(reasons, [("system_events", Reason::Recent, 1)]);
    } else {
        assert!(report.is_complete(), "{reasons:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_this_week_for_a_day_long_ago_stays_for_a_week_as_well(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    use service::finance::transactions::{NewTransaction, Record, record};

    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let late = NewTransaction {
        id: entity::TransactionId::at("2024-01-05T10:00:00Z".parse().unwrap()),
        ..NewTransaction::new(TransactionType::Expense, "shipping", Decimal::TEN)
    };
    let command = Record {
        transactions: vec![late.clone()],
    };
    record(db, command.clone()).await.unwrap();
    let report = dropped(db, &DropBefore::new(day("2024-02-01"))).await.unwrap();
    assert_eq!(
        report.months[0].needed,
        [need("transactions", Reason::Recent, late.id.as_uuid())]
    );
    // Sent again it is the same one.
    record(db, command).await.unwrap();
    assert_eq!(Everything::of(db).await.transactions.len(), 1);
}
