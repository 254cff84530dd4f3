//! No row of a tree is its own ancestor: a trigger, because a CHECK sees one row only.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

use super::run_script;

/// Refuses a parent that has the row itself among its ancestors, as the violation of `chk_<table>_acyclic`.
///
/// On PostgreSQL the writers of a table's parents queue on an advisory lock until they commit, so two of them cannot
/// close a circle together. SQLite has one writer at a time anyway.
pub(crate) async fn forbid_cycles(
    manager: &SchemaManager<'_>,
    table: &str,
    parent: &str,
) -> Result<(), DbErr> {
    let script = match manager.get_database_backend() {
        DbBackend::Sqlite => include_str!("../sql/acyclic.sqlite.sql"),
        _ => include_str!("../sql/acyclic.postgres.sql"),
    };
    run_script(manager, script, &[("table", table), ("parent", parent)]).await
}

/// Undoes [`forbid_cycles`] once the table is gone.
pub(crate) async fn permit_cycles(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::Sqlite => Ok(()),
        _ => {
            run_script(
                manager,
                "DROP FUNCTION {table}_refuse_cycle()",
                &[("table", table)],
            )
            .await
        }
    }
}
