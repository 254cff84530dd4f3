//! `updated_at` moves on every UPDATE: a trigger, so that no writer can forget it.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

use super::run_script;

pub(super) async fn touch_on_update(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let script = match manager.get_database_backend() {
        DbBackend::Sqlite => include_str!("../sql/touch.sqlite.sql"),
        _ => include_str!("../sql/touch.postgres.sql"),
    };
    run_script(manager, script, &[("table", table)]).await
}
