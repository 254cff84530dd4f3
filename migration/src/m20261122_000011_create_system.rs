//! System events by month, and configuration.

use sea_orm_migration::prelude::*;

use crate::schema::{NewTable, drop_tables, empty_object, json, partition_by_month, text, uuid, varchar};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_system_events(manager).await?;
        create_configurations(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["configurations", "system_events"]).await
    }
}

async fn create_system_events(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "system_events")
        .time_id()
        .col(varchar("event_type", 100))
        .col(varchar("severity", 20).default("info"))
        .col(uuid("source_agent_id").null())
        .col(text("message"))
        .col(json("details").default(empty_object()))
        .created_at()
        .one_of("severity", ["debug", "info", "warning", "error", "critical"])
        .references("source_agent_id", "agents", ForeignKeyAction::SetNull)
        .create(manager)
        .await?;
    partition_by_month(manager, "system_events", "created_at").await
}

async fn create_configurations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "configurations")
        .id()
        .col(varchar("key", 255))
        .col(json("value"))
        .col(text("description").null())
        .col(uuid("updated_by_agent_id").null())
        .created_at()
        .updated_at()
        .references("updated_by_agent_id", "agents", ForeignKeyAction::SetNull)
        .unique(["key"])
        .create(manager)
        .await
}
