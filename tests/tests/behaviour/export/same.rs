//! The same rows are the same files, whichever engine they come from.

use std::collections::BTreeMap;
use std::path::Path;

use service::export::Format;
use tests::{Engine, TestDatabase};

use super::all;
use crate::seed::{fill, small};

/// What each file says, without what upkeep and SQLite's counter of orders note for themselves.
async fn files(engine: Engine, directory: &Path) -> Option<BTreeMap<String, Vec<String>>> {
    let database = TestDatabase::migrated(engine).await?;
    fill(database.connection(), small(80)).await;
    let directory = directory.join(engine.backend().as_str());
    let mut files = BTreeMap::new();
    for format in [Format::Csv, Format::Jsonl] {
        for done in all(database.connection(), &directory, format).await {
            let text = std::fs::read_to_string(done.file.unwrap()).unwrap();
            let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
            let header = u64::from(format == Format::Csv);
            assert_eq!(lines.len() as u64, done.rows + header, "{}", done.source);
            lines.retain(|line| !line.contains("maintenance.") && !line.contains("orders.last_number"));
            if done.source.name() == "email_subscribers" {
                // The order of addresses is that of the database's collation.
                lines.sort_unstable();
            }
            files.insert(format!("{}.{format}", done.source), lines);
        }
    }
    assert_eq!(files.len(), 64);
    Some(files)
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_write_the_same_files() {
    let directory = tempfile::tempdir().unwrap();
    let sqlite = files(Engine::Sqlite, directory.path()).await.unwrap();
    if let Some(postgres) = files(Engine::Postgres, directory.path()).await {
        for (file, lines) in sqlite {
            assert_eq!(postgres[&file], lines, "{file}");
        }
    }
}
