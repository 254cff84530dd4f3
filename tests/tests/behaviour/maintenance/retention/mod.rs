//! Old months go, into an archive when that is wanted, and come back from it.

mod archive;
pub(super) mod booked;
mod command;
mod damaged;
pub(super) mod dropping;
mod guards;
pub(super) mod history;
mod needs;
mod pool;
mod races;
mod repeated;
mod restoring;
mod writers;
mod writing;

use std::ops::ControlFlow;
use std::path::Path;

use chrono::NaiveDate;
use sea_orm::DatabaseConnection;
use service::maintenance::partitions::Month;
use service::maintenance::partitions::drop::{DropBefore, DropFailure, DropReport, Fate, drop_before};
use service::maintenance::partitions::restore::{Restore, RestoreFailure, RestoreReport, restore};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// Drops what lies before a day, as it is asked for.
async fn dropped(db: &DatabaseConnection, command: &DropBefore) -> Result<DropReport, Box<DropFailure>> {
    drop_before(
        db,
        command,
        &mut |_| ControlFlow::Continue(()),
        tokio::time::sleep,
    )
    .await
}

/// Drops what lies before a day into an archive.
async fn archived(
    db: &DatabaseConnection,
    before: &str,
    directory: &Path,
) -> Result<DropReport, Box<DropFailure>> {
    let command = DropBefore {
        archive: Some(directory.to_owned()),
        ..DropBefore::new(day(before))
    };
    dropped(db, &command).await
}

async fn restored(db: &DatabaseConnection, directory: &Path) -> Result<RestoreReport, Box<RestoreFailure>> {
    let command = Restore {
        directory: directory.to_owned(),
    };
    restore(db, &command, &mut |_| ControlFlow::Continue(())).await
}

/// What lies in an archive's directory, but for the lock of who writes to it.
pub(in crate::maintenance) fn kept(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != ".lock")
        .collect();
    names.sort();
    names
}

/// The months of a report and what became of them.
fn fates(report: &DropReport) -> Vec<(String, Fate)> {
    report
        .months
        .iter()
        .map(|month| (month.month.to_string(), month.fate))
        .collect()
}
