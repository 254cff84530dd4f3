//! What the catalogue of a live database says.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, QueryResult, Statement, TryGetable};
use tests::{Engine, TestDatabase};

/// A foreign key of the catalogue; SQLite keeps no name.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ForeignKey {
    pub(super) table: String,
    pub(super) column: String,
    pub(super) parent: String,
    pub(super) on_delete: String,
}

/// The foreign keys with one column each, as every key of the contract is.
pub(super) async fn foreign_keys(database: &TestDatabase) -> BTreeSet<ForeignKey> {
    let sql = match database.engine() {
        Engine::Postgres => {
            "SELECT c.relname, a.attname, p.relname, CASE k.confdeltype WHEN 'a' THEN 'NO ACTION' \
             WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' END \
             FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid \
             JOIN pg_attribute a ON a.attrelid = c.oid AND k.conkey = ARRAY[a.attnum] \
             WHERE k.contype = 'f' AND k.conparentid = 0"
        }
        Engine::Sqlite => {
            "SELECT m.name, f.\"from\", f.\"table\", f.on_delete \
             FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
        }
    };
    let rows = query(database, sql).await;
    let key = |row: &QueryResult| ForeignKey {
        table: get(row, 0),
        column: get(row, 1),
        parent: get(row, 2),
        on_delete: get(row, 3),
    };
    rows.iter().map(key).collect()
}

/// The names of the foreign keys.
pub(super) async fn foreign_key_names(database: &TestDatabase) -> BTreeSet<String> {
    match database.engine() {
        Engine::Postgres => {
            let sql = "SELECT conname::text FROM pg_constraint WHERE contype = 'f' AND conparentid = 0";
            names(database, sql).await
        }
        // No pragma tells them; the text that made the table does.
        Engine::Sqlite => names(database, "SELECT sql FROM sqlite_master WHERE type = 'table'")
            .await
            .iter()
            .flat_map(|sql| sql.split("CONSTRAINT \"").skip(1))
            .filter_map(|constraint| constraint.split_once("\" FOREIGN KEY ("))
            .filter(|(name, _)| !name.contains('"'))
            .map(|(name, _)| name.to_owned())
            .collect(),
    }
}

/// The names of the CHECKs, without those of the month partitions.
pub(super) async fn checks(database: &TestDatabase) -> BTreeSet<String> {
    match database.engine() {
        Engine::Postgres => {
            let sql = "SELECT k.conname::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
                       JOIN pg_namespace n ON n.oid = c.relnamespace \
                       WHERE n.nspname = 'public' AND k.contype = 'c' AND NOT c.relispartition";
            names(database, sql).await
        }
        Engine::Sqlite => {
            let tables = names(database, "SELECT sql FROM sqlite_master WHERE type = 'table'").await;
            let named = |sql: &String| {
                sql.match_indices("CONSTRAINT \"chk_")
                    .map(|(at, _)| quoted(&sql[at..]))
                    .collect::<Vec<_>>()
            };
            let found: Vec<String> = tables.iter().flat_map(named).collect();
            let written: usize = tables.iter().map(|sql| sql.matches(" CHECK (").count()).sum();
            assert_eq!(found.len(), written, "a CHECK has no name");
            found.into_iter().collect()
        }
    }
}

/// Every index by its name: its table, whether it is unique, and its columns.
pub(super) async fn indexes(database: &TestDatabase) -> BTreeMap<String, (String, bool, Vec<String>)> {
    let sql = match database.engine() {
        Engine::Postgres => {
            "SELECT i.relname, c.relname, x.indisunique, a.attname FROM pg_index x \
             JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid \
             JOIN pg_namespace n ON n.oid = c.relnamespace \
             CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k (number, position) \
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number \
             WHERE n.nspname = 'public' AND NOT c.relispartition AND NOT x.indisprimary AND c.relkind <> 'm' \
             AND c.relname <> 'seaql_migrations' ORDER BY i.relname, k.position"
        }
        Engine::Sqlite => {
            "SELECT i.name, m.name, i.\"unique\", c.name FROM sqlite_master m \
             JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) c \
             WHERE m.type = 'table' AND i.origin <> 'pk' ORDER BY i.name, c.seqno"
        }
    };
    let mut indexes = BTreeMap::new();
    for row in query(database, sql).await {
        let (_, _, columns) = indexes
            .entry(get(&row, 0))
            .or_insert((get(&row, 1), get(&row, 2), Vec::new()));
        columns.push(get(&row, 3));
    }
    indexes
}

/// Every column of the contract's tables, as `table.column`, and whether it may be NULL.
pub(super) async fn columns(database: &TestDatabase) -> BTreeMap<(String, String), bool> {
    let sql = match database.engine() {
        Engine::Postgres => {
            "SELECT c.relname, a.attname, NOT a.attnotnull FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') \
             AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'seaql_migrations'"
        }
        Engine::Sqlite => {
            "SELECT m.name, c.name, NOT c.\"notnull\" FROM sqlite_master m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name <> 'seaql_migrations'"
        }
    };
    query(database, sql)
        .await
        .iter()
        .map(|row| ((get(row, 0), get(row, 1)), get(row, 2)))
        .collect()
}

/// The rows that `sql` gives.
pub(super) async fn query(database: &TestDatabase, sql: &str) -> Vec<QueryResult> {
    let statement = Statement::from_string(database.engine().backend(), sql);
    database
        .connection()
        .query_all_raw(statement)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// The one number that `sql` gives.
pub(super) async fn number(database: &TestDatabase, sql: &str) -> i64 {
    get(&query(database, sql).await[0], 0)
}

/// Column `index` of `row`.
pub(super) fn get<T: TryGetable>(row: &QueryResult, index: usize) -> T {
    row.try_get_by_index(index).unwrap()
}

async fn names(database: &TestDatabase, sql: &str) -> BTreeSet<String> {
    query(database, sql).await.iter().map(|row| get(row, 0)).collect()
}

fn quoted(text: &str) -> String {
    text.split('"').nth(1).expect("a quoted name").to_owned()
}
