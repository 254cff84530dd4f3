//! What no migration makes. Somebody made it on purpose, so somebody decides.

use sea_orm::DbBackend;

use super::super::compare::Difference;
use super::super::name::{parts, quoted};
use super::super::object::Kind;
use super::super::partition::detached_from;
use super::{Context, partition};
use crate::maintenance::doctor::examination::Repair;

pub(super) fn repair(context: &Context<'_>, difference: &Difference) -> Repair {
    let name = difference.name.as_str();
    if difference.kind == Kind::Table
        && context.engine == DbBackend::Postgres
        && let Some(table) = detached_from(context.expected, name)
    {
        return partition::detached(context, table, name);
    }
    let drop = match context.engine {
        DbBackend::Postgres => Some(postgres(difference)),
        _ => sqlite(difference),
    };
    Repair::Decision(match drop {
        Some(drop) => format!(
            "no migration makes {name}: write one that does, or drop it ({}) if nobody needs it",
            context.home.script(drop)
        ),
        None => format!(
            "no migration makes {name}, and SQLite drops none alone: write one that does, or copy the data into a database that was \
             just migrated"
        ),
    })
}

fn postgres(difference: &Difference) -> String {
    let name = difference.name.as_str();
    let found = difference.found.as_deref().unwrap_or_default();
    let (table, part) = parts(name);
    match difference.kind {
        Kind::Column => format!("ALTER TABLE {table} DROP COLUMN {part}"),
        Kind::Constraint => format!("ALTER TABLE {table} DROP CONSTRAINT {part}"),
        Kind::Index => format!("DROP INDEX {part}"),
        Kind::Trigger => format!("DROP TRIGGER {part} ON {table}"),
        Kind::Rule => format!("DROP RULE {part} ON {table}"),
        Kind::Table if found.starts_with("foreign") => format!("DROP FOREIGN TABLE {name}"),
        Kind::View if found.starts_with("materialized") => format!("DROP MATERIALIZED VIEW {name}"),
        Kind::Function if found.starts_with("CREATE OR REPLACE PROCEDURE") => {
            format!("DROP PROCEDURE {name}")
        }
        Kind::Type if found == "d" => format!("DROP DOMAIN {name}"),
        kind => format!("DROP {} {name}", kind.name().to_uppercase()),
    }
}

/// `None` for what only goes with its table.
fn sqlite(difference: &Difference) -> Option<String> {
    let (table, part) = parts(&difference.name);
    let (table, part) = (quoted(table), quoted(part));
    match difference.kind {
        Kind::Column => Some(format!("ALTER TABLE {table} DROP COLUMN {part}")),
        Kind::Index => Some(format!("DROP INDEX {part}")),
        Kind::Trigger => Some(format!("DROP TRIGGER {part}")),
        Kind::Table => Some(format!("DROP TABLE {table}")),
        Kind::View => Some(format!("DROP VIEW {table}")),
        _ => None,
    }
}
