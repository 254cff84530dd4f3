//! The agents, what they can do, and whom they may ask.
//!
//! An agent's parent cannot be deleted under it; capabilities and collaborations go with their agent.

use sea_orm_migration::prelude::*;

use crate::schema::{
    NewTable, boolean, drop_tables, empty_list, empty_object, forbid_cycles, integer, json, permit_cycles,
    text, uuid, varchar,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_agents(manager).await?;
        create_agent_capabilities(manager).await?;
        create_agent_collaborations(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["agent_collaborations", "agent_capabilities", "agents"]).await?;
        permit_cycles(manager, "agents").await
    }
}

async fn create_agents(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "agents")
        .id()
        .col(varchar("name", 255))
        .col(varchar("type", 50))
        .col(uuid("parent_id").null())
        .col(varchar("status", 50).default("active"))
        .col(text("system_prompt").null())
        .col(json("mcp_tools").default(empty_list()))
        .created_at()
        .updated_at()
        .one_of("type", ["orchestrator", "director", "specialist"])
        .one_of("status", ["active", "inactive", "archived"])
        .check("parent", Expr::col("parent_id").ne(Expr::col("id")))
        .references("parent_id", "agents", ForeignKeyAction::NoAction)
        .unique(["name"])
        .create(manager)
        .await?;
    forbid_cycles(manager, "agents", "parent_id").await
}

async fn create_agent_capabilities(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "agent_capabilities")
        .id()
        .col(uuid("agent_id"))
        .col(varchar("capability_type", 100))
        .col(varchar("capability_name", 255))
        .col(json("configuration").default(empty_object()))
        .col(boolean("is_active").default(true))
        .created_at()
        .references("agent_id", "agents", ForeignKeyAction::Cascade)
        .unique(["agent_id", "capability_type", "capability_name"])
        .create(manager)
        .await
}

async fn create_agent_collaborations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "agent_collaborations")
        .id()
        .col(uuid("requesting_agent_id"))
        .col(uuid("responding_agent_id"))
        .col(varchar("collaboration_type", 100))
        .col(integer("priority").default(5))
        .col(integer("sla_minutes").default(60))
        .created_at()
        .between("priority", 1, 10)
        .at_least("sla_minutes", 1)
        .check(
            "parties",
            Expr::col("requesting_agent_id").ne(Expr::col("responding_agent_id")),
        )
        .references("requesting_agent_id", "agents", ForeignKeyAction::Cascade)
        .references("responding_agent_id", "agents", ForeignKeyAction::Cascade)
        // The columns' names together are longer than an identifier of PostgreSQL.
        .unique_named(
            "idx_agent_collaborations_parties_type",
            ["requesting_agent_id", "responding_agent_id", "collaboration_type"],
        )
        .create(manager)
        .await
}
