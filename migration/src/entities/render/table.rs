//! The file of a table.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::columns::{crate_import, model, table_field};
use super::relations::{links, related, relation_enum};
use super::{HEADER, own_id};
use crate::catalogue::{Catalogue, ClosedSet, Column, DefaultKind, Table, Type};
use crate::entities::EntitiesError;
use crate::entities::names::{enum_type, pascal};
use crate::entities::relations::Relations;

/// Renders the file.
///
/// # Errors
///
/// A table without primary key, which SeaORM cannot map.
pub(super) fn render(
    catalogue: &Catalogue,
    table: &Table,
    relations: &Relations<'_>,
) -> Result<String, EntitiesError> {
    if table.primary_key.is_empty() {
        return Err(EntitiesError::NoKey {
            relation: table.name.clone(),
        });
    }
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| (column, table_field(catalogue, table, column)))
        .collect();
    let unique: BTreeSet<_> = table
        .unique_keys()
        .filter_map(|key| match key {
            [column] => Some(column.as_str()),
            _ => None,
        })
        .collect();
    let mut text = format!("//! Rows of `{}`.\n//!\n//! {HEADER}\n\n", table.name);
    text += "use sea_orm::entity::prelude::*;\nuse serde::{Deserialize, Serialize};\n\n";
    text += &crate_import(&columns);
    text.push('\n');
    if let Some(id) = own_id(table) {
        let _ = writeln!(
            text,
            "crate::typed_id! {{\n    /// Identifies a row of `{}`.\n    {id}\n}}\n",
            table.name
        );
    }
    for set in &table.closed_sets {
        text += &closed_set(table, set)?;
    }
    text += &model(&table.name, &columns, &table.primary_key, &unique);
    text += &relation_enum(catalogue, table, relations);
    text += &related(relations);
    text += &links(relations);
    text += &behaviour(table);
    Ok(text)
}

/// The enum of a closed set; its default is the column's.
fn closed_set(table: &Table, set: &ClosedSet) -> Result<String, EntitiesError> {
    let name = enum_type(&table.name, &set.column);
    let column = table.column(&set.column);
    let default = column.and_then(|column| match &column.default {
        Some(DefaultKind::Literal(value)) => Some(value).filter(|value| set.values.contains(value)),
        _ => None,
    });
    let db_type = match column.map(|column| column.ty) {
        Some(Type::Varchar(length)) => format!("String(StringLen::N({length}))"),
        _ => "Text".to_owned(),
    };
    // serde writes what the database holds; most values are snake case, which needs saying only once.
    let snake_case = set.values.iter().all(|value| is_snake_case(value));
    let mut text = format!(
        "/// What `{}.{}` may be.\n\
         #[derive(EnumIter, DeriveActiveEnum, Serialize, Deserialize)]\n\
         #[sea_orm(rs_type = \"String\", db_type = \"{db_type}\")]\n",
        table.name, set.column
    );
    if snake_case {
        text += "#[serde(rename_all = \"snake_case\")]\n";
    }
    let _ = writeln!(
        text,
        "#[derive(Clone, Copy, Debug{}, PartialEq, Eq, PartialOrd, Ord, Hash)]\npub enum {name} {{",
        if default.is_some() { ", Default" } else { "" }
    );
    for value in &set.values {
        let variant = pascal(value);
        if !is_identifier(&variant) {
            return Err(EntitiesError::UnnameableValue {
                column: format!("{}.{}", table.name, set.column),
                value: value.clone(),
            });
        }
        if default == Some(value) {
            text += "#[default]\n";
        }
        if !snake_case {
            let _ = writeln!(text, "#[serde(rename = \"{value}\")]");
        }
        let _ = writeln!(text, "#[sea_orm(string_value = \"{value}\")]\n{variant},");
    }
    let _ = writeln!(text, "}}\n\ncrate::closed_set!({name});\n");
    Ok(text)
}

fn is_snake_case(value: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
    value.split('_').all(word)
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// What happens before an insert: a row gets its id, and one that is kept by time an id of that time.
fn behaviour(table: &Table) -> String {
    let Some(id) = own_id(table) else {
        return "impl ActiveModelBehavior for ActiveModel {}\n".to_owned();
    };
    let key = &table.primary_key[0];
    match time_of_id(table) {
        Some(time) => format!("crate::time_keyed!(ActiveModel, {key}: {id}, {});\n", time.name),
        None => format!("crate::identified!(ActiveModel, {key}: {id});\n"),
    }
}

/// The column whose time the id carries, where the database's own default makes such ids: the date that is today by
/// default, else the timestamp that is now.
fn time_of_id(table: &Table) -> Option<&Column> {
    table
        .single_key()
        .filter(|key| key.default == Some(DefaultKind::UuidV7))?;
    let with = |kind: &DefaultKind| {
        table
            .columns
            .iter()
            .find(|column| column.default.as_ref() == Some(kind))
    };
    with(&DefaultKind::Today).or_else(|| with(&DefaultKind::Now))
}
