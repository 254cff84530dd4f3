//! The run's temporary directory, which goes when the run ends, however it ends.
//!
//! A static is never dropped and a killed process drops nothing, so the directory has a guardian: a shell in a process
//! group of its own, which outlives the run by a moment, stops the server and removes the directory. It learns of the
//! end from a pipe that only the run holds open, which the kernel closes also after a panic, Ctrl-C or `kill -9`.
//!
//! Under `cargo nextest` every test is a process. They share the directory, and what is made [`once`] in it; the
//! guardian watches the nextest process instead of a pipe.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::{CommandExt, parent_id};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// What a run needs at most: a server, its write-ahead log, and the databases of the tests that run at one time.
const ENOUGH_KIB: u64 = 2 * 1024 * 1024;

struct Scratch {
    directory: PathBuf,
    /// Holds the pipe open as long as this process lives. Nobody waits for a guardian: it waits for us.
    _guardian: Option<Child>,
}

/// The run's temporary directory.
pub(crate) fn directory() -> &'static Path {
    static SCRATCH: OnceLock<Scratch> = OnceLock::new();
    &SCRATCH.get_or_init(create).directory
}

/// The user that owns the directory, which is the one that the run runs as.
pub(crate) fn owner() -> u32 {
    fs::metadata(directory())
        .expect("the directory of the run exists")
        .uid()
}

/// The text that `make` returned for `name`, made by whichever process of the run comes first.
///
/// The others wait. When `make` fails, or its process is killed, the next one makes it.
pub(crate) fn once(name: &str, make: impl FnOnce() -> String) -> String {
    let made = directory().join(name);
    let lock = File::create(directory().join(format!("{name}.lock")))
        .expect("a lock file in the directory of the run");
    lock.lock().expect("a file lock");
    if let Ok(text) = fs::read_to_string(&made) {
        return text;
    }
    let text = make();
    let partial = directory().join(format!("{name}.partial"));
    fs::write(&partial, &text).expect("the directory of the run can be written");
    fs::rename(&partial, &made).expect("the directory of the run can be written");
    text
}

fn create() -> Scratch {
    let shared = std::env::var("NEXTEST_RUN_ID").ok();
    let name = match &shared {
        Some(run) => format!("vividwalls-{run}"),
        None => format!(
            "vividwalls-{}-{}",
            std::process::id(),
            uuid::Uuid::new_v4().simple()
        ),
    };
    let directory = base().join(name);
    let new = match fs::create_dir(&directory) {
        Ok(()) => true,
        Err(error) if shared.is_some() && error.kind() == std::io::ErrorKind::AlreadyExists => false,
        Err(error) => panic!("cannot create {}: {error}", directory.display()),
    };
    // The server runs as another user when the run runs as root, and has to reach its own directory in here.
    if new {
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o711)).expect("the directory is ours");
    }
    let guardian = match (shared, new) {
        (Some(_), false) => None,
        (Some(_), true) => Some(start_guardian(&directory, &parent_id().to_string())),
        (None, _) => Some(start_guardian(&directory, "")),
    };
    Scratch {
        directory,
        _guardian: guardian,
    }
}

/// Memory where there is enough of it: the files of a test are never worth a disk.
fn base() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let probe = memory.join(format!("vividwalls-probe-{}", std::process::id()));
    if free_kib(memory).is_some_and(|free| free >= ENOUGH_KIB) && fs::create_dir(&probe).is_ok() {
        // An empty directory that stays behind would harm nobody.
        let _ = fs::remove_dir(&probe);
        return memory.to_path_buf();
    }
    std::env::temp_dir()
}

/// The free space of the file system that holds `directory`, in KiB, when `df` can tell.
fn free_kib(directory: &Path) -> Option<u64> {
    let output = Command::new("df")
        .arg("-Pk")
        .arg(directory)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

fn start_guardian(directory: &Path, process: &str) -> Child {
    Command::new("sh")
        .args(["-c", include_str!("scratch/guardian.sh"), "guardian"])
        .arg(directory)
        .arg(process)
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a POSIX shell to clean up after the run")
}
