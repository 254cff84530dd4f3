//! KPIs with their measurements, and reports.

use sea_orm_migration::prelude::*;

use crate::schema::{
    NewTable, boolean, decimal, drop_tables, empty_list, empty_object, json, now, text, timestamp, uuid,
    varchar,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_kpis(manager).await?;
        create_kpi_measurements(manager).await?;
        create_reports(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["reports", "kpi_measurements", "kpis"]).await
    }
}

async fn create_kpis(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "kpis")
        .id()
        .col(varchar("name", 255))
        .col(varchar("category", 100))
        .col(text("calculation_sql").null())
        .col(varchar("unit", 50).null())
        .col(decimal("target_value", 14, 4).null())
        .col(varchar("frequency", 50).default("daily"))
        .col(uuid("owner_agent_id").null())
        .col(boolean("is_active").default(true))
        .created_at()
        .one_of(
            "frequency",
            ["hourly", "daily", "weekly", "monthly", "quarterly", "yearly"],
        )
        .references("owner_agent_id", "agents", ForeignKeyAction::NoAction)
        .unique(["name"])
        .create(manager)
        .await
}

async fn create_kpi_measurements(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let engine = manager.get_database_backend();
    NewTable::new(manager, "kpi_measurements")
        .id()
        .col(uuid("kpi_id"))
        .col(timestamp("measured_at").default(now(engine)))
        .col(decimal("value", 14, 4))
        .col(timestamp("period_start").null())
        .col(timestamp("period_end").null())
        .col(json("metadata").default(empty_object()))
        .check("period", Expr::col("period_end").gte(Expr::col("period_start")))
        .references("kpi_id", "kpis", ForeignKeyAction::Cascade)
        .unique(["kpi_id", "measured_at"])
        .create(manager)
        .await
}

async fn create_reports(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let engine = manager.get_database_backend();
    NewTable::new(manager, "reports")
        .id()
        .col(varchar("name", 255))
        .col(varchar("type", 50))
        .col(uuid("created_by_agent_id").null())
        .col(json("recipient_agents").default(empty_list()))
        .col(json("content"))
        .col(timestamp("generated_at").default(now(engine)))
        .col(timestamp("sent_at").null())
        .references("created_by_agent_id", "agents", ForeignKeyAction::SetNull)
        .create(manager)
        .await
}
