//! What ends an import early.

use thiserror::Error;

use super::report::ImportReport;
use super::source_error::{ExportKind, SourceError};
use crate::error::{Class, Classified, DatabaseError};

/// An import that could not go on. What the report says is done, and whole products only.
#[derive(Debug, Error)]
#[error("the {file} import ended early")]
pub struct ImportFailure {
    /// The file that was being read.
    pub file: ExportKind,
    /// Why it could not go on.
    #[source]
    pub error: ImportError,
    /// How far it came.
    pub so_far: Box<ImportReport>,
}

/// Why an import could not go on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file is not what it should be.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for ImportFailure {
    fn class(&self) -> Class {
        match &self.error {
            ImportError::Source(SourceError::Read { .. }) => Class::Broken,
            ImportError::Source(_) => Class::Refused,
            ImportError::Database(error) => error.class(),
        }
    }
}
