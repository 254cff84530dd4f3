//! Where a month is kept: never half of it under its name.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::super::Month;
use super::error::ArchiveError;
use super::file;
use super::file_name;
use super::manifest::{FORMAT, Manifest};

const MANIFEST: &str = "manifest.json";

/// A month that is being written, under another name. Removed when it is not placed.
pub(super) struct Draft {
    parent: PathBuf,
    directory: PathBuf,
    month: Month,
    placed: bool,
}

impl Draft {
    /// Makes its directory, and removes what a killed run left of the same month.
    pub(super) fn new(parent: &Path, month: Month) -> Result<Self, ArchiveError> {
        let directory = part(parent, month);
        match fs::remove_dir_all(&directory) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(ArchiveError::io(&directory)(error));
            }
            _ => {}
        }
        fs::create_dir(&directory).map_err(ArchiveError::io(&directory))?;
        Ok(Self {
            parent: parent.to_owned(),
            directory,
            month,
            placed: false,
        })
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Gives the month its name. One that holds the same rows is left in place, one that holds others is refused.
    pub(super) fn place(mut self, manifest: &Manifest) -> Result<Placed, ArchiveError> {
        let target = self.parent.join(self.month.to_string());
        if target.exists() {
            let there = read(&target)?;
            if !there.holds_the_same(manifest) {
                return Err(ArchiveError::Other {
                    path: target,
                    month: self.month,
                });
            }
            verify(&target, &there)?;
            return Ok(Placed {
                directory: target,
                part: None,
            });
        }
        let path = self.directory.join(MANIFEST);
        write(&path, manifest).map_err(ArchiveError::io(&path))?;
        sync(&self.directory).map_err(ArchiveError::io(&self.directory))?;
        // The rows go by this: what is on disk is what was written, and nobody else's.
        verify(&self.directory, manifest)?;
        fs::rename(&self.directory, &target).map_err(ArchiveError::io(&target))?;
        self.placed = true;
        sync(&self.parent).map_err(ArchiveError::io(&self.parent))?;
        Ok(Placed {
            directory: target,
            part: Some(part(&self.parent, self.month)),
        })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.placed {
            // The next run removes what cannot be removed now.
            let _ = fs::remove_dir_all(&self.directory);
        }
    }
}

fn write(path: &Path, manifest: &Manifest) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    serde_json::to_writer_pretty(&mut file, manifest)?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Makes a directory with those above it, and forces the name of each that was missing to disk: a month is no safer than the
/// directory it lies in.
pub(super) fn make(directory: &Path) -> io::Result<()> {
    let missing: Vec<_> = directory
        .ancestors()
        .take_while(|path| !path.as_os_str().is_empty() && !path.exists())
        .collect();
    fs::create_dir_all(directory)?;
    for made in missing {
        let parent = made.parent().filter(|parent| !parent.as_os_str().is_empty());
        sync(parent.unwrap_or(Path::new(".")))?;
    }
    Ok(())
}

/// Forces the names in a directory to disk, where the system can.
fn sync(directory: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}

/// A month under its name.
#[derive(Debug)]
pub(in super::super) struct Placed {
    directory: PathBuf,
    /// Where it was written; `None` for one that was there before.
    part: Option<PathBuf>,
}

impl Placed {
    /// Takes the month away again, when its rows stay after all; one that was there before is left. Its name goes first, so that no
    /// half of it is ever under that.
    pub(in super::super) fn withdraw(self) {
        let Some(part) = self.part else { return };
        let removed = fs::rename(&self.directory, &part).and_then(|()| fs::remove_dir_all(&part));
        if let Err(error) = removed {
            tracing::warn!(directory = %self.directory.display(), %error, "removing an archive failed");
        }
    }
}

/// Where a month is written.
fn part(parent: &Path, month: Month) -> PathBuf {
    parent.join(format!(".{month}.part"))
}

/// Removes what killed runs left half written, of any month: rows of customers are not to lie about. Nobody else may be writing.
pub(super) fn clear(parent: &Path) -> io::Result<()> {
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        let name = entry.file_name();
        let month = name.to_str().and_then(|name| {
            name.strip_prefix('.')?
                .strip_suffix(".part")?
                .parse::<Month>()
                .ok()
        });
        if month.is_some() {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// The manifest of a month's directory.
pub(in super::super) fn read(directory: &Path) -> Result<Manifest, ArchiveError> {
    let path = directory.join(MANIFEST);
    let text = match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(ArchiveError::Missing {
                path: directory.to_owned(),
            });
        }
        read => read.map_err(ArchiveError::io(&path))?,
    };
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|source| ArchiveError::Manifest {
        path: path.clone(),
        source,
    })?;
    if manifest.format != FORMAT {
        return Err(ArchiveError::Format {
            path,
            format: manifest.format,
        });
    }
    // What it names is opened: nothing but the files of its own directory.
    if let Some(file) = manifest
        .files
        .iter()
        .find(|file| file.file != file_name(&file.table))
    {
        return Err(ArchiveError::Damaged {
            path,
            what: "the name of a file",
            expected: file.file.clone(),
            found: file_name(&file.table),
        });
    }
    Ok(manifest)
}

/// Reads every file and compares it with its checksums.
pub(in super::super) fn verify(directory: &Path, manifest: &Manifest) -> Result<(), ArchiveError> {
    manifest
        .files
        .iter()
        .try_for_each(|file| file::verify(directory, file))
}

/// The months of an archive with their manifests, the oldest first; or the one month, when the directory is that of one.
pub(in super::super) fn directories(directory: &Path) -> Result<Vec<(PathBuf, Manifest)>, ArchiveError> {
    if directory.join(MANIFEST).exists() {
        return Ok(vec![(directory.to_owned(), read(directory)?)]);
    }
    let mut months = Vec::new();
    for entry in fs::read_dir(directory).map_err(ArchiveError::io(directory))? {
        let entry = entry.map_err(ArchiveError::io(directory))?;
        let is_month = entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.parse::<Month>().is_ok());
        if is_month {
            let path = entry.path();
            let manifest = read(&path)?;
            months.push((path, manifest));
        }
    }
    if months.is_empty() {
        return Err(ArchiveError::Missing {
            path: directory.to_owned(),
        });
    }
    months.sort_by_key(|(_, manifest)| manifest.month);
    Ok(months)
}
