//! A file that appears when it is complete.

mod part;
mod target;

use std::fs::File;
use std::io;
use std::path::Path;

use part::Part;
use target::Target;

/// Where rows go: a part beside the file that it is going to be, or at once what is no file, such as a pipe or a device.
///
/// A part is gone when it is dropped before it was [kept](Self::keep).
pub(crate) struct Destination {
    file: File,
    /// `None` for what is written to at once.
    part: Option<Part>,
}

impl Destination {
    /// Looks where `name` leads, removes the parts of processes that ended without a chance to, and begins.
    pub(crate) fn create(name: &Path) -> io::Result<Self> {
        match Target::of(name)? {
            Target::Direct => Ok(Self {
                file: File::options().write(true).open(name)?,
                part: None,
            }),
            Target::File(target) => {
                part::remove_abandoned(&target);
                let (part, file) = Part::create(target)?;
                Ok(Self {
                    file,
                    part: Some(part),
                })
            }
        }
    }

    /// Where rows go.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Gives a part its name, in place of a file that has it. A power cut leaves one or the other.
    pub(crate) fn keep(self) -> io::Result<()> {
        match self.part {
            Some(part) => part.keep(&self.file),
            None => Ok(()),
        }
    }
}
