//! Partitions for the months that are filled.

use sea_orm::DatabaseConnection;

use super::calendar::{Calendar, month_of, start};
use crate::error::DatabaseError;
use crate::maintenance::partitions::{ListPartitions, Listed, MakeMonth, Month, TablePartitions, list, make};

/// The months that have no partition yet, table by table. None on SQLite.
pub(super) async fn missing(
    db: &DatabaseConnection,
    calendar: &Calendar,
) -> Result<Vec<MakeMonth>, DatabaseError> {
    let Listed::Partitioned { tables } = list(db, ListPartitions::default()).await? else {
        return Ok(Vec::new());
    };
    let mut months: Vec<Month> = calendar
        .days
        .iter()
        .map(|day| Month::of(start(month_of(day.date))))
        .collect();
    months.dedup();
    let is_covered = |table: &TablePartitions, month: Month| {
        let mut partitions = table.partitions.iter();
        partitions.any(|partition| partition.covers(month))
    };
    let missing = tables.iter().flat_map(|table| {
        let months = months.iter().filter(|month| !is_covered(table, **month));
        months.map(|month| MakeMonth::new(table.table, *month))
    });
    Ok(missing.collect())
}

/// What to do about the months that are still missing.
pub(super) enum Next {
    GoOn,
    /// This role may not make tables: it fills the default partitions instead, which the next upkeep drains.
    LeaveThem,
}

/// Makes a month, so that no row of the past lies in a default partition. Who meets somebody else's upkeep fills that as well.
pub(super) async fn prepare(db: &DatabaseConnection, month: MakeMonth) -> Result<Next, DatabaseError> {
    match make(db, month).await {
        Ok(_) => Ok(Next::GoOn),
        Err(DatabaseError::NotPermitted { .. }) => Ok(Next::LeaveThem),
        Err(error) => Err(error),
    }
}
