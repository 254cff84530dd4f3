//! Objects of SQLite, which adds some columns and changes nothing else of a table that is there.

use super::super::compare::Difference;
use super::super::name::{parts, quoted};
use super::super::object::Kind;
use crate::maintenance::doctor::examination::Repair;

pub(super) fn repair(difference: &Difference, expected: &str) -> Repair {
    let name = difference.name.as_str();
    let (table, part) = parts(name);
    let (table, part) = (quoted(table), quoted(part));
    let first = |kind: &str| match difference.found {
        Some(_) => format!("DROP {kind} {part};\n"),
        None => String::new(),
    };
    match (difference.kind, &difference.found) {
        (Kind::Column, None) if is_addable(expected) => {
            Repair::Sql(format!("ALTER TABLE {table} ADD COLUMN {part} {expected}"))
        }
        (Kind::Index, _) => Repair::Sql(first("INDEX") + expected),
        (Kind::Trigger, _) => Repair::Sql(first("TRIGGER") + expected),
        (Kind::View, _) => Repair::Sql(first("VIEW") + expected),
        (kind, _) => Repair::Decision(format!(
            "the {} {name} cannot be changed in place: restore the file from a backup, or copy the data into a database that was just \
             migrated",
            kind.name()
        )),
    }
}

/// What SQLite adds to a table with rows: a column that may be NULL or has a constant for those, and is no key.
fn is_addable(definition: &str) -> bool {
    let has = |words: &str| definition.contains(words);
    let is_key = has("PRIMARY KEY") || has("UNIQUE") || has("REFERENCES") && has("DEFAULT");
    let is_computed = has("DEFAULT (") || has("DEFAULT CURRENT_");
    !is_key && !is_computed && (has(" DEFAULT ") || !has("NOT NULL"))
}

#[cfg(test)]
mod tests {
    use super::is_addable;

    #[test]
    fn only_a_column_with_a_value_for_each_row_is_added() {
        for addable in [
            "text",
            "jsonb_text NOT NULL DEFAULT '{}'",
            "boolean NOT NULL DEFAULT TRUE",
        ] {
            assert!(is_addable(addable), "{addable}");
        }
        for refused in [
            "uuid_text NOT NULL",
            "timestamp_with_timezone_text DEFAULT (strftime('%Y', 'now'))",
            "uuid_text NOT NULL PRIMARY KEY",
            "text UNIQUE",
        ] {
            assert!(!is_addable(refused), "{refused}");
        }
    }
}
