//! What differs between two schemas.

use std::collections::BTreeSet;

use sea_orm::DbBackend;

use super::name::{owned, parts};
use super::normal::{normal, unquoted};
use super::object::{Kind, Objects};
use super::partition;
use super::parts::{Parts, without_settings};

/// An object that is not as the migrations build it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// `None` for what no migration builds.
    pub(super) expected: Option<String>,
    /// `None` for what is not there.
    pub(super) found: Option<String>,
}

/// Everything that differs, by kind and name.
pub(super) fn differences(engine: DbBackend, expected: &Objects, live: &Objects) -> Vec<Difference> {
    let mut differences = objects(engine, expected, live);
    differences.extend(partitions(expected, live));
    differences
}

fn objects(engine: DbBackend, expected: &Objects, live: &Objects) -> Vec<Difference> {
    let keys: BTreeSet<_> = expected.keys().chain(live.keys()).collect();
    let differing: Vec<_> = keys
        .into_iter()
        .filter(|(kind, _)| *kind != Kind::Partition)
        .filter_map(|key| {
            let (expected, found) = (expected.get(key), live.get(key));
            let same = match (expected, found) {
                (Some(expected), Some(found)) => is_same(engine, key.0, expected, found),
                // Whoever runs the database may tune it and write comments.
                (None, _) => matches!(key.0, Kind::Setting | Kind::Comment),
                (Some(_), None) => false,
            };
            (!same).then(|| Difference {
                kind: key.0,
                name: key.1.clone(),
                expected: expected.cloned(),
                found: found.cloned(),
            })
        })
        .collect();
    without_parts(differing)
}

fn is_same(engine: DbBackend, kind: Kind, expected: &str, found: &str) -> bool {
    match engine {
        DbBackend::Postgres => normal(kind, expected) == normal(kind, found),
        // SQLite keeps the text, and writes the names anew when a table is renamed.
        _ => unquoted(expected) == unquoted(found),
    }
}

/// A table that is missing is one fault, not one for each of its columns, and so is a view that is not the one of the migrations:
/// what repairs the whole brings its parts.
fn without_parts(differences: Vec<Difference>) -> Vec<Difference> {
    let wholes: BTreeSet<String> = differences
        .iter()
        .filter(|difference| {
            let is_one_sided = difference.expected.is_none() || difference.found.is_none();
            difference.kind == Kind::View || difference.kind == Kind::Table && is_one_sided
        })
        .map(|difference| difference.name.clone())
        .collect();
    let is_part = |difference: &Difference| match difference.kind {
        Kind::Function => false,
        // A sequence that goes with the table that owns it.
        Kind::Sequence => difference
            .found
            .as_deref()
            .filter(|_| difference.expected.is_none())
            .and_then(|found| found.split_once(" owned by "))
            .is_some_and(|(_, owner)| wholes.contains(parts(owner).0)),
        _ => owned(&difference.name).is_some_and(|(whole, _)| wholes.contains(whole)),
    };
    differences
        .into_iter()
        .filter(|difference| !is_part(difference))
        .collect()
}

fn partitions(expected: &Objects, live: &Objects) -> Vec<Difference> {
    let forms = expected.keys().filter(|(kind, _)| *kind == Kind::Partition);
    let mut absent: BTreeSet<&str> = forms.map(|(_, name)| name.as_str()).collect();
    let mut differences = Vec::new();
    for ((kind, name), definition) in live {
        if *kind == Kind::Partition {
            absent.remove(partition::form(name, definition).name.as_str());
            differences.extend(partition_as_wanted(expected, name, definition));
        }
    }
    differences.extend(absent.into_iter().map(|name| Difference {
        kind: Kind::Partition,
        name: name.to_owned(),
        expected: expected.get(&(Kind::Partition, name.to_owned())).cloned(),
        found: None,
    }));
    differences
}

/// What differs in one partition: its settings by themselves, and all the rest.
fn partition_as_wanted(expected: &Objects, name: &str, found: &str) -> Vec<Difference> {
    let wanted = partition::wanted(expected, name);
    let mut differences = wanted
        .as_deref()
        .map_or_else(Vec::new, |wanted| settings(parts(name).1, wanted, found));
    let (wanted, found) = (wanted.as_deref().map(without_settings), without_settings(found));
    let same = |wanted: &String| normal(Kind::Partition, wanted) == normal(Kind::Partition, &found);
    if !wanted.as_ref().is_some_and(same) {
        differences.push(Difference {
            kind: Kind::Partition,
            name: name.to_owned(),
            expected: wanted,
            found: Some(found),
        });
    }
    differences
}

fn settings(partition: &str, wanted: &str, found: &str) -> Vec<Difference> {
    let found = Parts::of(found).settings;
    let of = |name: &str| found.iter().find(|(found, _)| *found == name);
    let wanted = Parts::of(wanted).settings.into_iter();
    wanted
        .filter(|(name, value)| of(name).is_none_or(|(_, found)| found != value))
        .map(|(name, value)| Difference {
            kind: Kind::Setting,
            name: format!("{partition}.{name}"),
            expected: Some(value.to_owned()),
            found: of(name).map(|(_, found)| (*found).to_owned()),
        })
        .collect()
}
