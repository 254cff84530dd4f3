//! What an archived month says about itself.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::Month;

/// The one format so far.
pub(super) const FORMAT: u32 = 1;

/// The contents of `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// How the files are written.
    pub format: u32,
    /// The month whose rows they hold.
    pub month: Month,
    /// The engine they were read from: `postgresql` or `sqlite`.
    pub engine: String,
    /// The last migration that had been applied.
    pub schema_version: String,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// A file for each table.
    pub files: Vec<ArchivedFile>,
}

impl Manifest {
    /// Whether the files hold the same rows, however they are compressed.
    pub(super) fn holds_the_same(&self, other: &Self) -> bool {
        let rows = |manifest: &Self| -> Vec<_> {
            manifest
                .files
                .iter()
                .map(|file| (file.table.clone(), file.rows, file.content_sha256.clone()))
                .collect()
        };
        self.month == other.month && rows(self) == rows(other)
    }
}

/// One table's rows of the month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedFile {
    /// The file's name.
    pub file: String,
    /// The table.
    pub table: String,
    /// The month, again: a file says by itself what it is.
    pub month: Month,
    /// Its columns, in the order of the header.
    pub columns: Vec<String>,
    /// How many rows.
    pub rows: u64,
    /// The size of the file.
    pub bytes: u64,
    /// The SHA-256 of the file, as `sha256sum` prints it.
    pub sha256: String,
    /// The SHA-256 of what is compressed in it.
    pub content_sha256: String,
}
