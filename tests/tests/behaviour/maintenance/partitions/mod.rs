//! The months of the three large tables: listed, made when they are missing, and filled from the default partition.

mod command;
mod ensured;
mod listed;
mod shape;
mod verified;
mod waiting;
mod writers;

use chrono::{DateTime, Duration, Utc};
use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, Statement};
use service::maintenance::partitions::{
    EnsurePartitions, Ensured, EnsuredMonths, ListPartitions, Listed, Month, Partitioned, TablePartitions,
    ensure, list,
};
use tests::{TestDatabase, rows};
use uuid::{NoContext, Timestamp, Uuid};

/// The tables whose rows go with those of a partitioned one, and the column that says with which.
const CHILDREN: [(Partitioned, &str, &str); 2] = [
    (Partitioned::WorkflowExecutions, "tasks", "workflow_execution_id"),
    (Partitioned::Transactions, "revenue_attribution", "transaction_id"),
];

async fn ensured(database: &TestDatabase, command: EnsurePartitions) -> EnsuredMonths {
    match ensure(database.connection(), command, || true).await.unwrap() {
        Ensured::Partitioned(months) => months,
        other @ Ensured::NotPartitioned => panic!("{other:?}"),
    }
}

async fn listed(database: &TestDatabase, table: Partitioned) -> TablePartitions {
    let command = ListPartitions { count: true };
    match list(database.connection(), command).await.unwrap() {
        Listed::Partitioned { tables } => tables.into_iter().find(|listed| listed.table == table).unwrap(),
        other @ Listed::NotPartitioned => panic!("{other:?}"),
    }
}

/// Writes a row of that time with what it requires, and with `with_child` a row that refers to it.
async fn insert(database: &TestDatabase, table: Partitioned, time: DateTime<Utc>, with_child: bool) -> Uuid {
    let id = id_at(time);
    let column: Value = match table {
        Partitioned::Transactions => time.date_naive().into(),
        _ => time.into(),
    };
    let given = [("id", id.into()), (table.time_column(), column)];
    rows::insert(database.connection(), table.table(), given).await;
    let child = CHILDREN.iter().find(|(parent, ..)| *parent == table);
    if let (Some((_, child, key)), true) = (child, with_child) {
        rows::insert(database.connection(), child, [(*key, id.into())]).await;
    }
    id
}

fn id_at(time: DateTime<Utc>) -> Uuid {
    Uuid::new_v7(Timestamp::from_unix(
        NoContext,
        time.timestamp().unsigned_abs(),
        time.timestamp_subsec_nanos(),
    ))
}

fn middle_of(month: Month) -> DateTime<Utc> {
    month.start() + Duration::days(13)
}

/// Takes a month away, as if it had never been made.
async fn unmake(database: &TestDatabase, table: Partitioned, month: Month) {
    let name = month.partition_of(table);
    let sql = format!("ALTER TABLE {table} DETACH PARTITION {name}; DROP TABLE {name}");
    database.connection().execute_unprepared(&sql).await.unwrap();
}

async fn number(database: &TestDatabase, sql: &str) -> i64 {
    let statement = Statement::from_string(database.engine().backend(), sql);
    let row = database.connection().query_one_raw(statement).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}
