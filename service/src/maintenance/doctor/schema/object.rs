//! What a schema is made of.

use std::collections::BTreeMap;

/// The kinds of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in super::super) enum Kind {
    Migration,
    Table,
    Setting,
    Column,
    Constraint,
    Index,
    Trigger,
    Rule,
    Function,
    View,
    Comment,
    Sequence,
    Type,
    Partition,
}

const NAMES: [(Kind, &str); 14] = [
    (Kind::Migration, "migration"),
    (Kind::Table, "table"),
    (Kind::Setting, "setting"),
    (Kind::Column, "column"),
    (Kind::Constraint, "constraint"),
    (Kind::Index, "index"),
    (Kind::Trigger, "trigger"),
    (Kind::Rule, "rule"),
    (Kind::Function, "function"),
    (Kind::View, "view"),
    (Kind::Comment, "comment"),
    (Kind::Sequence, "sequence"),
    (Kind::Type, "type"),
    (Kind::Partition, "partition"),
];

impl Kind {
    pub(super) fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("object", |(_, name)| name)
    }

    pub(super) fn of(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(kind, _)| *kind)
    }
}

/// Definitions by kind and [name](super::name). What belongs to a table is named `table.object`.
pub(super) type Objects = BTreeMap<(Kind, String), String>;
