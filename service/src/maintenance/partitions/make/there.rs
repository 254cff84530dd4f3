//! Whether a month has its partition already.

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};

use crate::error::DatabaseError;
use crate::maintenance::partitions::{Month, Partitioned};

const THERE: &str = include_str!("there.postgres.sql");

/// What there is of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum There {
    Nothing,
    /// A partition that covers a part of it.
    Covered,
    /// A table with its name that is no partition.
    Name,
}

#[derive(FromQueryResult)]
struct Row {
    covered: bool,
    named: bool,
}

/// Asks for this one month: who makes many would otherwise list them all for each.
pub(super) async fn look<C: ConnectionTrait>(
    db: &C,
    table: Partitioned,
    month: Month,
) -> Result<There, DatabaseError> {
    let [from, to] = month.ids();
    let values = [
        table.table().into(),
        from.into(),
        to.into(),
        month.partition_of(table).into(),
    ];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, THERE, values);
    let row = Row::find_by_statement(statement).one(db).await?;
    Ok(match row {
        Some(row) if row.covered => There::Covered,
        Some(row) if row.named => There::Name,
        _ => There::Nothing,
    })
}
