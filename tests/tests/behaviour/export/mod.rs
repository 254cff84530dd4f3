//! Tables and views as files.

mod back;
mod command;
mod exact;
mod moment;
#[cfg(unix)]
mod parts;
#[cfg(unix)]
mod readable;
mod same;
#[cfg(unix)]
pub(crate) mod targets;

use std::ops::ControlFlow;
use std::path::Path;

use sea_orm::DatabaseConnection;
use service::export::{ExportFiles, Exported, Format, export_files};

/// Everything, into a directory.
async fn all(db: &DatabaseConnection, directory: &Path, format: Format) -> Vec<Exported> {
    let command = ExportFiles::all(directory, format);
    export_files(db, command, |_| ControlFlow::Continue(()))
        .await
        .unwrap()
}
