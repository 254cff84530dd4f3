//! Which operations need which rows, and what happens when two of them meet at one.

use std::collections::BTreeSet;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, Statement};
use service::transaction;
use tests::rows;

use crate::composition::case::Case;

/// A row, by what selects it.
type Place = String;

/// All pairs of operations that lock two rows or more alike, each met at each of these.
pub(super) async fn circles(db: &DatabaseConnection, cases: &[Case]) -> Vec<String> {
    let everything = places(db, "").await;
    let mut needed = Vec::new();
    for case in cases {
        needed.push(needs(db, case, &everything).await);
    }
    let mut circles = Vec::new();
    for (i, first) in cases.iter().enumerate() {
        for (j, second) in cases.iter().enumerate().skip(i + 1) {
            let shared: Vec<_> = needed[i].intersection(&needed[j]).collect();
            if shared.len() < 2 {
                continue;
            }
            for place in shared {
                if meet(db, first, second, place).await.contains("Deadlock") {
                    let (first, second) = (first.name, second.name);
                    circles.push(format!("{first} (case {i}) and {second} (case {j}) at {place}"));
                }
            }
        }
    }
    circles
}

/// The rows that there are to somebody who reads them like that.
async fn places<C: ConnectionTrait>(db: &C, lock: &str) -> BTreeSet<Place> {
    let tables: Vec<_> = rows::tables().collect();
    let place = "tableoid::regclass || ' WHERE ctid = ''' || ctid || ''''";
    let reads: Vec<_> = tables
        .iter()
        .map(|table| format!("of_{table} AS (SELECT {place} AS place FROM {table} {lock})"))
        .collect();
    let all: Vec<_> = tables
        .iter()
        .map(|table| format!("SELECT place FROM of_{table}"))
        .collect();
    let sql = format!("WITH {} {}", reads.join(", "), all.join(" UNION ALL "));
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let found = db.query_all_raw(statement).await.unwrap();
    found
        .iter()
        .map(|row| row.try_get("", "place").unwrap())
        .collect()
}

/// The rows that the operation locks, in whatever mode: those that a reader who wants them for himself skips.
async fn needs(db: &DatabaseConnection, case: &Case, everything: &BTreeSet<Place>) -> BTreeSet<Place> {
    let own = transaction::begin(db).await.unwrap();
    if let Err(error) = (case.works)(&own).await {
        panic!("{}: {error:?}", case.name);
    }
    let free = places(db, "FOR UPDATE SKIP LOCKED").await;
    own.rollback().await.unwrap();
    everything.difference(&free).cloned().collect()
}

/// What the two say when they meet at the place, the first one first.
async fn meet(db: &DatabaseConnection, first: &Case, second: &Case, place: &Place) -> String {
    let held = hold(db, place).await;
    let one = attempt(db, first);
    let two = async {
        wait_for(db, 1).await;
        attempt(db, second).await
    };
    let gate = async {
        wait_for(db, 2).await;
        held.rollback().await.unwrap();
    };
    let (one, two, ()) = tokio::join!(one, two, gate);
    one + &two
}

async fn hold(db: &DatabaseConnection, place: &Place) -> DatabaseTransaction {
    let held = transaction::begin(db).await.unwrap();
    let sql = format!("SELECT FROM {place} FOR UPDATE");
    let one = held.execute_unprepared(&sql).await.unwrap();
    assert_eq!(one.rows_affected(), 1, "{place}");
    held
}

async fn attempt(db: &DatabaseConnection, case: &Case) -> String {
    let own = transaction::begin(db).await.unwrap();
    own.execute_unprepared("SET LOCAL deadlock_timeout = '30ms'")
        .await
        .unwrap();
    let outcome = (case.works)(&own).await;
    own.rollback().await.unwrap();
    format!("{outcome:?}")
}

/// Waits until so many sessions wait for a lock; not for ever, since the second may have been refused before it came to one.
async fn wait_for(db: &DatabaseConnection, sessions: i64) {
    let sql = "SELECT count(*) FROM pg_stat_activity \
               WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for _ in 0..50 {
        let count = Statement::from_string(DbBackend::Postgres, sql);
        let row = db.query_one_raw(count).await.unwrap().unwrap();
        if row.try_get_by_index::<i64>(0).unwrap() >= sessions {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
