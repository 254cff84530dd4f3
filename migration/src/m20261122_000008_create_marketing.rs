//! Campaigns, their content, and the mailing lists with their subscribers.
//!
//! A subscription outlives its customer: an unsubscribe stays honoured.

use sea_orm_migration::prelude::*;

use crate::schema::{
    NewTable, boolean, date, decimal, drop_tables, empty_object, json, now, text, timestamp, uuid, varchar,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_campaigns(manager).await?;
        create_content(manager).await?;
        create_email_lists(manager).await?;
        create_email_subscribers(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            ["email_subscribers", "email_lists", "content", "campaigns"],
        )
        .await
    }
}

async fn create_campaigns(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "campaigns")
        .id()
        .col(varchar("name", 255))
        .col(varchar("type", 50))
        .col(uuid("goal_id").null())
        .col(uuid("owner_agent_id").null())
        .col(uuid("target_segment_id").null())
        .col(varchar("status", 50).default("draft"))
        .col(decimal("budget", 10, 2).null())
        .col(decimal("spent", 10, 2).default(0))
        .col(date("start_date").null())
        .col(date("end_date").null())
        .col(json("metadata").default(empty_object()))
        .created_at()
        .updated_at()
        .one_of("type", ["email", "social", "sms", "ads"])
        .one_of(
            "status",
            ["draft", "scheduled", "active", "paused", "completed", "cancelled"],
        )
        .at_least("budget", 0)
        .at_least("spent", 0)
        .check("dates", Expr::col("end_date").gte(Expr::col("start_date")))
        .references("goal_id", "goals", ForeignKeyAction::NoAction)
        .references("owner_agent_id", "agents", ForeignKeyAction::NoAction)
        .references(
            "target_segment_id",
            "customer_segments",
            ForeignKeyAction::NoAction,
        )
        .create(manager)
        .await
}

async fn create_content(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "content")
        .id()
        .col(varchar("type", 50))
        .col(varchar("title", 500).null())
        .col(text("body").null())
        .col(json("metadata").default(empty_object()))
        .col(uuid("created_by_agent_id").null())
        .col(uuid("campaign_id").null())
        .col(varchar("status", 50).default("draft"))
        .col(json("performance_metrics").default(empty_object()))
        .created_at()
        .col(timestamp("published_at").null())
        .one_of("status", ["draft", "review", "approved", "published", "archived"])
        .references("created_by_agent_id", "agents", ForeignKeyAction::NoAction)
        .references("campaign_id", "campaigns", ForeignKeyAction::SetNull)
        .create(manager)
        .await
}

async fn create_email_lists(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "email_lists")
        .id()
        .col(varchar("name", 255))
        .col(text("description").null())
        .col(varchar("type", 50))
        .col(json("criteria").null())
        .col(boolean("is_active").default(true))
        .created_at()
        .updated_at()
        .unique(["name"])
        .create(manager)
        .await
}

async fn create_email_subscribers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let engine = manager.get_database_backend();
    NewTable::new(manager, "email_subscribers")
        .col(varchar("email", 255))
        .col(uuid("list_id"))
        .col(uuid("customer_id").null())
        .col(varchar("status", 50).default("subscribed"))
        .col(json("consent").default(empty_object()))
        .col(timestamp("subscribed_at").default(now(engine)))
        .col(timestamp("unsubscribed_at").null())
        .primary_key(["email", "list_id"])
        .check("email", Expr::col("email").eq(Func::lower(Expr::col("email"))))
        .one_of(
            "status",
            ["pending", "subscribed", "unsubscribed", "bounced", "complained"],
        )
        .references("list_id", "email_lists", ForeignKeyAction::Cascade)
        .references("customer_id", "customers", ForeignKeyAction::SetNull)
        .create(manager)
        .await
}
