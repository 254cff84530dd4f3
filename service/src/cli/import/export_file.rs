//! The files that an import reads.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::cli::error::CliError;
use crate::import::shopify::{ExportKind, check_header};

/// A file that is there and begins like the export that it should be.
pub(super) struct ExportFile {
    pub(super) path: PathBuf,
    pub(super) file: File,
    /// Bytes, where the file is no pipe.
    pub(super) size: Option<u64>,
}

impl ExportFile {
    /// Opens a file and reads its header, so that a wrong second file is noticed before the first is imported.
    pub(super) fn open(path: &Path, kind: ExportKind) -> Result<Self, CliError> {
        let file = open(path)?;
        let metadata = file.metadata().map_err(|source| CliError::Open {
            file: path.to_owned(),
            source,
        })?;
        if metadata.is_dir() {
            return Err(CliError::Directory {
                file: path.to_owned(),
            });
        }
        if metadata.is_file() {
            let header = open(path)?;
            check_header(header, kind).map_err(|source| CliError::Export {
                file: path.to_owned(),
                source,
            })?;
        }
        let size = metadata.is_file().then_some(metadata.len());
        Ok(Self {
            path: path.to_owned(),
            file,
            size,
        })
    }

    /// Whether another path leads to the same file, be it by a link.
    pub(super) fn is_at(&self, other: &Path) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let place = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
            let (own, other) = (self.file.metadata(), fs::metadata(other));
            if own.is_ok_and(|own| other.is_ok_and(|other| place(own) == place(other))) {
                return true;
            }
        }
        let canonical = fs::canonicalize(&self.path);
        canonical.is_ok_and(|path| fs::canonicalize(other).is_ok_and(|other| other == path))
    }
}

fn open(path: &Path) -> Result<File, CliError> {
    File::open(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => CliError::NoFile {
            file: path.to_owned(),
        },
        _ => CliError::Open {
            file: path.to_owned(),
            source,
        },
    })
}
