//! Rust text for a catalogue.

mod columns;
mod module;
mod relations;
mod table;
mod view;

use std::collections::BTreeMap;

use super::EntitiesError;
use super::names::{enum_type, id_type};
use super::relations::relations;
use crate::catalogue::{Catalogue, Table, Type};

/// What the head of every generated file says. It also tells a stale one from a hand-written one.
pub(super) const HEADER: &str =
    "Generated from the schema by `cargo run -p migration -- entities`; do not edit.";

/// Renders a file for every table and view, and `mod.rs`. The text is not formatted yet.
///
/// # Errors
///
/// What [`relations`] refuses, and a type that two tables would both define.
pub(super) fn render(catalogue: &Catalogue) -> Result<BTreeMap<String, String>, EntitiesError> {
    let relations = relations(catalogue)?;
    let mut files = BTreeMap::new();
    for table in &catalogue.tables {
        let text = table::render(catalogue, table, &relations[table.name.as_str()])?;
        files.insert(format!("{}.rs", table.name), text);
    }
    for view in &catalogue.views {
        files.insert(format!("{}.rs", view.name), view::render(catalogue, view)?);
    }
    files.insert("mod.rs".to_owned(), module::render(catalogue)?);
    Ok(files)
}

/// The typed id of a table, if a single UUID identifies its rows.
fn own_id(table: &Table) -> Option<String> {
    let key = table.single_key()?;
    let borrowed = table
        .foreign_keys
        .iter()
        .any(|foreign| foreign.columns == [key.name.as_str()]);
    (key.ty == Type::Uuid && !borrowed).then(|| id_type(&table.name))
}

/// The types that a table's file defines beside its entity: its id and its enums.
fn own_types(table: &Table) -> impl Iterator<Item = (String, String)> {
    let id = own_id(table).map(|id| (id, format!("{}.{}", table.name, table.primary_key.join(", "))));
    let enums = table.closed_sets.iter().map(|set| {
        (
            enum_type(&table.name, &set.column),
            format!("{}.{}", table.name, set.column),
        )
    });
    id.into_iter().chain(enums)
}
