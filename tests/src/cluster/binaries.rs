//! Where the programs of a PostgreSQL server are.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

const INSTRUCTIONS: &str = "\
no PostgreSQL server was found: neither in PATH, nor by `pg_config --bindir`, nor in /usr/lib/postgresql/*/bin.

Every test runs on PostgreSQL and on SQLite. Do one of these:
  - install a server, version 15 or later:  sudo apt-get install postgresql
  - name one where databases may be created:  TEST_DATABASE_URL=postgres://user:password@host:port/postgres
  - test SQLite alone:  VIVIDWALLS_TEST=sqlite";

/// The directory that holds `initdb` and `postgres`.
///
/// # Panics
///
/// With instructions, when there is none.
pub(super) fn directory() -> PathBuf {
    in_path()
        .or_else(of_pg_config)
        .or_else(of_debian)
        .unwrap_or_else(|| panic!("{INSTRUCTIONS}"))
}

fn holds_server(directory: &Path) -> bool {
    ["initdb", "postgres"]
        .iter()
        .all(|program| directory.join(program).is_file())
}

fn in_path() -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).find(|directory| holds_server(directory))
}

fn of_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let directory = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    holds_server(&directory).then_some(directory)
}

/// Debian and Ubuntu keep the versions side by side and out of PATH; the newest is taken.
fn of_debian() -> Option<PathBuf> {
    let version = |directory: &Path| {
        directory
            .file_name()
            .and_then(OsStr::to_str)
            .and_then(|name| name.parse::<u32>().ok())
    };
    std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|directory| version(directory).is_some() && holds_server(&directory.join("bin")))
        .max_by_key(|directory| version(directory))
        .map(|directory| directory.join("bin"))
}
