//! The statement that makes an object what the migrations build.

use sea_orm::DbBackend;

use super::compare::Difference;
use super::object::Kind;
use crate::maintenance::doctor::examination::Repair;

const UP: &str = "cargo run -p migration -- up";

/// What mends a difference; `pending` when migrations are still to be applied.
pub(super) fn repair(engine: DbBackend, difference: &Difference, pending: bool) -> Repair {
    let name = difference.name.as_str();
    match (difference.kind, difference.expected.as_deref()) {
        (Kind::Migration, None) => Repair::Decision(format!(
            "{name} was applied by a later release: run that one, or revert the migration with it"
        )),
        _ if pending => Repair::Command(UP.to_owned()),
        (Kind::Partition, _) => Repair::Decision(format!(
            "detach the partition {name} and move its rows back through its table, once `partitions ensure` has made the month"
        )),
        (_, None) => extra(difference),
        (_, Some(expected)) => match statement(engine, difference, expected) {
            Some(sql) => Repair::Sql(sql),
            None => Repair::Decision(format!(
                "the {} {name} cannot be changed in place: restore it from a backup, or copy the data into a database that was just migrated",
                difference.kind.name()
            )),
        },
    }
}

fn extra(difference: &Difference) -> Repair {
    let name = difference.name.as_str();
    let (table, part) = name.split_once('.').unwrap_or((name, name));
    let drop = match difference.kind {
        Kind::Column => format!("ALTER TABLE {table} DROP COLUMN {part}"),
        Kind::Constraint => format!("ALTER TABLE {table} DROP CONSTRAINT {part}"),
        Kind::Index => format!("DROP INDEX {part}"),
        Kind::Trigger => format!("DROP TRIGGER {part} ON {table}"),
        Kind::Comment => format!("COMMENT ON COLUMN {name} IS NULL"),
        kind => format!("DROP {} {name}", kind.name().to_uppercase()),
    };
    Repair::Decision(format!(
        "no migration makes {name}: write one that does, or drop it ({drop}) if nobody needs it"
    ))
}

fn statement(engine: DbBackend, difference: &Difference, expected: &str) -> Option<String> {
    match engine {
        DbBackend::Postgres => postgres(difference, expected),
        _ => sqlite(difference, expected),
    }
}

/// Several statements run as one script. What goes first has the wrong definition.
fn postgres(difference: &Difference, expected: &str) -> Option<String> {
    let name = difference.name.as_str();
    let (table, part) = name.split_once('.').unwrap_or((name, name));
    let first = |drop: String| match difference.found {
        Some(_) => format!("{drop};\n"),
        None => String::new(),
    };
    Some(match difference.kind {
        Kind::Column => match &difference.found {
            None => format!("ALTER TABLE {table} ADD COLUMN {part} {expected}"),
            Some(found) => altered_column(table, part, expected, found),
        },
        Kind::Constraint => {
            let drop = first(format!("ALTER TABLE {table} DROP CONSTRAINT {part}"));
            format!("{drop}ALTER TABLE {table} ADD CONSTRAINT {part} {expected}")
        }
        Kind::Index => {
            let drop = first(format!("DROP INDEX {part}"));
            let (unique, how) = match expected.strip_prefix("unique ") {
                Some(how) => ("UNIQUE ", how),
                None => ("", expected),
            };
            format!("{drop}CREATE {unique}INDEX {part} ON {table} USING {how}")
        }
        Kind::Trigger => {
            let drop = first(format!("DROP TRIGGER {part} ON {table}"));
            format!("{drop}CREATE TRIGGER {part} {expected}")
        }
        Kind::Function => expected.to_owned(),
        Kind::View => {
            let (kind, query) = match expected.strip_prefix("materialized\n") {
                Some(query) => ("MATERIALIZED VIEW", query),
                None => ("VIEW", expected),
            };
            let drop = first(format!("DROP {kind} {name}"));
            format!("{drop}CREATE {kind} {name} AS\n{query}")
        }
        Kind::Comment => {
            let on = if name.contains('.') { "COLUMN" } else { "TABLE" };
            format!("COMMENT ON {on} {name} IS '{}'", expected.replace('\'', "''"))
        }
        Kind::Sequence => {
            let drop = first(format!("DROP SEQUENCE {name}"));
            format!("{drop}CREATE SEQUENCE {name} {expected}")
        }
        Kind::Table | Kind::Type | Kind::Migration | Kind::Partition => return None,
    })
}

/// The column's type, default and nullability, as far as they differ.
fn altered_column(table: &str, column: &str, expected: &str, found: &str) -> String {
    let (wanted, there) = (Column::of(expected), Column::of(found));
    let mut changes = Vec::new();
    if wanted.ty != there.ty {
        changes.push(format!("TYPE {} USING {column}::{}", wanted.ty, wanted.ty));
    }
    if wanted.default != there.default {
        changes.push(match wanted.default {
            Some(default) => format!("SET DEFAULT {default}"),
            None => "DROP DEFAULT".to_owned(),
        });
    }
    if wanted.required != there.required {
        changes.push(
            if wanted.required {
                "SET NOT NULL"
            } else {
                "DROP NOT NULL"
            }
            .to_owned(),
        );
    }
    let changes: Vec<_> = changes
        .into_iter()
        .map(|change| format!("ALTER COLUMN {column} {change}"))
        .collect();
    format!("ALTER TABLE {table} {}", changes.join(", "))
}

struct Column<'a> {
    ty: &'a str,
    required: bool,
    default: Option<&'a str>,
}

impl<'a> Column<'a> {
    fn of(definition: &'a str) -> Self {
        let (rest, default) = match definition.split_once(" default ") {
            Some((rest, default)) => (rest, Some(default)),
            None => (definition, None),
        };
        Self {
            ty: rest.strip_suffix(" not null").unwrap_or(rest),
            required: rest.ends_with(" not null"),
            default,
        }
    }
}

/// SQLite adds columns and nothing else to a table that is there.
fn sqlite(difference: &Difference, expected: &str) -> Option<String> {
    let name = difference.name.as_str();
    let (table, part) = name.split_once('.').unwrap_or((name, name));
    let first = |kind: &str| match difference.found {
        Some(_) => format!("DROP {kind} {part};\n"),
        None => String::new(),
    };
    match (difference.kind, &difference.found) {
        (Kind::Column, None) => Some(format!("ALTER TABLE {table} ADD COLUMN {part} {expected}")),
        (Kind::Index, _) => Some(first("INDEX") + expected),
        (Kind::Trigger, _) => Some(first("TRIGGER") + expected),
        (Kind::View, _) => Some(first("VIEW") + expected),
        _ => None,
    }
}
