//! The file of an organisation.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use crate::agents::{LoadError, LoadOrganisation};
use crate::cli::error::CliError;

/// Reads the lines of an organisation.
pub(in crate::cli) fn read(path: &Path) -> Result<LoadOrganisation, CliError> {
    let file = || path.to_owned();
    if path.is_dir() {
        return Err(CliError::Directory { file: file() });
    }
    let opened = File::open(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => CliError::NoFile { file: file() },
        _ => CliError::Open { file: file(), source },
    })?;
    LoadOrganisation::from_csv(opened).map_err(|source| match source {
        LoadError::Unreadable(source) => CliError::Export { file: file(), source },
        source => CliError::Organisation { file: file(), source },
    })
}
