//! Month partitions by time-ordered id: PostgreSQL only, SQLite keeps one table.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use uuid::Uuid;

/// Months that exist from the start: the one before the migration, its own, and twelve ahead.
const MONTHS_BEHIND: u32 = 1;
const MONTHS_AHEAD: u32 = 12;

/// Creates the months of a table and the default partition that catches every other row.
///
/// Each partition has a CHECK, `<partition>_window`: the row's own time lies in the month of its id. The check ties
/// the two together, and lets the planner skip months for a query that names only the time column.
///
/// How partitions are stored and vacuumed is set on each of them, see [`Storage`](super::Storage): one that is made later copies
/// it from the default partition.
pub(crate) async fn partition_by_month(
    manager: &SchemaManager<'_>,
    table: &str,
    time_column: &'static str,
) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let today = Utc::now().date_naive();
    let current = NaiveDate::from_ymd_opt(today.year(), today.month(), 1).unwrap_or(today);
    let first = current - Months::new(MONTHS_BEHIND);
    for ahead in 0..=MONTHS_BEHIND + MONTHS_AHEAD {
        manager
            .create_table(month_partition(table, time_column, first + Months::new(ahead)))
            .await?;
    }
    manager.create_table(default_partition(table, time_column)).await
}

fn month_partition(table: &str, time_column: &'static str, month: NaiveDate) -> TableCreateStatement {
    let name = format!("{table}_y{:04}m{:02}", month.year(), month.month());
    let (start, end) = (start_of(month), start_of(month + Months::new(1)));
    let time = || Expr::col(time_column);
    let window = match time_column.strip_suffix("_date") {
        Some(_) => time().gte(start.date_naive()).and(time().lt(end.date_naive())),
        None => time().gte(start).and(time().lt(end)),
    };
    Table::create()
        .table(name.clone())
        .partition_of(table.to_owned())
        .values_from_to([Expr::val(lowest_id(start))], [Expr::val(lowest_id(end))])
        .check((format!("{name}_window"), window))
        .take()
}

fn default_partition(table: &str, time_column: &'static str) -> TableCreateStatement {
    let name = format!("{table}_default");
    // A date becomes midnight UTC here too: the cast to timestamp comes first.
    let month = format!(
        "date_trunc('month', {})",
        match time_column.strip_suffix("_date") {
            Some(_) => format!("{time_column}::timestamp"),
            None => format!("{time_column} AT TIME ZONE 'UTC'"),
        }
    );
    let window = Expr::cust(format!(
        "id >= uuid_v7_lowest({month} AT TIME ZONE 'UTC') \
         AND id < uuid_v7_lowest(({month} + interval '1 month') AT TIME ZONE 'UTC')"
    ));
    Table::create()
        .table(name.clone())
        .partition_of(table.to_owned())
        .check((format!("{name}_window"), window))
        .extra("DEFAULT")
        .take()
}

fn start_of(month: NaiveDate) -> DateTime<Utc> {
    month.and_time(chrono::NaiveTime::MIN).and_utc()
}

/// The lowest UUIDv7 of a millisecond: version and variant, and zeros.
fn lowest_id(at: DateTime<Utc>) -> Uuid {
    let milliseconds = at.timestamp_millis().unsigned_abs();
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &[0; 10]).into_uuid()
}
