//! Partitions for the months that are filled.

use sea_orm::{DatabaseConnection, DbBackend};

use super::calendar::{Calendar, month_of, start};
use crate::error::DatabaseError;
use crate::maintenance::partitions::{MakeMonth, Month, Partitioned, make};

/// Makes the months that are missing, so that no row of the past lies in a default partition. None on SQLite.
///
/// A role that may not make tables fills the default partitions instead, which the next upkeep drains; so does who meets somebody
/// else's upkeep.
pub(super) async fn prepare(db: &DatabaseConnection, calendar: &Calendar) -> Result<(), DatabaseError> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let mut months: Vec<Month> = calendar
        .days
        .iter()
        .map(|day| Month::of(start(month_of(day.date))))
        .collect();
    months.dedup();
    for table in Partitioned::ALL {
        for month in &months {
            match make(db, MakeMonth::new(table, *month)).await {
                Ok(_) => {}
                Err(DatabaseError::NotPermitted { .. }) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}
