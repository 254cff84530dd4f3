//! The names of operations on what they send.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rstest::rstest;
use rust_decimal::Decimal;
use sea_orm::DatabaseConnection;
use service::inventory::{self, Release, Reserve, StockError, StockLine};
use service::operation::name_of;
use service::orders::{self, OrderKey, OrderLine, PayOrder, PlaceOrder};
use service::{retry, transaction};
use tests::{Engine, TestDatabase};

use crate::shop::{level, stocked};

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The operations that the map in the README of `service` lists, as paths with dots. Upkeep is none: a person or a timer runs it.
fn mapped() -> BTreeSet<String> {
    let readme = std::fs::read_to_string(project().join("service/README.md")).unwrap();
    let (_, map) = readme.split_once("# Map of the operations").unwrap();
    let (map, _) = map.split_once("## On all of them").unwrap();
    map.lines()
        .filter(|line| line.starts_with("| [`"))
        .flat_map(|line| line.split('|').nth(1).unwrap().split("[`").skip(1))
        .map(|link| link.split(['`', '(']).next().unwrap().replace("::", "."))
        .filter(|action| !action.starts_with("maintenance."))
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(project()).unwrap().to_str().unwrap().to_owned();
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The public functions of the map's domains that get a connection: where they are, what they are called, and how their body
/// begins.
fn entries(mapped: &BTreeSet<String>) -> Vec<(String, String, String)> {
    let domains: BTreeSet<_> = mapped
        .iter()
        .map(|action| action.split('.').next().unwrap())
        .collect();
    let mut files = Vec::new();
    for domain in domains {
        sources(&project().join("service/src").join(domain), &mut files);
    }
    let mut entries = Vec::new();
    for (file, text) in &files {
        for after in text.split("\npub async fn ").skip(1) {
            let (signature, body) = after.split_once("{\n").unwrap();
            if signature.contains("db: &") {
                let name = signature.split(['<', '(']).next().unwrap().to_owned();
                let body: Vec<_> = body
                    .lines()
                    .skip_while(|line| line.starts_with("    use "))
                    .take(4)
                    .collect();
                entries.push((file.clone(), name, body.join("\n")));
            }
        }
    }
    entries
}

/// After `let db = named(db, …)` there is no way to the caller's connection, so what is held here of the first line holds of all
/// statements that follow.
#[test]
fn every_operation_of_the_map_names_its_connection_before_all_else() {
    let mut mapped = mapped();
    assert!(mapped.len() > 180, "the map was not read");
    for (file, function, body) in entries(&mapped) {
        let action = body.split('"').nth(1).unwrap_or_default();
        assert!(
            mapped.remove(action) && action.ends_with(&format!(".{function}")),
            "{file}: {function} is not in the map, or does not begin with its name there:\n{body}"
        );
        let begins = [
            format!("    let db = &operation::named(db, \"{action}\");"),
            format!("    let db = operation::named(db, \"{action}\");"),
            // These need the pool itself, for a connection of its own.
            format!("    calculate_for(db, \"{action}\", "),
            format!("    const ACTION: &str = \"{action}\";"),
        ];
        assert!(
            begins.iter().any(|begin| body.starts_with(begin)),
            "{file}: {function}\n{body}"
        );
        assert!(
            action.bytes().all(|b| matches!(b, b'a'..=b'z' | b'_' | b'.')),
            "{action} needs encoding"
        );
    }
    assert!(mapped.is_empty(), "in the map and not in the library: {mapped:?}");
}

/// A connection that keeps the names of what it is sent; `None` for what has none.
fn named(database: &TestDatabase) -> (DatabaseConnection, Names) {
    let mut db = database.connection().clone();
    let names = Names::default();
    let log = names.clone();
    db.set_metric_callback(move |info| {
        let name = name_of(&info.statement.sql).map(str::to_owned);
        log.0.lock().unwrap().push(name);
    });
    (db, names)
}

#[derive(Clone, Default)]
struct Names(Arc<Mutex<Vec<Option<String>>>>);

impl Names {
    /// The names since the last call, each once for a row of the same.
    fn taken(&self) -> Vec<Option<String>> {
        let mut names: Vec<_> = self.0.lock().unwrap().drain(..).collect();
        names.dedup();
        names
    }
}

fn some(names: &[&str]) -> Vec<Option<String>> {
    names.iter().map(|name| Some((*name).to_owned())).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_an_operation_has_others_do_carries_its_own_name(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let variant = stocked(database.connection(), "NOIR", 9).await;
    let (db, names) = named(&database);
    let placed = orders::place(&db, PlaceOrder::new(vec![OrderLine::new(variant, 2)]))
        .await
        .unwrap();
    assert_eq!(names.taken(), some(&["orders.place"]));
    let order = placed.order.id;
    // Paying records a transaction, which is an operation as well.
    orders::pay(&db, PayOrder::new(order, placed.order.total_amount))
        .await
        .unwrap();
    assert_eq!(names.taken(), some(&["orders.pay"]));
    orders::get(&db, OrderKey::Id(order)).await.unwrap();
    assert_eq!(names.taken(), some(&["orders.get"]));
    assert_eq!(placed.order.total_amount, Decimal::from(198));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn operations_in_a_transaction_of_the_caller_keep_their_names_savepoints_and_refusals(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let variant = stocked(database.connection(), "NOIR", 3).await;
    let (db, names) = named(&database);
    let outcome: Result<(), StockError> = retry(Default::default(), tokio::time::sleep, || async {
        let together = transaction::begin(&db).await?;
        let work = async {
            let line = |quantity| vec![StockLine::new(variant, quantity)];
            inventory::reserve(&together, Reserve::new(line(2))).await?;
            let refused = inventory::reserve(&together, Reserve::new(line(2))).await;
            assert!(matches!(refused, Err(StockError::Short { .. })), "{refused:?}");
            inventory::release(&together, Release::new(line(1)))
                .await
                .map(|_| ())
        };
        let outcome = work.await;
        transaction::finish(together, outcome).await
    })
    .await;
    outcome.unwrap();
    // What was refused was undone to its savepoint, and the rest stands.
    assert_eq!(level(database.connection(), variant, "main").await, [2, 1, 0]);
    assert_eq!(names.taken(), some(&["inventory.reserve", "inventory.release"]));
}
