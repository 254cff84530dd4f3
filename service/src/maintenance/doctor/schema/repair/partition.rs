//! A partition that is missing, that is not like its month, or that was detached. It holds a month of the books, so it is never dropped.

use super::super::compare::Difference;
use super::super::name::parts;
use super::super::normal::normal;
use super::super::object::Kind;
use super::super::partition::wanted;
use super::super::parts::Parts;
use super::Context;
use crate::maintenance::doctor::examination::Repair;

const ENSURE: &str = "cargo run -p service -- partitions ensure";

pub(super) fn repair(context: &Context<'_>, difference: &Difference) -> Repair {
    let name = difference.name.as_str();
    let (table, partition) = parts(name);
    let Some(found) = difference.found.as_deref() else {
        return missing(context, table, partition);
    };
    let (found, expected) = (
        Parts::of(found),
        Parts::of(difference.expected.as_deref().unwrap_or_default()),
    );
    if found.bound != expected.bound {
        return Repair::Decision(format!(
            "detach the partition {name} and move its rows back through its table, once `partitions ensure` has made the month"
        ));
    }
    if found.is_detaching {
        return Repair::Decision(format!(
            "somebody was detaching {name}: finish that, and attach it again if its rows are needed ({})",
            context.home.script(format!(
                "ALTER TABLE {table} DETACH PARTITION {partition} FINALIZE;\n{}",
                attach(table, partition, found.bound)
            ))
        ));
    }
    let changes = changes(partition, &expected, &found);
    if changes.is_empty() {
        let more = found.checks.iter().map(|(check, _)| *check);
        let drop: Vec<_> = more
            .filter(|check| expected.checks.iter().all(|(known, _)| known != check))
            .map(|check| format!("ALTER TABLE {partition} DROP CONSTRAINT {check}"))
            .collect();
        return Repair::Decision(format!(
            "no migration makes the CHECKs that {name} has beyond its month's: drop them ({}) if nobody needs them",
            context.home.script(drop.join(";\n"))
        ));
    }
    Repair::Sql(changes.join(";\n"))
}

fn changes(partition: &str, expected: &Parts<'_>, found: &Parts<'_>) -> Vec<String> {
    let mut changes = Vec::new();
    if found.is_unlogged {
        changes.push(format!("ALTER TABLE {partition} SET LOGGED"));
    }
    for (name, definition) in &expected.checks {
        let there = found.checks.iter().find(|(found, _)| found == name);
        let drop = match there {
            Some((_, there)) if normal(Kind::Partition, there) == normal(Kind::Partition, definition) => {
                continue;
            }
            Some(_) => format!("DROP CONSTRAINT {name}, "),
            None => String::new(),
        };
        changes.push(format!(
            "ALTER TABLE {partition} {drop}ADD CONSTRAINT {name} {definition} NOT VALID"
        ));
        changes.push(format!("ALTER TABLE {partition} VALIDATE CONSTRAINT {name}"));
    }
    changes
}

fn attach(table: &str, partition: &str, bound: &str) -> String {
    format!("ALTER TABLE {table} ATTACH PARTITION {partition} {bound}")
}

/// The default partition, or any month at all.
fn missing(context: &Context<'_>, table: &str, form: &str) -> Repair {
    let partition = format!("{table}_{form}");
    if context.has(Kind::Table, &partition) {
        return detached(context, table, &partition);
    }
    let Some(definition) = wanted(context.expected, &format!("{table}.{partition}")) else {
        return Repair::Command(ENSURE.to_owned());
    };
    let parts = Parts::of(&definition);
    let checks: Vec<_> = parts
        .checks
        .iter()
        .map(|(name, definition)| format!("CONSTRAINT {name} {definition}"))
        .collect();
    let settings: Vec<_> = parts
        .settings
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    Repair::Sql(format!(
        "CREATE TABLE {partition} PARTITION OF {table} (\n{}\n) {} WITH ({})",
        checks.join(",\n"),
        parts.bound,
        settings.join(", ")
    ))
}

/// A table that is called like a partition of another and is none.
pub(super) fn detached(context: &Context<'_>, table: &str, partition: &str) -> Repair {
    let bound = wanted(context.expected, &format!("{table}.{partition}"));
    let bound = bound
        .as_deref()
        .map_or("", |definition| Parts::of(definition).bound);
    Repair::Decision(format!(
        "{partition} was detached and holds rows of {table}, perhaps the only ones: attach it again ({}); `partitions drop` archives \
         months that nothing needs",
        context.home.script(attach(table, partition, bound))
    ))
}
