//! Customers, the segments they belong to, and their interactions with agents.
//!
//! E-mail addresses are stored lower-case, so that the unique index means the address.

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
        create_customers(manager).await?;
        create_customer_segments(manager).await?;
        create_customer_segment_members(manager).await?;
        create_customer_interactions(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            [
                "customer_interactions",
                "customer_segment_members",
                "customer_segments",
                "customers",
            ],
        )
        .await
    }
}

async fn create_customers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "customers")
        .id()
        .col(varchar("shopify_customer_id", 255).null())
        .col(varchar("email", 255))
        .col(varchar("first_name", 255).null())
        .col(varchar("last_name", 255).null())
        .col(varchar("company", 255).null())
        .col(varchar("phone", 50).null())
        .col(json("tags").default(empty_list()))
        .col(boolean("accepts_marketing").default(false))
        .col(boolean("vip_status").default(false))
        .created_at()
        .updated_at()
        .check("email", Expr::col("email").eq(Func::lower(Expr::col("email"))))
        .unique(["shopify_customer_id"])
        .unique(["email"])
        .create(manager)
        .await
}

async fn create_customer_segments(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "customer_segments")
        .id()
        .col(varchar("name", 255))
        .col(varchar("type", 50))
        .col(text("description").null())
        .col(json("criteria"))
        .col(boolean("is_active").default(true))
        .created_at()
        .one_of("type", ["commercial", "residential", "online"])
        .unique(["name"])
        .create(manager)
        .await
}

async fn create_customer_segment_members(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let engine = manager.get_database_backend();
    NewTable::new(manager, "customer_segment_members")
        .col(uuid("customer_id"))
        .col(uuid("segment_id"))
        .col(decimal("score", 5, 2).default(50))
        .col(timestamp("assigned_at").default(now(engine)))
        .primary_key(["customer_id", "segment_id"])
        .between("score", 0, 100)
        .references("customer_id", "customers", ForeignKeyAction::Cascade)
        .references("segment_id", "customer_segments", ForeignKeyAction::Cascade)
        .create(manager)
        .await
}

async fn create_customer_interactions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "customer_interactions")
        .id()
        .col(uuid("customer_id"))
        .col(uuid("agent_id").null())
        .col(varchar("interaction_type", 100))
        .col(varchar("channel", 50))
        .col(text("content").null())
        .col(decimal("sentiment_score", 3, 2).null())
        .col(varchar("outcome", 255).null())
        .col(json("metadata").default(empty_object()))
        .created_at()
        .between("sentiment_score", -1, 1)
        .references("customer_id", "customers", ForeignKeyAction::Cascade)
        .references("agent_id", "agents", ForeignKeyAction::SetNull)
        .create(manager)
        .await
}
