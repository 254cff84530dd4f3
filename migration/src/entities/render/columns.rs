//! Columns as fields of a `Model`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::own_id;
use crate::catalogue::{Catalogue, Column, DefaultKind, Table, Type};
use crate::entities::names::{enum_type, field};
use crate::entities::relations::view_base;

/// How a column looks in Rust.
#[derive(Debug)]
pub(super) struct Field {
    /// The type, without the `Option` of a nullable column.
    pub(super) ty: String,
    /// Whether the crate root defines it.
    pub(super) from_crate: bool,
    /// `column_type`, where SeaORM's guess from the Rust type says less than the schema does.
    pub(super) column_type: Option<String>,
}

impl Field {
    fn of(ty: &str, column_type: Option<String>) -> Self {
        Self {
            ty: ty.to_owned(),
            from_crate: false,
            column_type,
        }
    }

    fn defined_here(ty: String) -> Self {
        Self {
            ty,
            from_crate: true,
            column_type: None,
        }
    }
}

/// A table's column: the typed id of the row it refers to, the enum of its closed set, or what its type says.
pub(super) fn table_field(catalogue: &Catalogue, table: &Table, column: &Column) -> Field {
    let key = table
        .foreign_keys
        .iter()
        .find(|key| key.columns == [column.name.as_str()]);
    if let Some(key) = key
        && let Some(id) = catalogue.table(&key.parent).and_then(own_id)
    {
        return Field {
            from_crate: key.parent != table.name,
            ..Field::defined_here(id)
        };
    }
    if let Some(id) = own_id(table).filter(|_| table.primary_key == [column.name.as_str()]) {
        return Field::of(&id, None);
    }
    if table.closed_set(&column.name).is_some() {
        return Field::of(&enum_type(&table.name, &column.name), None);
    }
    plain_field(column)
}

/// A view's column: the id of the row that it is about, or what its type says.
pub(super) fn view_field(catalogue: &Catalogue, view: &crate::catalogue::View, column: &Column) -> Field {
    let key = view
        .columns
        .first()
        .is_some_and(|first| first.name == column.name);
    match view_base(catalogue, view).and_then(own_id) {
        Some(id) if key && column.ty == Type::Uuid => Field::defined_here(id),
        _ => plain_field(column),
    }
}

fn plain_field(column: &Column) -> Field {
    let json = || Some("JsonBinary".to_owned());
    match column.ty {
        Type::Uuid => Field::of("Uuid", None),
        Type::Varchar(length) => Field::of("String", Some(format!("String(StringLen::N({length}))"))),
        Type::Text => Field::of("String", Some("Text".to_owned())),
        Type::Boolean => Field::of("bool", None),
        Type::Integer => Field::of("i32", None),
        Type::BigInteger => Field::of("i64", None),
        Type::Decimal(precision, scale) => {
            Field::of("Decimal", Some(format!("Decimal(Some(({precision}, {scale})))")))
        }
        Type::Double => Field::of("f64", Some("Double".to_owned())),
        Type::TimestampTz => Field::of("DateTimeUtc", None),
        Type::Date => Field::of("Date", None),
        Type::Json if column.default == Some(DefaultKind::Literal("[]".to_owned())) => Field {
            column_type: json(),
            ..Field::defined_here("StringList".to_owned())
        },
        Type::Json => Field::of("Json", json()),
    }
}

/// The `Model` struct. `key` are the columns of the primary key, `unique` those that are unique alone.
pub(super) fn model(
    name: &str,
    columns: &[(&Column, Field)],
    key: &[String],
    unique: &BTreeSet<&str>,
) -> String {
    let eq = if columns.iter().any(|(column, _)| column.ty == Type::Double) {
        ""
    } else {
        "Eq, "
    };
    let mut text = format!(
        "/// A row of `{name}`.\n\
         #[derive(Clone, Debug, PartialEq, {eq}DeriveEntityModel, Serialize, Deserialize)]\n\
         #[sea_orm(table_name = \"{name}\")]\n\
         pub struct Model {{\n"
    );
    for (column, declared) in columns {
        let mut attributes = Vec::new();
        if key.contains(&column.name) {
            attributes.push("primary_key, auto_increment = false".to_owned());
        }
        if let Some(column_type) = &declared.column_type {
            attributes.push(format!("column_type = \"{column_type}\""));
        }
        if unique.contains(column.name.as_str()) {
            attributes.push("unique".to_owned());
        }
        if !attributes.is_empty() {
            let _ = writeln!(text, "#[sea_orm({})]", attributes.join(", "));
        }
        let ty = &declared.ty;
        let ty = if column.nullable {
            format!("Option<{ty}>")
        } else {
            ty.clone()
        };
        let _ = writeln!(text, "pub {}: {ty},", field(&column.name));
    }
    text + "}\n\n"
}

/// The line that imports what the crate root defines.
pub(super) fn crate_import(columns: &[(&Column, Field)]) -> String {
    let names: BTreeSet<_> = columns
        .iter()
        .filter(|(_, field)| field.from_crate)
        .map(|(_, field)| field.ty.as_str())
        .collect();
    match names.len() {
        0 => String::new(),
        1 => format!("use crate::{};\n", names.into_iter().collect::<String>()),
        _ => format!(
            "use crate::{{{}}};\n",
            names.into_iter().collect::<Vec<_>>().join(", ")
        ),
    }
}
