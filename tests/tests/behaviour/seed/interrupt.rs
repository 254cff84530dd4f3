//! Ctrl-C.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait as _};
use tests::{Engine, TestDatabase};

use super::command::seed;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_leaves_nothing_behind_and_says_so(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    // Far more than is written before the signal comes.
    let mut running = seed(&database, "5000000")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut output = BufReader::new(running.stdout.take().unwrap());
    output.read_line(&mut said).unwrap();
    assert!(said.starts_with("database: "), "{said}");
    tokio::time::sleep(Duration::from_millis(300)).await;
    let sent = Command::new("sh")
        .args(["-c", &format!("kill -INT {}", running.id())])
        .status()
        .unwrap();
    assert!(sent.success());
    let status = running.wait().unwrap();
    let mut errors = String::new();
    let mut stderr = running.stderr.take().unwrap();
    stderr.read_to_string(&mut errors).unwrap();
    assert_eq!(status.code(), Some(130), "{errors}");
    assert!(errors.contains("no row of it remains"), "{errors}");
    let agents = entity::agents::Entity::find().count(database.connection());
    assert_eq!(agents.await.unwrap(), 0);
}
