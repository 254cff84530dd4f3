//! The catalogue of PostgreSQL, asked for partitions.

use chrono::{DateTime, Utc};
use entity::SystemEventId;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};
use uuid::Uuid;

use super::{DefaultPartition, Month, MonthRows, Partition, Partitioned, Rows, TablePartitions};
use crate::error::DatabaseError;

const PARTITIONS: &str = include_str!("list.postgres.sql");

#[derive(FromQueryResult)]
struct PartitionRow {
    parent: String,
    name: String,
    bound: Option<String>,
    rows: i64,
    bytes: i64,
    attached: bool,
}

/// The partitions of the three tables, with estimated rows, and without what lies in the default ones. One statement.
pub(super) async fn partitions<C: ConnectionTrait>(db: &C) -> Result<Vec<TablePartitions>, DatabaseError> {
    let rows = query::<PartitionRow, C>(db, PARTITIONS).await?;
    let mut tables = Partitioned::ALL.map(|table| TablePartitions {
        table,
        partitions: Vec::new(),
        default: None,
    });
    for row in rows {
        let Some(table) = tables.iter_mut().find(|table| table.table.table() == row.parent) else {
            continue;
        };
        if row.bound.as_deref() == Some("DEFAULT") {
            table.default = Some(DefaultPartition {
                name: row.name,
                bytes: row.bytes,
                months: Vec::new(),
            });
        } else {
            table.partitions.push(partition(table.table, row));
        }
    }
    for table in &mut tables {
        table.partitions.sort_by_key(|partition| partition.from);
    }
    Ok(tables.into())
}

fn partition(table: Partitioned, row: PartitionRow) -> Partition {
    let [from, to] = match &row.bound {
        Some(bound) => bounds(bound),
        None => {
            let month = Month::of_partition(table, &row.name);
            [month.map(Month::start), month.map(Month::end)]
        }
    };
    Partition {
        name: row.name,
        from,
        to,
        rows: Rows {
            count: row.rows,
            exact: false,
        },
        bytes: row.bytes,
        attached: row.attached,
    }
}

/// The instants of `FOR VALUES FROM ('01a19467-…') TO ('01a22ee6-…')`; `None` for MINVALUE and MAXVALUE.
fn bounds(bound: &str) -> [Option<DateTime<Utc>>; 2] {
    let (from, to) = bound.split_once(" TO ").unwrap_or((bound, ""));
    [from, to].map(|side| {
        let id: Uuid = side.split('\'').nth(1)?.parse().ok()?;
        SystemEventId::from(id).instant()
    })
}

#[derive(FromQueryResult)]
struct MonthRow {
    parent: String,
    month: DateTime<Utc>,
    rows: i64,
}

/// Counts the rows of each month in the default partitions. One statement.
pub(super) async fn fill_default_months<C: ConnectionTrait>(
    db: &C,
    tables: &mut [TablePartitions],
) -> Result<(), DatabaseError> {
    let selects: Vec<String> = tables
        .iter()
        .filter_map(|table| {
            let name = quoted(&table.default.as_ref()?.name);
            // The first 48 bits of a UUIDv7 are its milliseconds.
            Some(format!(
                "SELECT '{}' AS parent, date_trunc('month', to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48) \
                 ::bigint / 1000.0) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS month, count(*) AS rows FROM ONLY {name} GROUP BY 2",
                table.table
            ))
        })
        .collect();
    if selects.is_empty() {
        return Ok(());
    }
    let sql = format!("{} ORDER BY month", selects.join(" UNION ALL "));
    for row in query::<MonthRow, C>(db, &sql).await? {
        let table = tables.iter_mut().find(|table| table.table.table() == row.parent);
        if let Some(default) = table.and_then(|table| table.default.as_mut()) {
            default.months.push(MonthRows {
                month: Month::of(row.month),
                rows: row.rows,
            });
        }
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct CountRow {
    name: String,
    rows: i64,
}

/// Puts the counted rows in the place of the estimated ones. One statement.
pub(super) async fn count<C: ConnectionTrait>(
    db: &C,
    tables: &mut [TablePartitions],
) -> Result<(), DatabaseError> {
    let selects: Vec<String> = tables
        .iter()
        .flat_map(|table| &table.partitions)
        .map(|partition| {
            let name = &partition.name;
            format!(
                "SELECT {} AS name, count(*) AS rows FROM ONLY {}",
                literal(name),
                quoted(name)
            )
        })
        .collect();
    if selects.is_empty() {
        return Ok(());
    }
    let counted = query::<CountRow, C>(db, &selects.join(" UNION ALL ")).await?;
    for partition in tables.iter_mut().flat_map(|table| &mut table.partitions) {
        if let Some(row) = counted.iter().find(|row| row.name == partition.name) {
            partition.rows = Rows {
                count: row.rows,
                exact: true,
            };
        }
    }
    Ok(())
}

/// Tells the planner about a partition that has just been filled. One statement.
pub(super) async fn analyze<C: ConnectionTrait>(db: &C, name: &str) -> Result<(), DatabaseError> {
    let analyzed = db.execute_unprepared(&format!("ANALYZE {}", quoted(name))).await;
    match analyzed.map_err(DatabaseError::from) {
        // Somebody else is at it, or it takes longer than a statement may: then an autovacuum will do it.
        Ok(_) | Err(DatabaseError::LockTimeout | DatabaseError::StatementTimeout) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Runs a statement that has no parameters.
pub(super) async fn query<T, C>(db: &C, sql: &str) -> Result<Vec<T>, DatabaseError>
where
    T: FromQueryResult,
    C: ConnectionTrait,
{
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    Ok(T::find_by_statement(statement).all(db).await?)
}

/// An identifier of the catalogue as it stands in a statement.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A name of the catalogue as a text.
fn literal(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_of_a_partition_are_read_as_instants() {
        let bound = "FOR VALUES FROM ('01a19467-e800-7000-8000-000000000000') TO (MAXVALUE)";
        let from = "2026-11-01T00:00:00Z".parse().ok();
        assert_eq!(bounds(bound), [from, None]);
    }
}
