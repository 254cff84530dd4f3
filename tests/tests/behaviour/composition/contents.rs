//! Everything that a database holds.

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tests::rows;

/// All rows of all tables as text, in no order that the engine chose. Sequences count on when a transaction is rolled back, and
/// are left out.
pub(super) async fn contents<C: ConnectionTrait>(db: &C) -> Vec<String> {
    let engine = db.get_database_backend();
    let mut selects = Vec::new();
    for table in rows::tables() {
        selects.push(match engine {
            DbBackend::Postgres => format!("SELECT '{table} ' || t::text AS line FROM {table} t"),
            _ => format!(
                "SELECT '{table} ' || {} AS line FROM {table}",
                columns(db, table).await
            ),
        });
    }
    let statement = Statement::from_string(engine, selects.join(" UNION ALL "));
    let found = db.query_all_raw(statement).await.unwrap();
    let mut lines: Vec<String> = found.iter().map(|row| row.try_get("", "line").unwrap()).collect();
    lines.sort_unstable();
    lines
}

/// The row of a SQLite table as one text.
async fn columns<C: ConnectionTrait>(db: &C, table: &str) -> String {
    let sql = format!("SELECT name FROM pragma_table_info('{table}')");
    let found = db
        .query_all_raw(Statement::from_string(DbBackend::Sqlite, sql))
        .await
        .unwrap();
    let quoted: Vec<_> = found
        .iter()
        .map(|row| format!("quote(\"{}\")", row.try_get::<String>("", "name").unwrap()))
        .collect();
    quoted.join(" || ',' || ")
}
