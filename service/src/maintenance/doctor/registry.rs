//! Every check there is, as data.

use sea_orm::DbBackend;

use super::examination::Severity;
use super::groups::GROUPS;
use super::schema::Kind;

/// The engines on which something can go wrong that a check looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engines {
    /// PostgreSQL and SQLite.
    Both,
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
}

impl Engines {
    /// Whether the check is made there.
    #[must_use]
    pub fn contains(self, engine: DbBackend) -> bool {
        match self {
            Self::Both => true,
            Self::Postgres => engine == DbBackend::Postgres,
            Self::Sqlite => engine == DbBackend::Sqlite,
        }
    }
}

/// Something that holds in a healthy database.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// `group.what`.
    pub name: &'static str,
    /// What holds, in one sentence.
    pub holds: &'static str,
    /// Where it is made.
    pub engines: Engines,
    /// How bad it is when it does not hold.
    pub severity: Severity,
    pub(super) probe: Probe,
}

impl Check {
    /// The part of the name before the dot.
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(group, _)| group)
    }
}

/// How a check finds out.
#[derive(Clone, Copy, Debug)]
pub(super) enum Probe {
    /// By comparing the live schema's objects of this kind with those of the migrations.
    Schema(Kind),
    /// By a query for the rows that are not as they should be.
    Rows(Rows),
}

/// A query for faults.
///
/// It selects first the row's `id` (a uuid) or `name` (a text), then `expected` and `found` as texts, and what its [`Mend`] wants.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows {
    pub(super) postgres: &'static str,
    pub(super) sqlite: &'static str,
    pub(super) over: Over,
    pub(super) asked: Asked,
    pub(super) unit: Unit,
    pub(super) mend: Mend,
}

/// How often the query's text is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// As it is.
    Once,
    /// Once for each foreign key, all of them in one statement.
    Keys,
    /// Once for each table that has amounts, all of them in one statement.
    Amounts,
}

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// The snapshot in which everything is looked at.
    Snapshot,
    /// A session as the operations have it, because it is the session's settings that are looked at.
    Session,
}

/// What `expected` and `found` are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// They are shown as they are.
    Plain,
    /// Whole cents, shown as amounts.
    Cents,
}

/// What mends the rows of a finding.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mend {
    /// A command of this project.
    Command(&'static str),
    /// One statement for all rows, in which `{faults}` is the check's own query.
    Sql(&'static str),
    /// Likewise for the rows whose column `certain` is 1; what somebody has to decide of the others.
    SqlWhereCertain {
        sql: &'static str,
        otherwise: &'static str,
    },
    /// The column `repair` of each row, in which an empty line parts statements that are sent one by one.
    EachRow,
    /// An operation of this library.
    Operation(&'static str),
    /// What somebody has to decide.
    Decision(&'static str),
}

impl Check {
    const fn of(name: &'static str, holds: &'static str, probe: Probe) -> Self {
        Self {
            name,
            holds,
            engines: Engines::Both,
            severity: Severity::Error,
            probe,
        }
    }

    pub(super) const fn schema(name: &'static str, holds: &'static str, kind: Kind) -> Self {
        Self::of(name, holds, Probe::Schema(kind))
    }

    /// A check by a query that both engines understand.
    pub(super) const fn rows(name: &'static str, holds: &'static str, sql: &'static str, mend: Mend) -> Self {
        Self::each(name, holds, [sql, sql], mend)
    }

    /// A check by a query that PostgreSQL and SQLite spell differently.
    pub(super) const fn each(
        name: &'static str,
        holds: &'static str,
        [postgres, sqlite]: [&'static str; 2],
        mend: Mend,
    ) -> Self {
        let rows = Rows {
            postgres,
            sqlite,
            over: Over::Once,
            asked: Asked::Snapshot,
            unit: Unit::Plain,
            mend,
        };
        Self::of(name, holds, Probe::Rows(rows))
    }

    pub(super) const fn only_on(self, engines: Engines) -> Self {
        Self { engines, ..self }
    }

    pub(super) const fn warns(self) -> Self {
        Self {
            severity: Severity::Warning,
            ..self
        }
    }

    pub(super) const fn in_cents(self) -> Self {
        let probe = match self.probe {
            Probe::Rows(rows) => Probe::Rows(Rows {
                unit: Unit::Cents,
                ..rows
            }),
            probe @ Probe::Schema(_) => probe,
        };
        Self { probe, ..self }
    }

    pub(super) const fn for_each(self, over: Over) -> Self {
        let probe = match self.probe {
            Probe::Rows(rows) => Probe::Rows(Rows { over, ..rows }),
            probe @ Probe::Schema(_) => probe,
        };
        Self { probe, ..self }
    }

    pub(super) const fn of_the_session(self) -> Self {
        let probe = match self.probe {
            Probe::Rows(rows) => Probe::Rows(Rows {
                asked: Asked::Session,
                ..rows
            }),
            probe @ Probe::Schema(_) => probe,
        };
        Self { probe, ..self }
    }
}

/// All checks, in the order in which they are made: the schema first, since the others stand on it.
pub fn checks() -> impl Iterator<Item = &'static Check> {
    GROUPS.iter().copied().flatten()
}
