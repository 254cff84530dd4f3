//! One picture of a database, the same for both engines.
//!
//! [`read`] asks the live catalogue and answers with what the schema *means*: PostgreSQL's `numeric(12,2)` and SQLite's
//! `real(12, 2)` are both [`Type::Decimal`], a CHECK that lists literals is a [`ClosedSet`], a month partition is part of
//! its table. Two databases of the same schema give equal [`Catalogue`]s, whichever engine they run on; that equality is
//! what lets the entities be generated from either one.
//!
//! sea-schema's discovery was the starting point and is not used: it lists every partition as a table and asks three
//! statements for each, sees neither views nor, on SQLite, the names of foreign keys and CHECKs, reads SQLite's `integer`
//! and `bigint` as one type, and takes the quotes off defaults. The queries here are four per engine, whatever the number
//! of tables.

mod closed_sets;
mod defaults;
mod lexer;
mod postgres;
mod sqlite;
mod sqlite_views;
mod types;

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr};

pub use defaults::DefaultKind;
pub use types::Type;

/// The table of the migrator itself, which is no part of the schema.
const TRACKING_TABLE: &str = "seaql_migrations";

/// Tables and views of a database, each sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// The tables, a partitioned one once and its partitions not at all.
    pub tables: Vec<Table>,
    /// The views, materialized or plain.
    pub views: Vec<View>,
}

/// A table and everything declared on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in the order of their declaration.
    pub columns: Vec<Column>,
    /// The columns of its primary key, in the order of the key.
    pub primary_key: Vec<String>,
    /// Its foreign keys, sorted by name.
    pub foreign_keys: Vec<ForeignKey>,
    /// Its CHECKs that list the values of one column, sorted by column.
    pub closed_sets: Vec<ClosedSet>,
    /// The names of all its CHECKs, sorted.
    pub checks: Vec<String>,
    /// Its indexes except the primary key's, sorted by name.
    pub indexes: Vec<Index>,
}

/// A column of a table or a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub ty: Type,
    /// Whether NULL is accepted.
    pub nullable: bool,
    /// What the database fills in when an INSERT leaves it out.
    pub default: Option<DefaultKind>,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// Its name, `fk_<table>_<column>`.
    pub name: String,
    /// The referencing columns.
    pub columns: Vec<String>,
    /// The referenced table.
    pub parent: String,
    /// The referenced columns.
    pub parent_columns: Vec<String>,
    /// What happens to the row when the referenced one goes.
    pub on_delete: Action,
}

/// The ON DELETE action of a foreign key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Refuse at the end of the statement.
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Delete the row too.
    Cascade,
    /// Keep the row and forget the reference.
    SetNull,
    /// Keep the row and let it refer to the column's default.
    SetDefault,
}

/// A CHECK `column IN (…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedSet {
    /// The column.
    pub column: String,
    /// The values, in the order of the CHECK.
    pub values: Vec<String>,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Its columns, `<name>` or `<name> desc`; `(expression)` for what is no column.
    pub columns: Vec<String>,
    /// Whether it refuses a second row with the same values.
    pub unique: bool,
    /// Whether a WHERE clause leaves rows out.
    pub partial: bool,
}

/// A view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: String,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
}

impl Table {
    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The column that alone identifies a row, if there is one.
    #[must_use]
    pub fn single_key(&self) -> Option<&Column> {
        match self.primary_key.as_slice() {
            [name] => self.column(name),
            _ => None,
        }
    }

    /// The values a column may have, if a CHECK lists them.
    #[must_use]
    pub fn closed_set(&self, column: &str) -> Option<&ClosedSet> {
        self.closed_sets.iter().find(|set| set.column == column)
    }

    /// The column sets that no two rows share: total unique indexes, without the primary key.
    pub fn unique_keys(&self) -> impl Iterator<Item = &[String]> {
        self.indexes
            .iter()
            .filter(|index| index.unique && !index.partial)
            .map(|index| index.columns.as_slice())
    }
}

impl Table {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            columns: Vec::new(),
            primary_key: Vec::new(),
            foreign_keys: Vec::new(),
            closed_sets: Vec::new(),
            checks: Vec::new(),
            indexes: Vec::new(),
        }
    }
}

impl View {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            columns: Vec::new(),
        }
    }
}

impl Catalogue {
    /// Puts everything into an order that no engine, collation or history decides.
    fn sorted(tables: impl Iterator<Item = Table>, views: impl Iterator<Item = View>) -> Self {
        let mut tables: Vec<_> = tables.collect();
        for table in &mut tables {
            table.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
            table.closed_sets.sort_by(|a, b| a.column.cmp(&b.column));
            table.checks.sort();
            table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        }
        Self {
            tables,
            views: views.collect(),
        }
    }

    /// The table of that name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

/// Why a catalogue could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The database refused a query.
    #[error("the catalogue could not be read")]
    Database(#[from] DbErr),
    /// An engine that the schema does not support.
    #[error("the schema runs on PostgreSQL and SQLite, not on {0:?}")]
    Engine(DatabaseBackend),
    /// A column of a type that the model of both engines does not have.
    #[error("{relation}.{column} is of type {declared:?}, which has no counterpart on the other engine")]
    UnknownType {
        /// The table or view.
        relation: String,
        /// The column.
        column: String,
        /// The type as the engine spells it.
        declared: String,
    },
}

/// Reads the tables and views of the connection's current schema, in four statements.
///
/// The migrator's own table is left out, and so are partitions, SQLite's internal tables and what belongs to an extension.
///
/// # Errors
///
/// [`CatalogueError::UnknownType`] names a column whose type exists on one engine only; the rest is the database's refusal.
pub async fn read<C: ConnectionTrait>(db: &C) -> Result<Catalogue, CatalogueError> {
    match db.get_database_backend() {
        DatabaseBackend::Postgres => postgres::read(db).await,
        DatabaseBackend::Sqlite => sqlite::read(db).await,
        other => Err(CatalogueError::Engine(other)),
    }
}
