//! What can be exported: every table and every view, by name.

use std::fmt;
use std::str::FromStr;

use sea_orm::{ConnectionTrait, DbErr};
use serde::{Serialize, Serializer};
use thiserror::Error;

use super::column::{Column, columns};
use super::page::{self, Key, Rows};
use crate::error::DatabaseError;

/// A table or a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    name: &'static str,
    is_view: bool,
}

/// No table and no view has this name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no table or view {name:?}; there are {}", names())]
pub struct UnknownSource {
    /// What was asked for.
    pub name: String,
}

/// All names in a sentence.
fn names() -> String {
    let names: Vec<_> = Source::all().iter().map(|source| source.name).collect();
    names.join(", ")
}

macro_rules! names {
    ($($table:ident)*) => { [$(stringify!($table)),*].as_slice() };
}

impl Source {
    /// Every table by name, then every view by name.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let (tables, views) = (entity::for_each_table!(names), entity::for_each_view!(names));
        let source = |is_view| move |name: &&'static str| Self { name, is_view };
        tables
            .iter()
            .map(source(false))
            .chain(views.iter().map(source(true)))
            .collect()
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Whether it is one of the views.
    #[must_use]
    pub const fn is_view(self) -> bool {
        self.is_view
    }

    /// A name that is none of the entities'.
    fn unknown(self) -> DbErr {
        DbErr::Custom(format!("there is no entity {}", self.name))
    }

    pub(super) fn columns(self) -> Result<Vec<Column>, DbErr> {
        macro_rules! each {
            ($($table:ident)*) => {
                $(if self.name == stringify!($table) {
                    return columns::<entity::$table::Entity>();
                })*
            };
        }
        entity::for_each_table!(each);
        entity::for_each_view!(each);
        Err(self.unknown())
    }

    /// See [`page::page`].
    pub(super) async fn page<C: ConnectionTrait>(
        self,
        db: &C,
        after: Option<&Key>,
        limit: u64,
    ) -> Result<(Rows, Option<Key>), DatabaseError> {
        macro_rules! each {
            ($($table:ident)*) => {
                $(if self.name == stringify!($table) {
                    return Box::pin(page::page::<entity::$table::Entity, C>(db, after, limit)).await;
                })*
            };
        }
        entity::for_each_table!(each);
        entity::for_each_view!(each);
        Err(self.unknown().into())
    }

    /// See [`page::count`].
    pub(super) async fn count<C: ConnectionTrait>(self, db: &C) -> Result<u64, DatabaseError> {
        macro_rules! each {
            ($($table:ident)*) => {
                $(if self.name == stringify!($table) {
                    return Box::pin(page::count::<entity::$table::Entity, C>(db)).await;
                })*
            };
        }
        entity::for_each_table!(each);
        entity::for_each_view!(each);
        Err(self.unknown().into())
    }
}

impl FromStr for Source {
    type Err = UnknownSource;

    /// In any case.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::all()
            .into_iter()
            .find(|source| source.name.eq_ignore_ascii_case(name));
        found.ok_or_else(|| UnknownSource {
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_and_view_is_found_by_its_name() {
        let all = Source::all();
        assert_eq!(all.len(), 32);
        for source in all {
            assert_eq!(source.name().parse(), Ok(source));
            assert_eq!(source.name().to_uppercase().parse(), Ok(source));
            assert!(source.columns().is_ok());
        }
        assert!("seaql_migrations".parse::<Source>().is_err());
    }
}
