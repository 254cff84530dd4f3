//! A month that was made later is like one of the migrations'.

use chrono::Utc;
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use service::maintenance::partitions::{EnsurePartitions, Month, Partitioned};
use tests::{Engine, TestDatabase};

use super::{ensured, insert, middle_of, unmake};

/// Everything that the catalogue says about a table, and about what hangs on it.
const SHAPE: &str = include_str!("shape.postgres.sql");

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_is_made_equals_that_of_the_migrations(
    #[values(
        Partitioned::WorkflowExecutions,
        Partitioned::Transactions,
        Partitioned::SystemEvents
    )]
    table: Partitioned,
    #[values(false, true)] drains: bool,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let month = Month::of(Utc::now()).plus(12);
    let migrated = shape(&database, table, month).await;
    assert!(migrated.len() > 15, "{migrated:#?}");
    unmake(&database, table, month).await;
    if drains {
        insert(&database, table, middle_of(month), true).await;
    }

    let months = ensured(&database, EnsurePartitions::ahead(12)).await;
    assert_eq!(months.made.len(), 1, "{months:?}");
    assert_eq!(months.made[0].drained, u64::from(drains));
    assert!(months.is_complete());
    let made = shape(&database, table, month).await;
    let lacks: Vec<_> = migrated.iter().filter(|line| !made.contains(line)).collect();
    let has: Vec<_> = made.iter().filter(|line| !migrated.contains(line)).collect();
    assert!(
        lacks.is_empty() && has.is_empty(),
        "lacks {lacks:#?}, has {has:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_stored_and_granted_as_its_siblings_are_by_now() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let table = Partitioned::Transactions;
    let month = Month::of(Utc::now()).plus(13);
    let sql = format!(
        "ALTER TABLE {0} SET (autovacuum_vacuum_threshold = 77); GRANT SELECT ON {0} TO PUBLIC",
        table.default_partition()
    );
    database.connection().execute_unprepared(&sql).await.unwrap();
    ensured(&database, EnsurePartitions::ahead(13)).await;
    let made = shape(&database, table, month).await;
    assert!(made[0].contains("autovacuum_vacuum_threshold=77"), "{made:#?}");
    assert!(made[0].contains("=r/"), "{made:#?}");
}

async fn shape(database: &TestDatabase, table: Partitioned, month: Month) -> Vec<String> {
    let statement = Statement::from_sql_and_values(
        database.engine().backend(),
        SHAPE,
        [month.partition_of(table).into(), table.table().into()],
    );
    let rows = database.connection().query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}
