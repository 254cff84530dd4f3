//! What `partitions ensure` makes, moves, and leaves.

use std::time::{Duration, Instant};

use chrono::Utc;
use rstest::rstest;
use sea_orm::{ConnectionTrait, TransactionTrait};
use service::maintenance::partitions::{
    EnsurePartitions, Ensured, Left, Made, MakeMonth, Month, Partitioned, Patience, ensure, make,
};
use tests::{Engine, TestDatabase};

use super::{CHILDREN, ensured, insert, listed, middle_of, number, unmake};

const IMPATIENT: Patience = Patience {
    lock_timeout: Duration::from_millis(50),
    attempts: 1,
};

#[tokio::test(flavor = "multi_thread")]
async fn months_are_made_as_far_ahead_as_asked_and_a_second_run_makes_none() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let months = ensured(&database, EnsurePartitions::ahead(14)).await;
    assert_eq!(months.made.len(), 3 * 2, "{months:?}");
    let current = Month::of(Utc::now());
    for table in Partitioned::ALL {
        let listed = listed(&database, table).await;
        assert!(
            listed
                .partitions
                .iter()
                .any(|month| month.covers(current.plus(14)))
        );
        assert!(
            !listed
                .partitions
                .iter()
                .any(|month| month.covers(current.plus(15)))
        );
    }
    let again = ensured(&database, EnsurePartitions::ahead(14)).await;
    assert_eq!(again, Default::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_is_closed_and_a_month_that_has_passed_without_rows_is_not_made() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let current = Month::of(Utc::now());
    unmake(&database, Partitioned::SystemEvents, current.plus(5)).await;
    let mut command = EnsurePartitions::ahead(3);
    // A year without upkeep: what lies between is what the default partition tells.
    command.at = current.plus(24).start();
    let passed = insert(
        &database,
        Partitioned::SystemEvents,
        current.plus(18).start(),
        false,
    )
    .await;
    let months = ensured(&database, command).await;
    let made: Vec<_> = months
        .made
        .iter()
        .filter(|made| made.table == Partitioned::SystemEvents)
        .map(|made| (made.month, made.drained))
        .collect();
    let mut expected = vec![(current.plus(18), 1)];
    expected.extend((24..=27).map(|ahead| (current.plus(ahead), 0)));
    assert_eq!(made, expected);
    let sql = format!(
        "SELECT count(*) FROM ONLY {} WHERE id = '{passed}'",
        current.plus(18).partition_of(Partitioned::SystemEvents)
    );
    assert_eq!(number(&database, &sql).await, 1);

    let months = ensured(&database, EnsurePartitions::ahead(12)).await;
    assert_eq!(months.made.len(), 1);
    assert_eq!(months.made[0].month, current.plus(5));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn rows_move_with_their_children_out_of_the_default_partition(#[values(0, 1)] family: usize) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let (table, child, key) = CHILDREN[family];
    let current = Month::of(Utc::now());
    let (past, future) = (current.plus(15), current.plus(30));
    for month in [past, past, future] {
        insert(&database, table, middle_of(month), true).await;
    }
    let months = ensured(&database, EnsurePartitions::ahead(12)).await;
    let drained: Vec<_> = months
        .made
        .iter()
        .map(|made| (made.month, made.drained))
        .collect();
    assert_eq!(drained, [(past, 2), (future, 1)]);
    let listed = listed(&database, table).await;
    assert!(listed.default.unwrap().months.is_empty());
    let joined = format!("SELECT count(*) FROM {child} JOIN {table} ON {table}.id = {child}.{key}");
    assert_eq!(number(&database, &joined).await, 3);
    // The key is there, valid, and does what it did.
    let keys = format!(
        "SELECT count(*) FROM pg_constraint WHERE conname = 'fk_{child}_{key}' AND convalidated AND confdeltype = 'c' \
         AND confrelid = '{table}'::regclass"
    );
    assert_eq!(number(&database, &keys).await, 1);
    let db = database.connection();
    db.execute_unprepared(&format!("DELETE FROM {table}"))
        .await
        .unwrap();
    assert_eq!(
        number(&database, &format!("SELECT count(*) FROM {child}")).await,
        0
    );
}

/// Rows of another program that refer to a row which only moves still refer to it, whatever their key does when it is deleted.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_reference_of_another_program_survives_the_move(#[values("SET NULL", "CASCADE")] on_delete: &str) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let month = Month::of(Utc::now()).plus(15);
    let paid = insert(&database, Partitioned::Transactions, middle_of(month), false).await;
    let db = database.connection();
    let receipts = format!(
        "CREATE TABLE receipts (id integer, paid uuid REFERENCES transactions (id) ON DELETE {on_delete}); \
         INSERT INTO receipts VALUES (1, '{paid}')"
    );
    db.execute_unprepared(&receipts).await.unwrap();
    let months = ensured(&database, EnsurePartitions::ahead(12)).await;
    assert_eq!(months.made.iter().map(|made| made.drained).sum::<u64>(), 1);
    let kept = format!("SELECT count(*) FROM receipts WHERE paid = '{paid}'");
    assert_eq!(number(&database, &kept).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_whose_table_is_not_free_is_left_and_nothing_has_changed() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let table = Partitioned::WorkflowExecutions;
    let month = Month::of(Utc::now()).plus(20);
    insert(&database, table, middle_of(month), true).await;
    let reader = database.session().await;
    let reader = reader.begin().await.unwrap();
    reader
        .execute_unprepared("SELECT count(*) FROM tasks")
        .await
        .unwrap();

    let begun = Instant::now();
    let command = EnsurePartitions {
        patience: IMPATIENT,
        ..EnsurePartitions::ahead(12)
    };
    let months = ensured(&database, command).await;
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert!(months.made.is_empty());
    assert_eq!(months.left.len(), 1);
    assert_eq!((months.left[0].month, &months.left[0].why), (month, &Left::Busy));
    let there = format!(
        "SELECT count(*) FROM pg_class WHERE relname LIKE '{}%'",
        month.partition_of(table)
    );
    assert_eq!(number(&database, &there).await, 0);
    assert_eq!(listed(&database, table).await.default.unwrap().months.len(), 1);

    // Whoever asks again and again gets it as soon as it is free.
    let release = async {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        reader.commit().await.unwrap();
    };
    let (months, ()) = tokio::join!(ensured(&database, EnsurePartitions::ahead(12)), release);
    assert_eq!(months.made.len(), 1, "{months:?}");
    assert!(months.made[0].attempts > 1, "{months:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_detached_table_of_the_name_is_not_touched() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let table = Partitioned::Transactions;
    let month = Month::of(Utc::now()).plus(2);
    let name = month.partition_of(table);
    let sql = format!("ALTER TABLE {table} DETACH PARTITION {name}");
    database.connection().execute_unprepared(&sql).await.unwrap();
    let months = ensured(&database, EnsurePartitions::ahead(12)).await;
    assert_eq!(months.left.len(), 1);
    assert_eq!(months.left[0].why, Left::NameTaken { name });
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_make_the_same_month_one_makes_it() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let month = Month::of(Utc::now()).plus(13);
    // The second waits for the first for as long as that takes.
    let command = MakeMonth {
        patience: Patience {
            lock_timeout: Duration::from_secs(20),
            attempts: 1,
        },
        ..MakeMonth::new(Partitioned::SystemEvents, month)
    };
    let db = database.connection();
    let (first, second) = tokio::join!(make(db, command), make(db, command));
    let outcomes = [first.unwrap(), second.unwrap()];
    assert_eq!(
        outcomes
            .iter()
            .filter(|made| matches!(made, Made::Made(_)))
            .count(),
        1,
        "{outcomes:?}"
    );
    assert!(outcomes.contains(&Made::Already), "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_to_stop_or_has_no_time_left_makes_nothing_more() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let late = EnsurePartitions {
        deadline: Some(Instant::now()),
        ..EnsurePartitions::ahead(13)
    };
    for outcome in [
        ensure(database.connection(), late, || true).await.unwrap(),
        ensure(database.connection(), EnsurePartitions::ahead(13), || false)
            .await
            .unwrap(),
    ] {
        let Ensured::Partitioned(months) = outcome else {
            panic!("partitions")
        };
        assert!(months.made.is_empty());
        assert_eq!(months.left.len(), 3);
        assert!(months.left.iter().all(|left| left.why == Left::Stopped));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_has_nothing_to_make() {
    let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
        return;
    };
    let db = database.connection();
    let outcome = ensure(db, EnsurePartitions::ahead(12), || true).await.unwrap();
    assert_eq!(outcome, Ensured::NotPartitioned);
    assert!(outcome.is_complete());
    let month = MakeMonth::new(Partitioned::Transactions, Month::of(Utc::now()));
    assert_eq!(make(db, month).await.unwrap(), Made::NotPartitioned);
}
