//! Every check is tested and told of.

use std::collections::BTreeSet;
use std::path::Path;

use service::maintenance::doctor::{Engines, Selection, checks};

use super::plants::PLANTS;

const README: &str = include_str!("../../../../service/README.md");

#[test]
fn every_check_has_a_fault_that_is_planted() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour/doctor");
    let mut planted: BTreeSet<String> = PLANTS.iter().map(|plant| plant.check.to_owned()).collect();
    for file in [
        "amounts.rs",
        "schema_faults.rs",
        "schema_decisions.rs",
        "schema_releases.rs",
        "storage_faults.rs",
        "faults.rs",
        "orphans.rs",
    ] {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        planted.extend(
            text.split('"')
                .filter(|part| part.contains('.'))
                .map(str::to_owned),
        );
    }
    // Faults that need a server of another version, or a day's wait.
    let cannot = ["server.version"];
    let missing: Vec<_> = checks()
        .map(|check| check.name)
        .filter(|name| !planted.contains(*name) && !cannot.contains(name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_readme_lists_the_checks() {
    let (_, section) = README.split_once("# What the doctor checks").unwrap();
    let (section, _) = section.split_once("\n# ").unwrap();
    let shown: Vec<_> = section.lines().filter(|line| line.starts_with("| `")).collect();
    let made: Vec<_> = checks()
        .map(|check| {
            let engines = match check.engines {
                Engines::Both => "both",
                Engines::Postgres => "PostgreSQL",
                Engines::Sqlite => "SQLite",
            };
            format!("| `{}` | {engines} | {} |", check.name, check.holds)
        })
        .collect();
    assert_eq!(shown, made);
}

#[test]
fn names_are_unique_and_select() {
    let names: BTreeSet<_> = checks().map(|check| check.name).collect();
    assert_eq!(names.len(), checks().count());
    let selection = Selection::only(["stock", "orders.totals"]).unwrap();
    let selected: Vec<_> = checks()
        .filter(|check| selection.includes(check))
        .map(|check| check.name)
        .collect();
    assert_eq!(
        selected,
        [
            "stock.reserved",
            "stock.unexplained",
            "stock.counts",
            "orders.totals"
        ]
    );
    let unknown = Selection::only(["stok"]).unwrap_err();
    assert_eq!(unknown.to_string(), "there is no check stok");
}
