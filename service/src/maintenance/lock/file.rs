//! The lock of a SQLite database: a locked file beside it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use futures_channel::oneshot;

use super::{LockError, Work};

/// How often a waiting thread asks.
const PAUSE: Duration = Duration::from_millis(20);

/// `shop.db` → `shop.db.maintain.lock`, beside the file itself when `database` is a link to it. `None` for a database in memory.
pub(super) fn beside(database: &Path, work: Work) -> Option<PathBuf> {
    let real = database.canonicalize().ok()?;
    let mut name = real.into_os_string();
    name.push(format!(".{}.lock", work.name()));
    Some(name.into())
}

pub(super) async fn acquire(path: PathBuf, work: Work, wait: Duration) -> Result<File, LockError> {
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
async fn within(file: File, limit: Duration) -> std::io::Result<Option<File>> {
    match file.try_lock() {
        Ok(()) => return Ok(Some(file)),
        Err(TryLockError::WouldBlock) if limit.is_zero() => return Ok(None),
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let (sender, receiver) = oneshot::channel();
    thread::spawn(move || {
        let begun = Instant::now();
        let outcome = loop {
            match file.try_lock() {
                Ok(()) => break Ok(Some(file)),
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
