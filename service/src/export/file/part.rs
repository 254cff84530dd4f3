//! An unfinished file, `.NAME.PROCESS.part`.
//!
//! Whoever writes a part holds a lock on it, which the operating system releases with the process, however that ends. So a part
//! that can be locked is nobody's any more.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Names that are tried before giving up: one is taken when the same process writes the same file twice at a time, or another one
/// of the same number does on a shared disk.
const MAX_NAMES: u32 = 100;

pub(super) struct Part {
    path: PathBuf,
    target: PathBuf,
    kept: bool,
}

impl Part {
    /// Makes an empty part beside the target, with the target's owner and mode where there is one.
    pub(super) fn create(target: PathBuf) -> io::Result<(Self, File)> {
        let name = target.file_name().ok_or(ErrorKind::InvalidInput)?;
        for n in 1..=MAX_NAMES {
            let path = target.with_file_name(part_name(name, n));
            let file = match File::create_new(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            };
            // Not every file system has locks; a part on one that has none is removed by nobody.
            if file.lock().is_ok() && !path.exists() {
                // Somebody who was removing abandoned parts took it for one before it was locked.
                continue;
            }
            let part = Self {
                path,
                target,
                kept: false,
            };
            if let Ok(metadata) = fs::metadata(&part.target) {
                resemble(&file, &metadata)?;
            }
            return Ok((part, file));
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    pub(super) fn keep(mut self, file: &File) -> io::Result<()> {
        file.sync_all()?;
        fs::rename(&self.path, &self.target)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, part = %self.path.display(), "an unfinished file remains");
        }
    }
}

/// Removes parts of this target that no process writes any more.
pub(super) fn remove_abandoned(target: &Path) {
    let Some(name) = target.file_name() else { return };
    let directory = match target.parent() {
        Some(directory) if directory != Path::new("") => directory,
        _ => Path::new("."),
    };
    // What cannot be listed or removed is in nobody's way.
    let Ok(entries) = fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if !is_file || !is_part_of(&entry.file_name(), name) {
            continue;
        }
        if let Err(error) = remove_if_abandoned(&entry.path()) {
            tracing::warn!(%error, part = %entry.path().display(), "an unfinished file remains");
        }
    }
}

fn remove_if_abandoned(part: &Path) -> io::Result<()> {
    let file = match for_its_lock(part) {
        // Another process was faster.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        file => file?,
    };
    match file.try_lock() {
        Ok(()) => match fs::remove_file(part) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        },
        Err(TryLockError::WouldBlock) => Ok(()),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// For writing where that is allowed, since NFS gives no other lock. The part of a file that nobody may write has its mode.
fn for_its_lock(part: &Path) -> io::Result<File> {
    match File::options().write(true).open(part) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => File::open(part),
        file => file,
    }
}

fn part_name(name: &OsStr, n: u32) -> String {
    let (name, process) = (name.to_string_lossy(), std::process::id());
    match n {
        1 => format!(".{name}.{process}.part"),
        n => format!(".{name}.{process}-{n}.part"),
    }
}

/// Whether a name is one that [`part_name`] gives, in any process.
fn is_part_of(part: &OsStr, name: &OsStr) -> bool {
    let (part, name) = (part.to_string_lossy(), name.to_string_lossy());
    let process = part
        .strip_prefix('.')
        .and_then(|part| part.strip_prefix(&*name))
        .and_then(|part| part.strip_prefix('.'))
        .and_then(|part| part.strip_suffix(".part"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    process.is_some_and(|process| match process.split_once('-') {
        Some((process, n)) => is_number(process) && is_number(n),
        None => is_number(process),
    })
}

/// Gives a part what people may do with the file that it replaces.
fn resemble(file: &File, old: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        let new = file.metadata()?;
        // Only root may give a file away, and to a group only who is in it; the mode says what matters to everybody else.
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            let _ = fchown(file, Some(old.uid()), Some(old.gid()));
        }
    }
    file.set_permissions(old.permissions())
}
