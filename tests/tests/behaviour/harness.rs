//! The harness keeps its own promises: separate databases, and nothing left behind.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rstest::rstest;
use sea_orm::{ConnectionTrait, Database};
use tests::{Engine, TestDatabase};
use url::Url;

/// Where [`a_run_to_be_ended`] writes which databases it has.
const REPORT: &str = "VIVIDWALLS_TEST_REPORT";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn two_tests_do_not_see_each_others_rows(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(mine) = TestDatabase::empty(engine).await else {
        return;
    };
    let yours = TestDatabase::empty(engine).await.unwrap();
    mine.connection()
        .execute_unprepared("CREATE TABLE mark (id integer)")
        .await
        .unwrap();
    yours
        .session()
        .await
        .execute_unprepared("SELECT * FROM mark")
        .await
        .unwrap_err();
    mine.session()
        .await
        .execute_unprepared("SELECT * FROM mark")
        .await
        .unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_database_goes_with_its_test(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let url = database.url().replace("mode=rwc", "mode=rw");
    Database::connect(&url).await.unwrap().ping().await.unwrap();
    drop(database);
    Database::connect(&url).await.unwrap_err();
}

#[rstest]
#[case::by_kill_9("-KILL")]
#[case::by_ctrl_c("-INT")]
#[case::by_a_panic("")]
fn the_server_and_its_files_go_when_the_run_ends(#[case] signal: &str) {
    if !Engine::Postgres.is_chosen() || std::env::var_os("TEST_DATABASE_URL").is_some() {
        return;
    }
    let report = tempfile::tempdir().unwrap();
    let report = report.path().join("report");
    let mut run = start_run(&report, signal.is_empty());
    let (server, file) = wait_for_report(&report);
    let directory = file.ancestors().nth(2).unwrap();
    assert!(directory.exists());
    if !signal.is_empty() {
        // The shell's own: not every machine has the program.
        let sent = Command::new("sh")
            .args(["-c", &format!("kill {signal} {}", run.id())])
            .status()
            .unwrap();
        assert!(sent.success());
    }
    run.wait().unwrap();

    let deadline = Instant::now() + Duration::from_secs(20);
    while directory.exists() || std::net::TcpStream::connect(&server).is_ok() {
        assert!(
            Instant::now() < deadline,
            "{} or the server at {server} is still there",
            directory.display()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Not a test by itself: another process runs it, and ends it.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the_server_and_its_files_go_when_the_run_ends"]
async fn a_run_to_be_ended() {
    let Some(report) = std::env::var_os(REPORT) else {
        return;
    };
    let server = TestDatabase::empty(Engine::Postgres).await.unwrap();
    let file = TestDatabase::empty(Engine::Sqlite).await.unwrap();
    let partial = Path::new(&report).with_extension("partial");
    std::fs::write(&partial, format!("{}\n{}", server.url(), file.url())).unwrap();
    std::fs::rename(partial, report).unwrap();
    assert!(
        std::env::var_os("VIVIDWALLS_TEST_PANIC").is_none(),
        "as asked for"
    );
    tokio::time::sleep(Duration::from_secs(60)).await;
}

fn start_run(report: &Path, panics: bool) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["harness::a_run_to_be_ended", "--exact", "--ignored"])
        .env(REPORT, report)
        // A run of its own, not one more process of this one.
        .env_remove("NEXTEST_RUN_ID")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if panics {
        command.env("VIVIDWALLS_TEST_PANIC", "1");
    }
    command.spawn().unwrap()
}

/// The server's address, and the path of a SQLite file.
fn wait_for_report(report: &Path) -> (String, PathBuf) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        if let Ok(text) = std::fs::read_to_string(report) {
            let (server, file) = text.split_once('\n').unwrap();
            let server = Url::parse(server).expect("the URL of a database");
            let address = format!("{}:{}", server.host_str().unwrap(), server.port().unwrap());
            let file = file
                .strip_prefix("sqlite://")
                .and_then(|file| file.strip_suffix("?mode=rwc"))
                .unwrap();
            return (address, PathBuf::from(file));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the run made no databases");
}
