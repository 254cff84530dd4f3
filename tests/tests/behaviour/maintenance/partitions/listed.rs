//! What `partitions list` says.

use chrono::Utc;
use rstest::rstest;
use sea_orm::ConnectionTrait;
use service::maintenance::partitions::{ListPartitions, Listed, Month, MonthRows, Partitioned, Rows, list};
use tests::{Engine, TestDatabase};

use super::{insert, listed, middle_of};

#[tokio::test(flavor = "multi_thread")]
async fn the_list_tells_bounds_rows_bytes_and_what_lies_in_the_default() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let table = Partitioned::Transactions;
    let current = Month::of(Utc::now());
    let (far, later) = (current.plus(40), current.plus(41));
    insert(&database, table, middle_of(current), false).await;
    for month in [far, later, later] {
        insert(&database, table, month.start(), false).await;
    }

    let listed = listed(&database, table).await;
    assert_eq!(listed.partitions.len(), 14);
    assert!(
        listed
            .partitions
            .iter()
            .all(|month| month.attached && month.bytes > 0)
    );
    let month = &listed.partitions[1];
    assert_eq!(month.name, current.partition_of(table));
    assert_eq!(
        (month.from, month.to),
        (Some(current.start()), Some(current.end()))
    );
    assert_eq!(
        month.rows,
        Rows {
            count: 1,
            exact: true
        }
    );
    let default = listed.default.unwrap();
    assert_eq!(default.name, table.default_partition());
    assert!(default.bytes > 0);
    assert_eq!(
        default.months,
        [
            MonthRows { month: far, rows: 1 },
            MonthRows {
                month: later,
                rows: 2
            }
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_are_an_estimate_unless_they_are_to_be_counted() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let table = Partitioned::SystemEvents;
    let current = Month::of(Utc::now());
    insert(&database, table, middle_of(current), false).await;
    let db = database.connection();
    db.execute_unprepared("ANALYZE system_events").await.unwrap();
    insert(&database, table, middle_of(current), false).await;

    let Listed::Partitioned { tables } = list(db, ListPartitions::default()).await.unwrap() else {
        panic!("partitions")
    };
    assert_eq!(
        tables[2].partitions[1].rows,
        Rows {
            count: 1,
            exact: false
        }
    );
    assert_eq!(
        listed(&database, table).await.partitions[1].rows,
        Rows {
            count: 2,
            exact: true
        }
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_detached_month_is_listed_as_such() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let table = Partitioned::WorkflowExecutions;
    let month = Month::of(Utc::now()).plus(3);
    let name = month.partition_of(table);
    let sql = format!("ALTER TABLE {table} DETACH PARTITION {name}");
    database.connection().execute_unprepared(&sql).await.unwrap();
    let listed = listed(&database, table).await;
    let detached = listed.partitions.iter().find(|other| other.name == name).unwrap();
    assert!(!detached.attached);
    assert_eq!(detached.from, Some(month.start()));
    assert!(!detached.covers(month));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sqlite_has_no_partitions() {
    let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
        return;
    };
    let listed = list(database.connection(), ListPartitions { count: true })
        .await
        .unwrap();
    assert_eq!(listed, Listed::NotPartitioned);
}
