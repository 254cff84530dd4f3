//! Which tables lose rows with a month, and by which key.

use std::collections::BTreeSet;

use sea_orm::sea_query::{Alias, Cond, Condition, Expr, ExprTrait};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use uuid::Uuid;

use super::Month;
use super::archive::columns;
use crate::deletion::{OnDelete, keys};
use crate::error::DatabaseError;

/// The tables that grow for ever; their ids carry the month.
pub(super) const PARTITIONED: [&str; 3] = ["workflow_executions", "transactions", "system_events"];

/// A table of which a month takes rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) table: &'static str,
    /// The column whose id carries the month: its own, or the key to the row it goes with.
    pub(super) column: &'static str,
}

impl Part {
    /// Its rows of that month.
    pub(super) fn of(&self, month: Month) -> Condition {
        let [from, to] = month.ids();
        self.between(from, to)
    }

    /// Its rows from one id on and before another.
    pub(super) fn between(&self, from: Uuid, to: Uuid) -> Condition {
        let column = || Expr::col((Alias::new(self.table), Alias::new(self.column)));
        Cond::all().add(column().gte(from)).add(column().lt(to))
    }

    /// Whether it is one of those that are partitioned.
    pub(super) fn is_partitioned(&self) -> bool {
        self.column == "id"
    }
}

/// The tables by the keys of the schema, each after those that refer to it: tasks, executions, attribution, transactions, events.
pub(super) fn parts() -> Vec<Part> {
    let mut parts = Vec::new();
    for table in PARTITIONED {
        let children = keys().iter().filter(|key| key.parent == table);
        parts.extend(children.map(|key| Part {
            table: key.table,
            column: key.column.as_str(),
        }));
        parts.push(Part { table, column: "id" });
    }
    parts
}

/// The foreign keys that refer to one of the tables, by table and column.
const REFERRING: &str = "\
SELECT child.relname::text, a.attname::text, parent.relname::text
FROM pg_constraint c
JOIN pg_class child ON child.oid = c.conrelid
JOIN pg_class parent ON parent.oid = c.confrelid
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND c.conparentid = 0 AND parent.relnamespace = current_schema()::regnamespace";

/// The same of SQLite.
const REFERRING_SQLITE: &str = r#"
SELECT child.name, "key"."from", "key"."table"
FROM sqlite_master AS child, pragma_foreign_key_list(child.name) AS "key"
WHERE child.type = 'table'"#;

/// A foreign key of the database that this library does not know: its rows may need what is about to go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownKey {
    /// The table whose rows refer.
    pub table: String,
    /// Its column.
    pub column: String,
    /// The table they refer to.
    pub parent: String,
}

/// The keys that refer to a table of which a month takes rows, other than those by which the rows go. One statement.
pub(super) async fn unknown_keys<C: ConnectionTrait>(db: &C) -> Result<Vec<UnknownKey>, DatabaseError> {
    let engine = db.get_database_backend();
    let sql = match engine {
        DbBackend::Postgres => REFERRING,
        _ => REFERRING_SQLITE,
    };
    let parts = parts();
    let known: BTreeSet<(&str, &str, &str)> = keys()
        .iter()
        .filter(|key| key.on_delete == OnDelete::Cascade)
        .map(|key| (key.table, key.column.as_str(), key.parent))
        .collect();
    let mut unknown = Vec::new();
    for row in db.query_all_raw(Statement::from_string(engine, sql)).await? {
        let (table, column, parent): (String, String, String) = (
            row.try_get_by_index(0)?,
            row.try_get_by_index(1)?,
            row.try_get_by_index(2)?,
        );
        let goes = parts.iter().any(|part| part.table == parent);
        if goes && !known.contains(&(table.as_str(), column.as_str(), parent.as_str())) {
            unknown.push(UnknownKey {
                table,
                column,
                parent,
            });
        }
    }
    unknown.sort();
    Ok(unknown)
}

/// The columns that no archive would hold, as `table.column`. One statement for each table.
pub(super) async fn unknown_columns<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, DatabaseError> {
    let engine = db.get_database_backend();
    let mut unknown = Vec::new();
    for Part { table, .. } in parts() {
        let sql = match engine {
            DbBackend::Postgres => format!(
                "SELECT attname::text FROM pg_attribute \
                 WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped"
            ),
            _ => format!("SELECT name FROM pragma_table_xinfo('{table}')"),
        };
        let known = columns(table);
        for row in db.query_all_raw(Statement::from_string(engine, sql)).await? {
            let name: String = row.try_get_by_index(0)?;
            if !known.iter().any(|column| column.name == name) {
                unknown.push(format!("{table}.{name}"));
            }
        }
    }
    Ok(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_go_before_their_parents() {
        let order: Vec<_> = parts()
            .into_iter()
            .map(|part| (part.table, part.column))
            .collect();
        assert_eq!(
            order,
            [
                ("tasks", "workflow_execution_id"),
                ("workflow_executions", "id"),
                ("revenue_attribution", "transaction_id"),
                ("transactions", "id"),
                ("system_events", "id"),
            ]
        );
    }

    #[test]
    fn what_refers_to_a_month_goes_with_it() {
        for part in parts() {
            for key in keys().iter().filter(|key| key.parent == part.table) {
                assert_eq!(key.on_delete, OnDelete::Cascade, "{key:?}");
            }
        }
    }
}
