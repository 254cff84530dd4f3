//! What is vacuumed.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::maintenance::Table;

/// A table with all its partitions, one partition, or a SQLite file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    table: Option<Table>,
    /// Only ever a name that the catalogue gave.
    partition: Option<String>,
}

impl Target {
    /// The SQLite file: its VACUUM knows no tables.
    pub(super) const FILE: Self = Self {
        table: None,
        partition: None,
    };

    pub(super) fn partition(table: Table, name: String) -> Self {
        Self {
            table: Some(table),
            partition: Some(name),
        }
    }

    /// The table that it is, or is part of.
    #[must_use]
    pub fn table(&self) -> Option<Table> {
        self.table
    }

    pub(super) fn is_partition(&self) -> bool {
        self.partition.is_some()
    }

    /// The partition, or the table with all of them; `None` for a file.
    pub(super) fn relation(&self) -> Option<&str> {
        self.partition.as_deref().or(self.table.map(Table::name))
    }

    /// As it stands in a statement; `None` for a file.
    pub(super) fn quoted(&self) -> Option<String> {
        let name = self.relation()?;
        Some(format!("\"{}\"", name.replace('"', "\"\"")))
    }
}

impl From<Table> for Target {
    fn from(table: Table) -> Self {
        Self {
            table: Some(table),
            partition: None,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.partition, self.table) {
            (Some(name), _) => f.write_str(name),
            (None, Some(table)) => f.write_str(table.name()),
            (None, None) => f.write_str("the file"),
        }
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
