//! No operation is left out.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tests::{Engine, TestDatabase};

use super::Domain;

/// What goes batch by batch, each by the operation `measurements::record`, which has its case.
const OTHERWISE: [&str; 2] = [
    "service::analytics::measurements::stream::record_stream",
    "service::analytics::measurements::stream::record_all",
];

/// The whole operations that nest, by the path of their function: those that may begin a transaction on what they are given.
fn nesting() -> BTreeSet<String> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../service/src");
    let mut found = BTreeSet::new();
    for file in files(&sources) {
        let module = file.strip_prefix(&sources).unwrap().with_extension("");
        let parts = module.iter().map(|part| part.to_str().unwrap());
        let parts: Vec<_> = parts.filter(|part| *part != "mod").collect();
        // What runs for long commits as it goes.
        if matches!(
            parts[0],
            "cli" | "import" | "maintenance" | "seed" | "transaction"
        ) {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for signature in text.split("\npub async fn ").skip(1) {
            let signature = signature.split(" {\n").next().unwrap();
            if signature.contains("TransactionTrait") {
                let name = signature.split(['<', '(']).next().unwrap();
                found.insert(format!("service::{}::{name}", parts.join("::")));
            }
        }
    }
    found
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_that_nests_is_tried() {
    let mut tried = BTreeSet::from(OTHERWISE.map(str::to_owned));
    for domain in Domain::ALL {
        let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
            return;
        };
        let cases = domain.cases(database.connection()).await;
        tried.extend(cases.iter().map(|case| case.name.to_owned()));
    }
    assert_eq!(tried, nesting());
}

/// The map names an operation by the module that gives it out: `orders::pay` of `orders/pay.rs`.
#[test]
fn every_operation_that_nests_stands_in_the_map() {
    let map = include_str!("../../../../service/README.md");
    let absent: Vec<_> = nesting()
        .into_iter()
        .filter(|path| {
            let parts: Vec<_> = path.split("::").skip(1).collect();
            let (name, modules) = parts.split_last().unwrap();
            !(1..=modules.len()).any(|depth| {
                let public = format!("{}::{name}", modules[..depth].join("::"));
                [format!("[`{public}`]"), format!("[`{public}()`]")]
                    .iter()
                    .any(|link| map.contains(link))
            })
        })
        .collect();
    assert_eq!(absent, Vec::<String>::new());
}
