//! Unfinished files: none stays for long.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tests::{Engine, TestDatabase};

use super::targets::pipe;
use crate::command::{run, service_on};

fn parts(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".part")).collect()
}

/// An export of everything that has begun and cannot go on: one of its files is a pipe that nobody reads.
async fn stuck(database: &TestDatabase, directory: &Path) -> Child {
    let out = directory.to_str().unwrap();
    let all = ["export", "--all", "--format", "csv", "--json", "--out", out];
    let running = service_on(database, &all)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    // Files are begun in the order of their tables, and this is the one before the pipe.
    while !parts(directory)
        .iter()
        .any(|part| part.starts_with(".agents.csv."))
    {
        assert!(Instant::now() < deadline, "the export does not begin");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    running
}

fn signal(name: &str, process: &Child) {
    let kill = format!("kill -{name} {}", process.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_manager_ends_it_as_ctrl_c_does_and_json_says_so() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("workflows.csv");
    pipe(&path);
    let mut running = stuck(&database, directory.path()).await;
    signal("TERM", &running);
    // It has heard it before its pipe is read, and the export goes on.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut read = String::new();
    File::open(&path).unwrap().read_to_string(&mut read).unwrap();
    let status = running.wait().unwrap();
    let mut errors = String::new();
    running
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut errors)
        .unwrap();
    assert_eq!(status.code(), Some(130), "{errors}");
    let said: serde_json::Value = serde_json::from_str(&errors).unwrap();
    let said = said["interrupted"].as_str().unwrap();
    assert!(said.contains("no file was written or replaced"), "{said}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "the pipe");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_export_left_goes_with_the_next_one_of_the_same_file() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    pipe(&directory.path().join("workflows.csv"));
    let mut running = stuck(&database, directory.path()).await;
    let file = directory.path().join("agents.csv");
    let export = || {
        let mut command = service_on(&database, &["export", "agents", "--format", "csv", "--out"]);
        assert_eq!(run(command.arg(&file)).0, 0);
    };
    let of_agents = || {
        let parts = parts(directory.path());
        parts
            .iter()
            .filter(|part| part.starts_with(".agents.csv."))
            .count()
    };
    // Of one that is still at it, nothing is taken away.
    export();
    assert_eq!(of_agents(), 1);

    signal("KILL", &running);
    running.wait().unwrap();
    assert_eq!(of_agents(), 1);
    // What only looks similar is somebody else's.
    let others = [".agents.csv.old.part", ".agents.csv.1.part.txt"];
    for other in others {
        fs::write(directory.path().join(other), "").unwrap();
    }
    export();
    assert_eq!(
        parts(directory.path())
            .iter()
            .filter(|part| part.starts_with(".agents.csv."))
            .collect::<Vec<_>>(),
        [others[0]]
    );
    assert!(directory.path().join(others[1]).exists());
}

/// The command as everybody runs it whom the modes of files bind, which is everybody but root.
fn bound_by_modes(command: &Command, is_root: bool) -> Command {
    let mut bound = if is_root {
        let mut setpriv = Command::new("setpriv");
        setpriv
            .args(["--bounding-set", "-dac_override"])
            .arg(command.get_program());
        setpriv
    } else {
        Command::new(command.get_program())
    };
    bound.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => bound.env(name, value),
            None => bound.env_remove(name),
        };
    }
    bound
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_nobody_may_write_goes_as_well() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("agents.csv");
    let part = directory.path().join(".agents.csv.1.part");
    for path in [&file, &part] {
        fs::write(path, "of yesterday").unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o444)).unwrap();
    }
    let is_root = fs::metadata(&file).unwrap().uid() == 0;
    let mut export = service_on(&database, &["export", "agents", "--format", "csv", "--out"]);
    export.arg(&file);
    let (status, _, errors) = run(&mut bound_by_modes(&export, is_root));
    assert_eq!(status, 0, "{errors}");
    assert_eq!(parts(directory.path()), [] as [&str; 0], "{errors}");
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o444);
}
