//! Objects of PostgreSQL. Several statements run as one script, in one transaction or one after the other.

use super::super::compare::Difference;
use super::super::home::Home;
use super::super::name::parts;
use super::super::object::Kind;
use super::{Context, column};
use crate::maintenance::doctor::examination::Repair;

pub(super) fn repair(context: &Context<'_>, difference: &Difference, expected: &str) -> Repair {
    let name = difference.name.as_str();
    let (table, part) = parts(name);
    // What goes first has the wrong definition.
    let first = |drop: String| match difference.found {
        Some(_) => format!("{drop};\n"),
        None => String::new(),
    };
    Repair::Sql(match difference.kind {
        Kind::Column => return column::repair(context, difference, expected),
        Kind::Setting => format!("ALTER TABLE {table} SET ({part} = {expected})"),
        Kind::Constraint => constraint(context, difference, expected),
        Kind::Index => match difference.found {
            Some(_) => format!("DROP INDEX {part};\n{}", index(table, part, expected, "")),
            None => index(table, part, expected, beside_writers(context, table)),
        },
        Kind::Trigger => {
            let drop = first(format!("DROP TRIGGER {part} ON {table}"));
            format!("{drop}CREATE TRIGGER {part} {expected}")
        }
        Kind::Function => expected.to_owned(),
        Kind::View => view(context, difference, expected),
        Kind::Comment => comment(name, expected),
        // One that is there goes on counting where it is.
        Kind::Sequence => {
            let verb = if difference.found.is_some() {
                "ALTER"
            } else {
                "CREATE"
            };
            format!("{verb} SEQUENCE {name} {expected}")
        }
        Kind::Migration | Kind::Table | Kind::Rule | Kind::Type | Kind::Partition => {
            return Repair::Decision(format!("restore {name} from a backup"));
        }
    })
}

/// A constraint of a plain table holds for new rows first and is then checked for the others, which locks nobody out for long where
/// the statements are run one after the other. A table with partitions, or one that is referred to, has more constraints that
/// would have to be checked.
fn constraint(context: &Context<'_>, difference: &Difference, expected: &str) -> String {
    let (table, part) = parts(&difference.name);
    let drop = match difference.found {
        Some(_) => format!("DROP CONSTRAINT {part}, "),
        None => String::new(),
    };
    let alone = match expected.split_once(" REFERENCES ") {
        Some((_, to)) => context.is_plain(to.split(['(', ' ']).next().unwrap_or_default()),
        None => expected.starts_with("CHECK"),
    };
    let add = format!("ALTER TABLE {table} {drop}ADD CONSTRAINT {part} {expected}");
    if alone && context.is_plain(table) {
        format!("{add} NOT VALID;\nALTER TABLE {table} VALIDATE CONSTRAINT {part}")
    } else {
        add
    }
}

/// How an index is made that nobody waits for: not in a script, and not on a table with partitions.
fn beside_writers(context: &Context<'_>, table: &str) -> &'static str {
    if context.is_plain(table) && matches!(context.home, Home::Current) {
        "CONCURRENTLY "
    } else {
        ""
    }
}

fn index(table: &str, name: &str, definition: &str, how: &str) -> String {
    let (unique, definition) = match definition.strip_prefix("unique ") {
        Some(definition) => ("UNIQUE ", definition),
        None => ("", definition),
    };
    format!("CREATE {unique}INDEX {how}{name} ON {table} USING {definition}")
}

fn comment(name: &str, text: &str) -> String {
    format!("COMMENT ON COLUMN {name} IS '{}'", text.replace('\'', "''"))
}

/// The view with its indexes and comments.
fn view(context: &Context<'_>, difference: &Difference, expected: &str) -> String {
    let name = difference.name.as_str();
    let nature = |definition: &str| match definition.strip_prefix("materialized\n") {
        Some(_) => "MATERIALIZED VIEW",
        None => "VIEW",
    };
    let query = expected.strip_prefix("materialized\n").unwrap_or(expected);
    let mut script = Vec::new();
    if let Some(found) = &difference.found {
        script.push(format!("DROP {} {name}", nature(found)));
    }
    let query = query.trim_end().trim_end_matches(';');
    script.push(format!("CREATE {} {name} AS\n{query}", nature(expected)));
    for ((kind, part), definition) in context.expected {
        match (kind, parts(part)) {
            (Kind::Index, (view, index_name)) if view == name => {
                script.push(index(view, index_name, definition, ""));
            }
            (Kind::Comment, (view, _)) if view == name => script.push(comment(part, definition)),
            _ => {}
        }
    }
    script.join(";\n")
}
