//! How an import is run and watched.

use super::source_error::ExportKind;

/// Whether an import writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImportMode {
    /// Creates and updates.
    #[default]
    Write,
    /// Reports what [`ImportMode::Write`] would do, and only reads.
    DryRun,
}

/// Told to the observer after each product and each batch of stock rows, when its transaction is committed.
///
/// An observer that breaks ends the import there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The file that is being read.
    pub file: ExportKind,
    /// The last line that is done with.
    pub line: u64,
    /// Bytes of the file that are done with.
    pub bytes: u64,
    /// Products, or stock rows, that are done with.
    pub done: u64,
}
