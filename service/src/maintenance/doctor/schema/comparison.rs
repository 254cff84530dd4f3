//! The live schema against that of the migrations, and what the checks find of it.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use super::compare::{Difference, differences};
use super::home::{self, Home};
use super::object::{Kind, Objects};
use super::repair::{Context, repair};
use super::{read, snapshot};
use crate::maintenance::doctor::examination::{Fault, Finding, Repair, Severity};
use crate::maintenance::doctor::registry::Check;

/// The live schema against that of the migrations.
pub(in super::super) struct Comparison {
    engine: DbBackend,
    home: Home,
    expected: Objects,
    live: Objects,
    differences: Vec<Difference>,
}

/// Reads the live schema and compares it: two statements, and on PostgreSQL one or two that find it.
pub(in super::super) async fn compare<C: ConnectionTrait>(db: &C) -> Result<Comparison, DbErr> {
    let engine = db.get_database_backend();
    let expected = snapshot::expected(engine);
    let home = match engine {
        DbBackend::Postgres => home::find(db, &expected).await?,
        _ => Home::Current,
    };
    let live = read::read(db).await?;
    Ok(Comparison {
        differences: differences(engine, &expected, &live),
        engine,
        home,
        expected,
        live,
    })
}

impl Comparison {
    /// What a check finds of one kind.
    pub(in super::super) fn finding(&self, check: &Check, kind: Kind, limit: usize) -> Option<Finding> {
        let context = self.context();
        let mut found = self.home.faults(kind);
        if self.home.is_readable() {
            let differing = self
                .differences
                .iter()
                .filter(|difference| difference.kind == kind);
            found.extend(differing.map(|difference| {
                let severity = severity(check, difference);
                (severity, fault(difference), repair(&context, difference))
            }));
        }
        let worst = found.iter().map(|(severity, ..)| *severity).max()?;
        let total = found.len() as u64;
        // All are repaired, also those that are not listed.
        let (mut faults, mut repairs): (Vec<_>, Vec<_>) = found
            .into_iter()
            .map(|(_, fault, repair)| (fault, repair))
            .unzip();
        faults.truncate(limit.max(1));
        repairs.dedup();
        Some(self.cautious(Finding {
            check: check.name,
            severity: worst,
            holds: check.holds,
            total,
            faults,
            repairs,
        }))
    }

    /// The finding without the repairs of a check of the schema that would undo what a later release did.
    pub(in super::super) fn cautious(&self, finding: Finding) -> Finding {
        match self.later_migration() {
            Some(migration) if finding.check.starts_with("schema.") => Finding {
                repairs: vec![Repair::Decision(format!(
                    "a later release has migrated this database ({migration}): use the doctor of that release"
                ))],
                ..finding
            },
            _ => finding,
        }
    }

    fn context(&self) -> Context<'_> {
        Context {
            engine: self.engine,
            home: &self.home,
            expected: &self.expected,
            live: &self.live,
            is_pending: self.is_pending(),
        }
    }

    fn migrations(&self) -> impl Iterator<Item = &Difference> {
        self.differences
            .iter()
            .filter(|difference| difference.kind == Kind::Migration)
    }

    /// Whether migrations are still to be applied, which explains every other difference.
    fn is_pending(&self) -> bool {
        self.migrations().any(|migration| migration.found.is_none())
    }

    /// A migration that this release does not know, which may explain every other difference as well.
    fn later_migration(&self) -> Option<&str> {
        self.migrations()
            .find(|migration| migration.expected.is_none())
            .map(|migration| migration.name.as_str())
    }

    /// What queries read and is not there: the words that a query would have, and how it is called.
    pub(in super::super) fn missing_relations(&self) -> impl Iterator<Item = (Vec<String>, &str)> {
        const RECORD: &str = "seaql_migrations";
        // Whether anything is known of the migrations that were applied.
        let is_recorded = self.live.keys().any(|(kind, _)| *kind == Kind::Migration);
        let record = (!is_recorded).then(|| (vec![RECORD.to_owned()], RECORD));
        self.differences
            .iter()
            .filter(|difference| difference.found.is_none())
            .filter_map(|difference| words(difference).map(|words| (words, difference.name.as_str())))
            .chain(record)
    }
}

/// What only is there besides breaks nothing, but for a rule: it changes what is written.
fn severity(check: &Check, difference: &Difference) -> Severity {
    if difference.expected.is_some() || difference.kind == Kind::Rule {
        check.severity
    } else {
        Severity::Warning
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
