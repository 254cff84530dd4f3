//! The tables of the schema, by name.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use thiserror::Error;

macro_rules! names {
    ($($table:ident)*) => {
        &[$(stringify!($table)),*]
    };
}

const NAMES: &[&str] = entity::for_each_table!(names);

/// A table of the schema: never a name from elsewhere, so that it may stand in a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Table(&'static str);

/// No table has this name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the schema has no table {name}")]
pub struct UnknownTable {
    /// What was asked for.
    pub name: String,
}

impl Table {
    /// Every one, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().copied().map(Self)
    }

    /// As the schema calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl FromStr for Table {
    type Err = UnknownTable;

    fn from_str(name: &str) -> Result<Self, UnknownTable> {
        Self::all()
            .find(|table| table.0 == name)
            .ok_or_else(|| UnknownTable {
                name: name.to_owned(),
            })
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}
