//! `Relation`, `Related` and `Linked`.

use std::fmt::Write as _;

use crate::catalogue::{Catalogue, Table};
use crate::entities::names::pascal;
use crate::entities::relations::{Relations, action_name, action_sql};

/// The `Relation` enum: first the table's own keys, then those that refer to it.
pub(super) fn relation_enum(catalogue: &Catalogue, table: &Table, relations: &Relations<'_>) -> String {
    let mut text = format!(
        "/// Every foreign key of `{}` and every one that refers to it.\n\
         #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]\npub enum Relation {{\n",
        table.name
    );
    for parent in &relations.parents {
        let nullable = table.column(parent.column).is_some_and(|column| column.nullable);
        let _ = write!(
            text,
            "/// {one} row of `{parent}` that `{column}` refers to; ON DELETE {action}.\n\
             #[sea_orm(belongs_to = \"{entity}\", from = \"Column::{from}\", to = \"{module}Column::{to}\", \
             on_delete = \"{on_delete}\", fk_name = \"{key}\")]\n{variant},\n",
            one = if nullable { "At most one" } else { "The" },
            parent = parent.key.parent,
            column = parent.column,
            action = action_sql(parent.key.on_delete),
            entity = entity(table, &parent.key.parent),
            module = module(table, &parent.key.parent),
            from = pascal(parent.column),
            to = pascal(parent.parent_column),
            on_delete = action_name(parent.key.on_delete),
            key = parent.key.name,
            variant = parent.variant,
        );
    }
    for child in &relations.children {
        let nullable = catalogue
            .table(child.table)
            .and_then(|child_table| child_table.column(child.column));
        let _ = write!(
            text,
            "/// The rows of `{child}` whose `{column}` refers here{optional}.\n\
             #[sea_orm(has_many = \"{entity}\", via_rel = \"Relation::{inverse}\")]\n{variant},\n",
            child = child.table,
            column = child.column,
            optional = if nullable.is_some_and(|column| column.nullable) {
                "; it may be NULL"
            } else {
                ""
            },
            entity = entity(table, child.table),
            inverse = child.inverse,
            variant = child.variant,
        );
    }
    text + "}\n\n"
}

/// `Related` for every table that exactly one key connects.
pub(super) fn related(relations: &Relations<'_>) -> String {
    let parents = relations.parents.iter().filter(|parent| parent.unambiguous);
    let parents = parents.map(|parent| (parent.key.parent.as_str(), &parent.variant));
    let children = relations.children.iter().filter(|child| child.unambiguous);
    let children = children.map(|child| (child.table, &child.variant));
    parents.chain(children).fold(String::new(), |mut text, (table, variant)| {
        let _ = write!(
            text,
            "impl Related<super::{table}::Entity> for Entity {{\nfn to() -> RelationDef {{\nRelation::{variant}.def()\n}}\n}}\n\n"
        );
        text
    })
}

/// `Linked` for both ways through a junction.
pub(super) fn links(relations: &Relations<'_>) -> String {
    relations.links.iter().fold(String::new(), |mut text, link| {
        let _ = write!(
            text,
            "/// From a row of `{from}` to the rows of `{to}` that this table connects it with.\n\
             #[derive(Copy, Clone, Debug)]\npub struct {name};\n\n\
             impl Linked for {name} {{\ntype FromEntity = super::{from}::Entity;\ntype ToEntity = super::{to}::Entity;\n\n\
             fn link(&self) -> Vec<RelationDef> {{\nvec![Relation::{from_variant}.def().rev(), Relation::{to_variant}.def()]\n}}\n}}\n\n",
            name = link.name,
            from = link.from,
            to = link.to,
            from_variant = link.from_variant,
            to_variant = link.to_variant,
        );
        text
    })
}

fn entity(table: &Table, other: &str) -> String {
    format!("{}Entity", module(table, other))
}

fn module(table: &Table, other: &str) -> String {
    if table.name == other {
        String::new()
    } else {
        format!("super::{other}::")
    }
}
