//! Transactions by month, budgets, and the credit for revenue.
//!
//! Transactions outlive the order, the customer and the agent they name; attribution goes with its transaction.

use sea_orm_migration::prelude::*;

use crate::schema::{
    NewTable, date, decimal, drop_tables, empty_object, integer, json, partition_by_month, text, today, uuid,
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
        create_transactions(manager).await?;
        create_budgets(manager).await?;
        create_revenue_attribution(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["revenue_attribution", "budgets", "transactions"]).await
    }
}

async fn create_transactions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let engine = manager.get_database_backend();
    NewTable::new(manager, "transactions")
        .time_id()
        .col(varchar("type", 50))
        .col(varchar("category", 100))
        .col(decimal("amount", 12, 2))
        .col(varchar("currency", 3).default("USD"))
        .col(text("description").null())
        .col(uuid("order_id").null())
        .col(uuid("customer_id").null())
        .col(uuid("agent_id").null())
        .col(varchar("payment_method", 50).null())
        .col(date("transaction_date").default(today(engine)))
        .created_at()
        .one_of("type", ["revenue", "expense", "refund", "adjustment"])
        .at_least("amount", 0)
        .check(
            "currency",
            Expr::expr(Func::char_length(Expr::col("currency"))).eq(3),
        )
        .references("order_id", "orders", ForeignKeyAction::SetNull)
        .references("customer_id", "customers", ForeignKeyAction::SetNull)
        .references("agent_id", "agents", ForeignKeyAction::SetNull)
        .create(manager)
        .await?;
    partition_by_month(manager, "transactions", "transaction_date").await
}

async fn create_budgets(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "budgets")
        .id()
        .col(varchar("name", 255))
        .col(varchar("category", 100))
        .col(integer("fiscal_year"))
        .col(integer("fiscal_month"))
        .col(decimal("allocated_amount", 12, 2))
        .col(decimal("spent_amount", 12, 2).default(0))
        .col(uuid("owner_agent_id").null())
        .created_at()
        .between("fiscal_year", 1900, 9999)
        .between("fiscal_month", 1, 12)
        .at_least("allocated_amount", 0)
        .at_least("spent_amount", 0)
        .references("owner_agent_id", "agents", ForeignKeyAction::NoAction)
        .unique_named(
            "idx_budgets_category_period",
            ["category", "fiscal_year", "fiscal_month"],
        )
        .create(manager)
        .await
}

async fn create_revenue_attribution(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "revenue_attribution")
        .id()
        .col(uuid("transaction_id"))
        .col(uuid("agent_id"))
        .col(uuid("campaign_id").null())
        .col(varchar("attribution_model", 50).default("last_touch"))
        .col(decimal("attribution_percentage", 5, 2))
        .col(json("touchpoint_data").default(empty_object()))
        .created_at()
        .one_of(
            "attribution_model",
            [
                "first_touch",
                "last_touch",
                "linear",
                "time_decay",
                "position_based",
            ],
        )
        .between("attribution_percentage", 0, 100)
        .references("transaction_id", "transactions", ForeignKeyAction::Cascade)
        .references("agent_id", "agents", ForeignKeyAction::NoAction)
        .references("campaign_id", "campaigns", ForeignKeyAction::NoAction)
        .create(manager)
        .await
}
