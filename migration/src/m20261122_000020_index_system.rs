//! Indexes for the lists of events and of configurations.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::schema::run_script;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const KEY_IN_BYTES: &str = include_str!("sql/configurations_key_bytes.postgres.sql");

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in [by_type(), by_agent(), warnings()] {
            manager.create_index(index).await?;
        }
        match manager.get_database_backend() {
            DbBackend::Postgres => run_script(manager, KEY_IN_BYTES, &[]).await,
            // Its text is in the order of bytes anyway; the index is there so that both engines have the same ones.
            _ => manager.create_index(by_key()).await,
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table) in [
            ("idx_configurations_key_bytes", "configurations"),
            ("idx_system_events_id_warning", "system_events"),
            ("idx_system_events_source_agent_id_id", "system_events"),
            ("idx_system_events_event_type_id", "system_events"),
        ] {
            let index = Index::drop().name(name).table(table).to_owned();
            manager.drop_index(index).await?;
        }
        Ok(())
    }
}

fn by_type() -> IndexCreateStatement {
    Index::create()
        .name("idx_system_events_event_type_id")
        .table("system_events")
        .col("event_type")
        .col("id")
        .take()
}

fn by_agent() -> IndexCreateStatement {
    Index::create()
        .name("idx_system_events_source_agent_id_id")
        .table("system_events")
        .col("source_agent_id")
        .col("id")
        .take()
}

fn by_key() -> IndexCreateStatement {
    Index::create()
        .name("idx_configurations_key_bytes")
        .table("configurations")
        .col("key")
        .take()
}

/// Warnings and worse are few among the events, and what an operator looks for.
fn warnings() -> IndexCreateStatement {
    Index::create()
        .name("idx_system_events_id_warning")
        .table("system_events")
        .col("id")
        .and_where(Expr::col("severity").is_in(["warning", "error", "critical"]))
        .take()
}
