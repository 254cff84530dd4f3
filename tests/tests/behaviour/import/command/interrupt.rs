//! Ctrl-C.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use entity::{product_variants, products};
use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use tests::{Engine, TestDatabase};

use super::super::export;
use super::{counts, import};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_leaves_whole_products_and_says_how_far_it_came(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("products.csv");
    let rows: Vec<_> = (0..20_000)
        .flat_map(|n| {
            [
                format!("p-{n},P,Size,S,P{n}-S,1.00,active"),
                format!("p-{n},,,M,P{n}-M,2.00,"),
            ]
        })
        .collect();
    std::fs::write(
        &file,
        export(&rows.iter().map(String::as_str).collect::<Vec<_>>()),
    )
    .unwrap();
    let db = database.connection();
    let mut running = import(&database, &file)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while products::Entity::find().count(db).await.unwrap() < 20 {
        assert!(Instant::now() < deadline, "the import does not begin");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let sent = Command::new("sh")
        .args(["-c", &format!("kill -INT {}", running.id())])
        .status()
        .unwrap();
    assert!(sent.success());
    let status = running.wait().unwrap();
    let (mut output, mut errors) = (String::new(), String::new());
    running
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut output)
        .unwrap();
    running
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut errors)
        .unwrap();
    assert_eq!(status.code(), Some(130), "{errors}");

    let stored = products::Entity::find().count(db).await.unwrap();
    assert!(stored < 20_000);
    assert_eq!(
        product_variants::Entity::find().count(db).await.unwrap(),
        2 * stored
    );
    assert_eq!(counts(&output, "products ")[0], stored);
    assert!(
        errors.contains(&format!("interrupted after line {}", 2 * stored + 1)),
        "{errors}"
    );
}
