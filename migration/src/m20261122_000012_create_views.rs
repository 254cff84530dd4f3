//! What a shop looks at: lifetime value by customer, performance by product and by agent.
//!
//! PostgreSQL materializes them, each with a unique index so that it refreshes concurrently; SQLite computes them on
//! every read.

use sea_orm::{ConnectionTrait, DbBackend};
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
        let scripts = match manager.get_database_backend() {
            DbBackend::Sqlite => [
                include_str!("sql/customer_lifetime_value.sqlite.sql"),
                include_str!("sql/product_performance.sqlite.sql"),
                include_str!("sql/agent_performance.sqlite.sql"),
            ],
            _ => [
                include_str!("sql/customer_lifetime_value.postgres.sql"),
                include_str!("sql/product_performance.postgres.sql"),
                include_str!("sql/agent_performance.postgres.sql"),
            ],
        };
        for script in scripts {
            run_script(manager, script, &[]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let kind = match manager.get_database_backend() {
            DbBackend::Sqlite => "VIEW",
            _ => "MATERIALIZED VIEW",
        };
        for view in [
            "agent_performance",
            "product_performance",
            "customer_lifetime_value",
        ] {
            manager
                .get_connection()
                .execute_unprepared(&format!("DROP {kind} {view}"))
                .await?;
        }
        Ok(())
    }
}
