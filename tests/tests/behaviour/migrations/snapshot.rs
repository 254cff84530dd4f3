//! Everything that a catalogue says about a schema, as comparable lines.

use migration::Migrator;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use sea_orm_migration::MigratorTrait;
use tests::{Engine, TestDatabase};

const POSTGRES: &str = include_str!("snapshot.postgres.sql");

/// The tracking table comes and goes by other rules, and is left out, as are SQLite's statistics.
const SQLITE: &str = "SELECT type || ' ' || name || ' on ' || tbl_name || ': ' || coalesce(sql, '') FROM sqlite_schema \
                      WHERE tbl_name NOT IN ('seaql_migrations', 'sqlite_stat1', 'sqlite_stat4') ORDER BY 1";

/// The objects of the schema, sorted.
pub(super) async fn snapshot(db: &DatabaseConnection) -> Vec<String> {
    let backend = db.get_database_backend();
    let sql = if backend == DbBackend::Postgres {
        POSTGRES
    } else {
        SQLITE
    };
    let rows = db
        .query_all_raw(Statement::from_string(backend, sql))
        .await
        .unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// The names in the tracking table, sorted; none without a table.
pub(super) async fn recorded(db: &DatabaseConnection) -> Vec<String> {
    let known = match db.get_database_backend() {
        DbBackend::Postgres => "SELECT count(*)::int FROM pg_tables WHERE tablename = 'seaql_migrations'",
        _ => "SELECT count(*) FROM sqlite_schema WHERE name = 'seaql_migrations'",
    };
    let statement = |sql| Statement::from_string(db.get_database_backend(), sql);
    let tables = db.query_one_raw(statement(known)).await.unwrap().unwrap();
    if tables.try_get_by_index::<i32>(0).unwrap() == 0 {
        return Vec::new();
    }
    let rows = db
        .query_all_raw(statement("SELECT version FROM seaql_migrations ORDER BY 1"))
        .await
        .unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// The snapshots after no migration, one, two, and so on to all of them.
pub(super) async fn stages(engine: Engine) -> Option<Vec<Vec<String>>> {
    let database = TestDatabase::empty(engine).await?;
    let mut stages = vec![snapshot(database.connection()).await];
    for _ in Migrator::migrations() {
        let report = migration::up_on(database.connection(), Some(1)).await.unwrap();
        assert_eq!(report.applied.len(), 1);
        stages.push(snapshot(database.connection()).await);
    }
    Some(stages)
}
