//! The refused lines as a CSV file.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::cli::error::CliError;
use crate::export::Destination;
use crate::import::shopify::{ExportKind, Refusal};

/// `--report`: begun before anything is imported, so that a path that cannot be written is noticed then, and in its place when it is
/// complete.
pub(super) struct RefusalFile<'a> {
    path: &'a Path,
    destination: Destination,
}

impl<'a> RefusalFile<'a> {
    pub(super) fn create(path: &'a Path) -> Result<Self, CliError> {
        match Destination::create(path) {
            Ok(destination) => Ok(Self { path, destination }),
            Err(source) => Err(CliError::Report {
                file: path.to_owned(),
                source,
            }),
        }
    }

    /// A line for each refusal; a header alone where there is none.
    pub(super) fn write(
        self,
        refusals: &[Refusal],
        name: impl Fn(ExportKind) -> String,
    ) -> Result<(), CliError> {
        let written = write(self.destination.file(), refusals, name);
        written
            .and_then(|()| self.destination.keep())
            .map_err(|source| CliError::Report {
                file: self.path.to_owned(),
                source,
            })
    }
}

fn write(file: &File, refusals: &[Refusal], name: impl Fn(ExportKind) -> String) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(file);
    csv.write_record(["file", "line", "handle", "sku", "reason", "message"])?;
    for refusal in refusals {
        csv.write_record([
            name(refusal.file).as_str(),
            refusal.line.to_string().as_str(),
            refusal.handle.as_deref().unwrap_or_default(),
            refusal.sku.as_deref().unwrap_or_default(),
            refusal.reason.code(),
            refusal.reason.to_string().as_str(),
        ])?;
    }
    csv.flush()
}
