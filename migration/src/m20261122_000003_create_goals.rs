//! The tree of goals.

use sea_orm_migration::prelude::*;

use crate::schema::{
    NewTable, date, decimal, drop_tables, forbid_cycles, permit_cycles, text, uuid, varchar,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_goals(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["goals"]).await?;
        permit_cycles(manager, "goals").await
    }
}

async fn create_goals(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "goals")
        .id()
        .col(varchar("name", 255))
        .col(text("description").null())
        .col(varchar("type", 50))
        .col(decimal("target_value", 12, 2).null())
        .col(date("target_date").null())
        .col(uuid("owner_agent_id").null())
        .col(uuid("parent_goal_id").null())
        .col(varchar("status", 50).default("active"))
        .created_at()
        .updated_at()
        .one_of(
            "type",
            ["revenue", "efficiency", "customer_satisfaction", "growth"],
        )
        .one_of("status", ["active", "inactive", "archived"])
        .check("parent", Expr::col("parent_goal_id").ne(Expr::col("id")))
        .references("owner_agent_id", "agents", ForeignKeyAction::NoAction)
        .references("parent_goal_id", "goals", ForeignKeyAction::NoAction)
        .create(manager)
        .await?;
    forbid_cycles(manager, "goals", "parent_goal_id").await
}
