//! Three tables are partitioned by the month in their ids on PostgreSQL, and plain on SQLite.

mod pruning;

use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, Utc};
use rstest::rstest;
use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, DbErr, Statement};
use tests::{Engine, TestDatabase, rows};
use uuid::{NoContext, Timestamp, Uuid};

use super::live::{get, number, query};
use super::refusal::Refusal;

#[derive(Clone, Copy, Debug)]
struct Partitioned {
    table: &'static str,
    time: &'static str,
}

const EXECUTIONS: Partitioned = Partitioned {
    table: "workflow_executions",
    time: "created_at",
};
const TRANSACTIONS: Partitioned = Partitioned {
    table: "transactions",
    time: "transaction_date",
};
const EVENTS: Partitioned = Partitioned {
    table: "system_events",
    time: "created_at",
};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn months_exist_from_the_last_one_to_twelve_ahead(
    #[values(EXECUTIONS, TRANSACTIONS, EVENTS)] partitioned: Partitioned,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let table = partitioned.table;
    let this_month = Utc::now().date_naive().with_day(1).unwrap();
    let mut expected: Vec<_> = (0..14)
        .map(|ahead| partitioned.name_of(this_month - Months::new(1) + Months::new(ahead)))
        .collect();
    expected.push(format!("{table}_default"));
    let sql =
        format!("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = '{table}'::regclass");
    let mut months: Vec<String> = query(&database, &sql)
        .await
        .iter()
        .map(|row| get(row, 0))
        .collect();
    months.sort_unstable();
    expected.sort_unstable();
    assert_eq!(months, expected);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_row_lands_in_its_month(#[values(EXECUTIONS, TRANSACTIONS, EVENTS)] partitioned: Partitioned) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let this_month = Utc::now().date_naive().with_day(1).unwrap();
    for month in [
        this_month - Months::new(1),
        this_month,
        this_month + Months::new(12),
    ] {
        for moment in edges(month) {
            partitioned.insert(&database, moment, moment).await.unwrap();
        }
        assert_eq!(
            partitioned.rows_in(&database, &partitioned.name_of(month)).await,
            2,
            "{month}"
        );
    }
    assert_eq!(
        partitioned
            .rows_in(&database, &partitioned.name_of_default())
            .await,
        0
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_no_month_is_kept_in_the_default_partition(
    #[values(EXECUTIONS, TRANSACTIONS, EVENTS)] partitioned: Partitioned,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let this_month = Utc::now().date_naive().with_day(1).unwrap();
    let outside = [
        this_month - Months::new(2),
        this_month + Months::new(13),
        this_month - Months::new(240),
    ];
    for moment in outside.into_iter().flat_map(edges) {
        partitioned.insert(&database, moment, moment).await.unwrap();
    }
    assert_eq!(
        partitioned
            .rows_in(&database, &partitioned.name_of_default())
            .await,
        6
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_id_and_a_time_of_different_months_are_refused(
    #[values(EXECUTIONS, TRANSACTIONS, EVENTS)] partitioned: Partitioned,
    // The current month; and one that only the default partition holds.
    #[values(0, 24)] months_ago: u32,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let month = Utc::now().date_naive().with_day(1).unwrap() - Months::new(months_ago);
    let [first, last] = edges(month);
    for other in [first - Duration::seconds(1), last + Duration::seconds(1)] {
        let refused = partitioned.insert(&database, first, other).await;
        let refusal = Refusal::of(&refused.expect_err("a window"));
        let partition = if months_ago == 0 {
            partitioned.name_of(month)
        } else {
            partitioned.name_of_default()
        };
        assert!(refusal.is_check(&format!("{partition}_window")), "{refusal:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_row_cannot_leave_its_month_by_an_update(
    #[values(EXECUTIONS, TRANSACTIONS, EVENTS)] partitioned: Partitioned,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let Partitioned { table, time } = partitioned;
    rows::insert(database.connection(), table, []).await;
    let later = format!("UPDATE {table} SET {time} = {time} + interval '2 months'");
    let refusal = Refusal::of(
        &database
            .connection()
            .execute_unprepared(&later)
            .await
            .expect_err("a window"),
    );
    assert!(refusal.constraint.ends_with("_window"), "{refusal:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn children_refer_and_go_wherever_their_parent_is(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(
        (EXECUTIONS, "tasks", "workflow_execution_id"),
        (TRANSACTIONS, "revenue_attribution", "transaction_id")
    )]
    family: (Partitioned, &'static str, &'static str),
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (partitioned, child, key) = family;
    let now = Utc::now();
    // In a month of its own, and in none.
    for moment in [now, now - Months::new(36)] {
        let parent = partitioned.insert(&database, moment, moment).await.unwrap();
        rows::insert(database.connection(), child, [(key, parent.into())]).await;
        let sql = format!("DELETE FROM {} WHERE id = $1", partitioned.table);
        let delete = Statement::from_sql_and_values(engine.backend(), sql, [parent.into()]);
        database.connection().execute_raw(delete).await.unwrap();
        assert_eq!(
            number(&database, &format!("SELECT count(*) FROM {child}")).await,
            0
        );
    }
    let nobody = rows::try_insert(database.connection(), child, [(key, Uuid::now_v7().into())]).await;
    assert!(Refusal::of(&nobody.expect_err("no such parent")).is_foreign_key());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn one_id_cannot_exist_twice(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(EXECUTIONS, TRANSACTIONS, EVENTS)] partitioned: Partitioned,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let id = rows::insert(database.connection(), partitioned.table, [])
        .await
        .id();
    let again = rows::try_insert(database.connection(), partitioned.table, [("id", id.into())]).await;
    let refusal = Refusal::of(&again.expect_err("the same id"));
    assert!(refusal.is_unique() || refusal.code == "1555", "{refusal:?}");
}

impl Partitioned {
    fn name_of(self, month: NaiveDate) -> String {
        format!("{}_y{:04}m{:02}", self.table, month.year(), month.month())
    }

    fn name_of_default(self) -> String {
        format!("{}_default", self.table)
    }

    /// Inserts a row whose id is of the first moment, and whose time is the second.
    async fn insert(
        self,
        database: &TestDatabase,
        id: DateTime<Utc>,
        time: DateTime<Utc>,
    ) -> Result<Uuid, DbErr> {
        let nanoseconds = id.timestamp_subsec_nanos();
        let id = Uuid::new_v7(Timestamp::from_unix(
            NoContext,
            id.timestamp().unsigned_abs(),
            nanoseconds,
        ));
        let time: Value = if self.time == "transaction_date" {
            time.date_naive().into()
        } else {
            time.into()
        };
        let given = [("id", id.into()), (self.time, time)];
        rows::try_insert(database.connection(), self.table, given)
            .await
            .map(|row| row.id())
    }

    async fn rows_in(self, database: &TestDatabase, partition: &str) -> i64 {
        number(database, &format!("SELECT count(*) FROM ONLY {partition}")).await
    }
}

/// The first and the last millisecond of a month.
fn edges(month: NaiveDate) -> [DateTime<Utc>; 2] {
    [
        midnight(month),
        midnight(month + Months::new(1)) - Duration::milliseconds(1),
    ]
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}
