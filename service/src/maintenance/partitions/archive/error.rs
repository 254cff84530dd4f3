//! What can be wrong with an archive.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::super::Month;
use crate::error::{Class, Classified};

/// Why an archive can be neither written nor read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The operating system refuses: no space, no permission, no such file.
    #[error("{}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// The month's directory holds other rows, and is left as it is.
    #[error("{} holds another archive of {month}, perhaps with rows that are nowhere else: keep it, and name another directory", path.display())]
    Other {
        /// The directory.
        path: PathBuf,
        /// The month.
        month: Month,
    },
    /// There is no archive at all.
    #[error("{} is no archive: it has no manifest.json", path.display())]
    Missing {
        /// The directory.
        path: PathBuf,
    },
    /// The manifest cannot be read.
    #[error("{} cannot be read", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The archive was written by a later version of this program.
    #[error("{} has format {format}, which this program does not know", path.display())]
    Format {
        /// The manifest.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
    /// A file is not the one that was written.
    #[error("{} is damaged: {what} is {found}, the manifest says {expected}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was compared.
        what: &'static str,
        /// What the manifest says.
        expected: String,
        /// What there is.
        found: String,
    },
    /// A line is no row of its table.
    #[error("{} line {line} is no row of {table}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The table.
        table: String,
        /// The record in the file, the header being the first.
        line: u64,
    },
}

impl ArchiveError {
    pub(in super::super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

impl Classified for ArchiveError {
    fn class(&self) -> Class {
        match self {
            Self::Io { .. } => Class::Broken,
            _ => Class::Refused,
        }
    }
}
