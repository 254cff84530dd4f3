//! Makes and starts a private cluster in the directory of the run.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use url::Url;

use super::binaries;
use crate::scratch;

/// Far more than a loaded machine needs.
const PATIENCE: Duration = Duration::from_secs(60);

/// The superuser needs no password; any other role does, so that a wrong one can be tested.
const AUTHENTICATION: &str = "\
host all postgres 127.0.0.1/32 trust
host all all 127.0.0.1/32 scram-sha-256
";

/// Nothing is kept, so nothing is flushed. The time zone is one that nobody's UTC passes for, with half an hour in it.
const CONFIGURATION: &str = "
autovacuum = off
checkpoint_timeout = 1h
fsync = off
full_page_writes = off
listen_addresses = '127.0.0.1'
log_timezone = 'Asia/Kolkata'
max_connections = 300
max_wal_senders = 0
max_wal_size = 1GB
synchronous_commit = off
timezone = 'Asia/Kolkata'
unix_socket_directories = ''
wal_level = minimal
";

/// Statements are counted where the server's contrib package is installed. Many databases share the counters.
const COUNTERS: &str = "
shared_preload_libraries = 'pg_stat_statements'
pg_stat_statements.max = 20000
";

struct Cluster {
    binaries: PathBuf,
    directory: PathBuf,
    user: Option<User>,
}

/// Whom the server runs as when the run runs as root, whom it refuses.
#[derive(Clone, Copy)]
struct User {
    uid: u32,
    gid: u32,
}

/// Starts a server on a free port of 127.0.0.1 and waits until it takes connections.
///
/// # Panics
///
/// With the server's own words, when it does not start.
pub(super) fn start() -> Url {
    let binaries = binaries::directory();
    // A name of its own for each try: after a failure the next test tries again.
    let directory = scratch::directory().join(format!("postgres-{}", uuid::Uuid::new_v4().simple()));
    fs::create_dir(&directory).expect("the directory of the run can be written");
    let user = (scratch::owner() == 0).then(unprivileged_user);
    if let Some(user) = user {
        std::os::unix::fs::chown(&directory, Some(user.uid), Some(user.gid))
            .expect("root may give a directory away");
    }
    let cluster = Cluster {
        binaries,
        directory,
        user,
    };
    cluster.initialise();
    for _ in 0..5 {
        // Free now; if somebody takes it before the server does, there are others.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|socket| socket.local_addr())
            .expect("a free port")
            .port();
        if cluster.serve(port) {
            return Url::parse(&format!("postgres://postgres@127.0.0.1:{port}/postgres"))
                .expect("a valid URL");
        }
    }
    panic!("PostgreSQL found no free port in five tries");
}

impl Cluster {
    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    fn log(&self) -> PathBuf {
        self.directory.join("log")
    }

    fn command(&self, program: &str) -> Command {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log())
            .expect("the log can be written");
        let errors = log.try_clone().expect("one more handle");
        let mut command = Command::new(self.binaries.join(program));
        command
            .arg("-D")
            .arg(self.data())
            .current_dir(&self.directory)
            .env("LC_ALL", "C")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors);
        if let Some(user) = self.user {
            command.uid(user.uid).gid(user.gid);
        }
        command
    }

    fn initialise(&self) {
        // Texts in the order of their bytes; letters are more than ASCII, as on a production server.
        let letters = if cfg!(target_os = "linux") {
            "C.UTF-8"
        } else {
            "UTF-8"
        };
        let status = self
            .command("initdb")
            .arg(format!("--lc-ctype={letters}"))
            .args([
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-instructions",
                "--no-sync",
                "--username=postgres",
            ])
            .status()
            .expect("initdb can be run");
        assert!(status.success(), "initdb failed:\n{}", self.words());
        fs::write(self.data().join("pg_hba.conf"), AUTHENTICATION)
            .expect("the cluster's directory can be written");
        let counters = if self.counts_statements() { COUNTERS } else { "" };
        let configuration = format!("{CONFIGURATION}{counters}");
        fs::write(self.data().join("postgresql.auto.conf"), configuration)
            .expect("the cluster's directory can be written");
    }

    /// Whether `pg_stat_statements` can be loaded: its library lies beside the server's, wherever that is.
    fn counts_statements(&self) -> bool {
        // What is in PATH may be a link to the program, which finds its own libraries from where it is.
        let server = fs::canonicalize(self.binaries.join("postgres"));
        let binaries = server.as_deref().ok().and_then(Path::parent);
        let binaries = binaries.unwrap_or(&self.binaries);
        let asked = Command::new(binaries.join("pg_config"))
            .arg("--pkglibdir")
            .output();
        // A package of the server alone has no `pg_config`.
        let libraries = asked.map_or_else(
            |_| vec![binaries.join("../lib"), binaries.join("../lib/postgresql")],
            |output| vec![PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())],
        );
        libraries
            .iter()
            .any(|directory| directory.join("pg_stat_statements.so").is_file())
    }

    /// Whether the server took the port.
    #[expect(
        clippy::zombie_processes,
        reason = "the server outlives this process, and the guardian ends it"
    )]
    fn serve(&self, port: u16) -> bool {
        let mut server = self
            .command("postgres")
            .arg("-p")
            .arg(port.to_string())
            .spawn()
            .expect("postgres can be run");
        let deadline = Instant::now() + PATIENCE;
        while !is_ready(&self.data()) {
            if has_ended(&mut server) {
                let words = self.words();
                assert!(
                    words.contains("could not bind"),
                    "PostgreSQL did not start:\n{words}"
                );
                return false;
            }
            assert!(
                Instant::now() < deadline,
                "PostgreSQL is not ready after {PATIENCE:?}:\n{}",
                self.words()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }

    fn words(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }
}

/// The eighth line of the server's pid file tells its state.
fn is_ready(data: &Path) -> bool {
    fs::read_to_string(data.join("postmaster.pid"))
        .is_ok_and(|text| text.lines().nth(7).is_some_and(|state| state.trim() == "ready"))
}

fn has_ended(server: &mut Child) -> bool {
    server.try_wait().is_ok_and(|status| status.is_some())
}

fn unprivileged_user() -> User {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| find_user(&users, name))
        .expect("a user `postgres` or `nobody` in /etc/passwd: the server refuses to run as root")
}

fn find_user(users: &str, name: &str) -> Option<User> {
    users.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        match fields.as_slice() {
            [user, _, uid, gid, ..] if *user == name => Some(User {
                uid: uid.parse().ok()?,
                gid: gid.parse().ok()?,
            }),
            _ => None,
        }
    })
}
