//! The lock of a SQLite database: a locked file beside it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use futures_channel::oneshot;

use super::{LockError, Work};

/// A locked file, free again when this is dropped.
#[derive(Debug)]
pub(super) struct LockedFile(File);

impl Drop for LockedFile {
    /// To close it would not do: a process that is just being started has it open as well, until it becomes another program.
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::debug!(%error, "unlocking a file failed; it is unlocked when it is closed");
        }
    }
}

/// How often a waiting thread asks.
const PAUSE: Duration = Duration::from_millis(20);

/// `shop.db` → `shop.db.maintain.lock`, beside the file itself when `database` is a link to it. `None` for a database in memory.
pub(super) fn beside(database: &Path, work: Work) -> Option<PathBuf> {
    let real = database.canonicalize().ok()?;
    let mut name = real.into_os_string();
    name.push(format!(".{}.lock", work.name()));
    Some(name.into())
}

pub(super) async fn acquire(path: PathBuf, work: Work, wait: Duration) -> Result<LockedFile, LockError> {
    let failed = |source| LockError::File {
        file: path.clone(),
        source,
    };
    let opened = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(failed)?;
    match within(opened, wait).await.map_err(failed)? {
        Some(locked) => Ok(locked),
        None => Err(LockError::Held {
            work,
            waited: wait,
            holder: Some(path.display().to_string()),
        }),
    }
}

/// The file locked; `None` when it was not free within `limit`. The system cannot wait for a lock and a time at once, so a thread
/// asks again and again.
async fn within(file: File, limit: Duration) -> std::io::Result<Option<LockedFile>> {
    match file.try_lock() {
        Ok(()) => return Ok(Some(LockedFile(file))),
        Err(TryLockError::WouldBlock) if limit.is_zero() => return Ok(None),
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let (sender, receiver) = oneshot::channel();
    thread::spawn(move || {
        let begun = Instant::now();
        let outcome = loop {
            match file.try_lock() {
                Ok(()) => break Ok(Some(LockedFile(file))),
                Err(TryLockError::WouldBlock) if begun.elapsed() >= limit || sender.is_canceled() => {
                    break Ok(None);
                }
                Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
                Err(TryLockError::Error(error)) => break Err(error),
            }
        };
        // Nobody waits any more: dropping the file unlocks it.
        let _ = sender.send(outcome);
    });
    receiver.await.unwrap_or_else(|_| {
        Err(std::io::Error::other(
            "the thread that asks for the lock has gone",
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_that_a_process_being_started_has_open_as_well_is_free_when_its_lock_is_dropped() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("shop.db.months.lock");
        let locked = acquire(path.clone(), Work::MoveMonths, Duration::ZERO)
            .await
            .unwrap();
        let inherited = locked.0.try_clone().unwrap();
        drop(locked);
        acquire(path, Work::MoveMonths, Duration::ZERO).await.unwrap();
        drop(inherited);
    }
}
