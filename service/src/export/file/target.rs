//! What a name leads to.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// More symbolic links in a row than an operating system follows.
const MAX_LINKS: usize = 40;

/// What is at a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A file, or nothing yet: its own name, behind all symbolic links, which stay.
    File(PathBuf),
    /// A pipe, a device or a socket. Whoever put a file in its place would take it from everybody else.
    Direct,
}

impl Target {
    pub(super) fn of(name: &Path) -> io::Result<Self> {
        match fs::metadata(name) {
            Ok(metadata) if metadata.is_dir() => Err(ErrorKind::IsADirectory.into()),
            Ok(metadata) if metadata.is_file() => Ok(Self::File(fs::canonicalize(name)?)),
            Ok(_) => Ok(Self::Direct),
            Err(error) if error.kind() == ErrorKind::NotFound => behind_links(name).map(Self::File),
            Err(error) => Err(error),
        }
    }
}

/// The name of a file that is still to be made. A link may point to it already.
fn behind_links(name: &Path) -> io::Result<PathBuf> {
    let mut name = name.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::symlink_metadata(&name) {
            Ok(metadata) if metadata.is_symlink() => {
                let target = fs::read_link(&name)?;
                name = match name.parent() {
                    Some(directory) => directory.join(target),
                    None => target,
                };
            }
            _ => return Ok(name),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}
