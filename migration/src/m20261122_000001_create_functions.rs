//! The functions that PostgreSQL's defaults and triggers call: time-ordered ids and `updated_at`.
//!
//! SQLite says the same in the expressions themselves.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

use crate::schema::run_script;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        run_script(manager, include_str!("sql/uuid_v7.postgres.sql"), &[]).await?;
        run_script(manager, include_str!("sql/touch_function.postgres.sql"), &[]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let script = "DROP FUNCTION touch_updated_at()\n--;;\nDROP FUNCTION uuid_v7()\n--;;\nDROP FUNCTION uuid_v7_lowest(timestamptz)";
        run_script(manager, script, &[]).await
    }
}
