//! A file that appears when it is complete.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A file beside the one that it is going to be; gone when it is dropped before that.
pub(super) struct Part {
    file: File,
    part: PathBuf,
    name: PathBuf,
    kept: bool,
}

impl Part {
    pub(super) fn create(name: &Path) -> io::Result<Self> {
        let file_name = name.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        // Another process that writes the same name has a part of its own.
        let process = std::process::id();
        let part = name.with_file_name(format!(".{}.{process}.part", file_name.to_string_lossy()));
        Ok(Self {
            file: File::create(&part)?,
            part,
            name: name.to_owned(),
            kept: false,
        })
    }

    /// Where rows go.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Gives it its name, in place of a file that has it. A power cut leaves one or the other.
    pub(super) fn keep(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.part, &self.name)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = fs::remove_file(&self.part)
        {
            tracing::warn!(%error, part = %self.part.display(), "an unfinished file remains");
        }
    }
}
