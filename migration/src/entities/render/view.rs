//! The file of a view.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::slice;

use super::HEADER;
use super::columns::{crate_import, model, view_field};
use crate::catalogue::{Catalogue, View};
use crate::entities::EntitiesError;
use crate::entities::names::{pascal, singular};
use crate::entities::relations::view_base;

/// Renders the file. A view has no declared key: its first column is its key, and must never be NULL.
///
/// # Errors
///
/// A view whose first column may be NULL.
pub(super) fn render(catalogue: &Catalogue, view: &View) -> Result<String, EntitiesError> {
    let key = view.columns.first().filter(|column| !column.nullable);
    let key = key.ok_or_else(|| EntitiesError::NoKey {
        relation: view.name.clone(),
    })?;
    let columns: Vec<_> = view
        .columns
        .iter()
        .map(|column| (column, view_field(catalogue, view, column)))
        .collect();
    let mut text = format!(
        "//! Rows of the view `{}`, which are read and never written.\n//!\n//! {HEADER}\n\n",
        view.name
    );
    text += "use sea_orm::entity::prelude::*;\nuse serde::{Deserialize, Serialize};\n\n";
    text += &crate_import(&columns);
    text.push('\n');
    text += &model(&view.name, &columns, slice::from_ref(&key.name), &BTreeSet::new());
    let base = view_base(catalogue, view).map(|table| (table.name.as_str(), table.primary_key[0].as_str()));
    text += &relation_enum(base, &key.name);
    let _ = writeln!(text, "crate::read_only!(ActiveModel, \"{}\");", view.name);
    Ok(text)
}

fn relation_enum(base: Option<(&str, &str)>, column: &str) -> String {
    let mut text = "/// What the rows are about.\n\
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]\npub enum Relation {\n"
        .to_owned();
    let Some((table, key)) = base else {
        return text + "}\n\n";
    };
    let variant = pascal(&singular(table));
    let _ = write!(
        text,
        "/// The row of `{table}` that the view sums up.\n\
         #[sea_orm(belongs_to = \"super::{table}::Entity\", from = \"Column::{from}\", to = \"super::{table}::Column::{to}\", skip_fk)]\n\
         {variant},\n}}\n\n\
         impl Related<super::{table}::Entity> for Entity {{\nfn to() -> RelationDef {{\nRelation::{variant}.def()\n}}\n}}\n\n",
        from = pascal(column),
        to = pascal(key),
    );
    text
}
