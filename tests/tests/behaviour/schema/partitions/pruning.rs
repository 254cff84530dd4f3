//! What a query reads of a partitioned table.

use chrono::{DateTime, Datelike, Months, Utc};
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use tests::{Engine, TestDatabase};
use uuid::Uuid;

use super::{EVENTS, EXECUTIONS, Partitioned, TRANSACTIONS, get, midnight, query};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn bounds_on_the_id_leave_one_partition_to_read(
    #[values(EXECUTIONS, TRANSACTIONS, EVENTS)] partitioned: Partitioned,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let Partitioned { table, time } = partitioned;
    let this_month = Utc::now().date_naive().with_day(1).unwrap();
    let (from, to) = (midnight(this_month), midnight(this_month + Months::new(1)));
    let mine = partitioned.name_of(this_month);

    let ids = format!(
        "SELECT * FROM {table} WHERE id >= '{}' AND id < '{}'",
        lowest(from),
        lowest(to)
    );
    assert_eq!(read_by(table, &database, &ids).await, [mine.as_str()]);
    // The window lets the planner conclude the same from a literal time.
    let times = format!("SELECT * FROM {table} WHERE {time} >= '{from}' AND {time} < '{to}'");
    let read = read_by(table, &database, &times).await;
    assert_eq!(read, [partitioned.name_of_default(), mine]);
    let relative = format!("SELECT * FROM {table} WHERE id >= uuid_v7_lowest(now() + interval '12 months')");
    assert!(read_by(table, &database, &relative).await.len() <= 3);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_prepared_statement_prunes_by_its_parameters(
    #[values(EXECUTIONS, TRANSACTIONS, EVENTS)] partitioned: Partitioned,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let this_month = Utc::now().date_naive().with_day(1).unwrap();
    let (from, to) = (
        lowest(midnight(this_month)),
        lowest(midnight(this_month + Months::new(1))),
    );
    let session = database.session().await;
    let prepare = format!(
        "SET plan_cache_mode = force_generic_plan; \
         PREPARE month (uuid, uuid) AS SELECT * FROM {} WHERE id >= $1 AND id < $2",
        partitioned.table
    );
    session.execute_unprepared(&prepare).await.unwrap();
    let sql = format!("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) EXECUTE month ('{from}', '{to}')");
    let plan = session
        .query_all_raw(Statement::from_string(Engine::Postgres.backend(), sql))
        .await
        .unwrap();
    let plan: String = plan.iter().map(|row| get::<String>(row, 0) + "\n").collect();
    assert!(plan.contains("Subplans Removed: 14"), "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lowest_id_of_a_time_is_the_same_in_sql_and_in_rust() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    for time in [
        "1970-01-01T00:00:00Z",
        "2026-11-22T18:31:07.123Z",
        "2026-11-30T23:59:59.999Z",
        "9999-12-31T23:59:59Z",
    ] {
        let in_sql = query(&database, &format!("SELECT uuid_v7_lowest('{time}')")).await;
        assert_eq!(
            get::<Uuid>(&in_sql[0], 0),
            lowest(time.parse().unwrap()),
            "{time}"
        );
    }
}

/// The partitions that a statement's plan reads, sorted.
async fn read_by(table: &str, database: &TestDatabase, sql: &str) -> Vec<String> {
    let plan = query(database, &format!("EXPLAIN (COSTS OFF) {sql}")).await;
    let mut read: Vec<String> = plan
        .iter()
        .filter_map(|row| {
            let line = get::<String>(row, 0);
            let (_, after) = line.split_once(" on ")?;
            let relation = after.split_whitespace().next()?;
            // A bitmap names its index as well.
            (relation.starts_with(table) && !relation.ends_with("_pkey")).then(|| relation.to_owned())
        })
        .collect();
    read.sort_unstable();
    read.dedup();
    read
}

/// The lowest UUIDv7 of a millisecond (RFC 9562), written down once more, apart from the code under test.
fn lowest(time: DateTime<Utc>) -> Uuid {
    Uuid::from_u128((u128::from(time.timestamp_millis().unsigned_abs()) << 80) | (0x7 << 76) | (0x8 << 60))
}
