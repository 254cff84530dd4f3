//! The entity-relationship diagram of a live database, as Mermaid text.

mod labels;

use std::fmt::Write as _;

use sea_orm::ConnectionTrait;

use crate::catalogue::{self, Catalogue, CatalogueError, Column, Table, Type};

/// How much of a table the diagram shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Each table with its columns: type, name, key, whether it may be NULL.
    #[default]
    Columns,
    /// Names and relationships alone.
    Relationships,
}

/// Reads the database and draws its tables and foreign keys as a Mermaid `erDiagram`.
///
/// # Errors
///
/// The catalogue cannot be read.
pub async fn diagram<C: ConnectionTrait>(db: &C, detail: Detail) -> Result<String, CatalogueError> {
    Ok(draw(&catalogue::read(db).await?, detail))
}

/// Draws a catalogue that was read before.
///
/// A line goes from the parent to the child: `||--o{` where each child has a parent, `|o--o{` where the key may be NULL. A
/// key without a label of its own says the name of its column.
#[must_use]
pub fn draw(catalogue: &Catalogue, detail: Detail) -> String {
    let mut text = "erDiagram\n".to_owned();
    for table in &catalogue.tables {
        relationships(&mut text, table);
    }
    if detail == Detail::Columns {
        for table in &catalogue.tables {
            columns(&mut text, table);
        }
    }
    text
}

fn relationships(text: &mut String, table: &Table) {
    for key in &table.foreign_keys {
        let optional = key
            .columns
            .iter()
            .any(|name| table.column(name).is_some_and(|column| column.nullable));
        let line = if optional { "|o--o{" } else { "||--o{" };
        let column = key.columns.join(", ");
        let label = labels::label(&key.name).unwrap_or(&column);
        // Writing to a String does not fail.
        let _ = writeln!(text, "    {} {line} {} : \"{label}\"", key.parent, table.name);
    }
}

fn columns(text: &mut String, table: &Table) {
    let _ = writeln!(text, "    {} {{", table.name);
    for column in &table.columns {
        let _ = write!(text, "        {} {}", type_name(column.ty), column.name);
        let keys = keys(table, column);
        if !keys.is_empty() {
            let _ = write!(text, " {}", keys.join(", "));
        }
        let _ = writeln!(text, "{}", if column.nullable { " \"null\"" } else { "" });
    }
    text.push_str("    }\n");
}

fn keys(table: &Table, column: &Column) -> Vec<&'static str> {
    let name = &column.name;
    let mut keys = Vec::new();
    if table.primary_key.contains(name) {
        keys.push("PK");
    }
    if table.foreign_keys.iter().any(|key| key.columns.contains(name)) {
        keys.push("FK");
    }
    if table.unique_keys().any(|key| key == [name.as_str()]) {
        keys.push("UK");
    }
    keys
}

/// The type in Mermaid's alphabet, which has no comma: a decimal shows without its sizes.
fn type_name(ty: Type) -> String {
    match ty {
        Type::Uuid => "uuid".to_owned(),
        Type::Varchar(length) => format!("varchar({length})"),
        Type::Text => "text".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Integer => "integer".to_owned(),
        Type::BigInteger => "bigint".to_owned(),
        Type::Decimal(..) => "numeric".to_owned(),
        Type::Double => "double".to_owned(),
        Type::TimestampTz => "timestamptz".to_owned(),
        Type::Date => "date".to_owned(),
        Type::Json => "jsonb".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Action, ForeignKey};

    #[test]
    fn a_key_without_label_says_its_column() {
        let mut table = Table::new("notes");
        table.foreign_keys.push(ForeignKey {
            name: "fk_notes_author_id".to_owned(),
            columns: vec!["author_id".to_owned()],
            parent: "agents".to_owned(),
            parent_columns: vec!["id".to_owned()],
            on_delete: Action::NoAction,
        });
        let catalogue = Catalogue {
            tables: vec![table],
            views: Vec::new(),
        };

        let drawn = draw(&catalogue, Detail::Relationships);

        assert_eq!(drawn, "erDiagram\n    agents ||--o{ notes : \"author_id\"\n");
    }
}
