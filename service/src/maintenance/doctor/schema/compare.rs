//! What differs between two schemas.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use super::normal::normal;
use super::object::{Kind, Objects};
use super::partition;
use super::repair::repair;
use super::{read, snapshot};
use crate::maintenance::doctor::examination::{Fault, Finding, Severity};
use crate::maintenance::doctor::registry::Check;

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

/// The live schema against that of the migrations.
pub(in super::super) struct Comparison {
    engine: DbBackend,
    differences: Vec<Difference>,
    /// Whether anything is known of the migrations that were applied.
    is_recorded: bool,
}

/// Reads the live schema and compares it. Two statements.
pub(in super::super) async fn compare<C: ConnectionTrait>(db: &C) -> Result<Comparison, DbErr> {
    let engine = db.get_database_backend();
    let (expected, live) = (snapshot::expected(engine), read::read(db).await?);
    let mut differences = objects(engine, &expected, &live);
    differences.extend(partitions(&expected, &live));
    let is_recorded = live.keys().any(|(kind, _)| *kind == Kind::Migration);
    Ok(Comparison {
        engine,
        differences,
        is_recorded,
    })
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
                _ => false,
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
        // SQLite keeps the text.
        _ => expected.split_whitespace().eq(found.split_whitespace()),
    }
}

/// A table that is missing is one fault, not one for each of its columns.
fn without_parts(differences: Vec<Difference>) -> Vec<Difference> {
    let wholes: BTreeSet<String> = differences
        .iter()
        .filter(|difference| matches!(difference.kind, Kind::Table | Kind::View))
        .filter(|difference| difference.expected.is_none() || difference.found.is_none())
        .map(|difference| difference.name.clone())
        .collect();
    let is_part = |difference: &Difference| {
        difference
            .name
            .split_once('.')
            .is_some_and(|(whole, _)| wholes.contains(whole))
    };
    differences
        .into_iter()
        .filter(|difference| !is_part(difference))
        .collect()
}

fn partitions(expected: &Objects, live: &Objects) -> Vec<Difference> {
    let forms = expected.iter().filter(|((kind, _), _)| *kind == Kind::Partition);
    let mut absent: BTreeSet<&str> = forms.map(|((_, name), _)| name.as_str()).collect();
    let mut differences = Vec::new();
    for ((kind, name), definition) in live {
        if *kind != Kind::Partition {
            continue;
        }
        let form = partition::form(name, definition);
        absent.remove(form.name.as_str());
        let wanted = expected.get(&(Kind::Partition, form.name));
        let same = |wanted: &String| normal(*kind, wanted) == normal(*kind, &form.definition);
        if !wanted.is_some_and(same) {
            differences.push(Difference {
                kind: *kind,
                name: name.clone(),
                expected: wanted.cloned(),
                found: Some(form.definition),
            });
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

impl Comparison {
    /// What a check finds of one kind.
    pub(in super::super) fn finding(&self, check: &Check, kind: Kind, limit: usize) -> Option<Finding> {
        let differing = || {
            self.differences
                .iter()
                .filter(|difference| difference.kind == kind)
        };
        let total = differing().count();
        if total == 0 {
            return None;
        }
        // What only is there besides breaks nothing.
        let broken = differing().any(|difference| difference.expected.is_some());
        let listed = || differing().take(limit.max(1));
        let pending = self.is_pending();
        let mut repairs: Vec<_> = listed()
            .map(|difference| repair(self.engine, difference, pending))
            .collect();
        repairs.dedup();
        Some(Finding {
            check: check.name,
            severity: if broken {
                Severity::Error
            } else {
                Severity::Warning
            },
            holds: check.holds,
            total: total as u64,
            faults: listed().map(fault).collect(),
            repairs,
        })
    }

    /// Whether migrations are still to be applied, which explains every other difference.
    fn is_pending(&self) -> bool {
        self.differences
            .iter()
            .any(|difference| difference.kind == Kind::Migration && difference.found.is_none())
    }

    /// What queries read and is not there: the words that a query would have, and how it is called.
    pub(in super::super) fn missing_relations(&self) -> impl Iterator<Item = (Vec<String>, &str)> {
        const RECORD: &str = "seaql_migrations";
        let record = (!self.is_recorded).then(|| (vec![RECORD.to_owned()], RECORD));
        self.differences
            .iter()
            .filter(|difference| difference.found.is_none())
            .filter_map(|difference| words(difference).map(|words| (words, difference.name.as_str())))
            .chain(record)
    }
}

/// The words of a query that reads it; `None` for what no query names.
fn words(missing: &Difference) -> Option<Vec<String>> {
    let name = missing.name.as_str();
    match missing.kind {
        Kind::Table | Kind::View | Kind::Column => Some(name.split('.').map(str::to_owned).collect()),
        Kind::Sequence => Some(vec![name.to_owned()]),
        Kind::Function => name.split('(').next().map(|name| vec![name.to_owned()]),
        // `transactions.default` is the table transactions_default.
        Kind::Partition => Some(vec![name.replace('.', "_")]),
        _ => None,
    }
}

fn fault(difference: &Difference) -> Fault {
    let shown = |definition: &Option<String>| match definition.as_deref() {
        None => "nothing".to_owned(),
        Some("") => "there".to_owned(),
        Some(text) => text.to_owned(),
    };
    Fault {
        row: difference.name.clone(),
        expected: shown(&difference.expected),
        found: shown(&difference.found),
    }
}
