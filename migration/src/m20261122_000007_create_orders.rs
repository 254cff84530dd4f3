//! Orders and their lines.
//!
//! A line keeps the SKU and the title that were sold when the variant goes; an order outlives its customer.

use sea_orm_migration::prelude::*;

use crate::schema::{NewTable, decimal, drop_tables, integer, uuid, varchar};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_orders(manager).await?;
        create_order_items(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["order_items", "orders"]).await
    }
}

async fn create_orders(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "orders")
        .id()
        .col(varchar("order_number", 50))
        .col(varchar("shopify_order_id", 255).null())
        .col(uuid("customer_id").null())
        .col(varchar("status", 50).default("pending"))
        .col(varchar("financial_status", 50).default("unpaid"))
        .col(varchar("fulfillment_status", 50).default("unfulfilled"))
        .col(varchar("currency", 3).default("USD"))
        .col(decimal("subtotal_amount", 12, 2))
        .col(decimal("discount_amount", 12, 2).default(0))
        .col(decimal("tax_amount", 12, 2).default(0))
        .col(decimal("shipping_amount", 12, 2).default(0))
        .col(decimal("total_amount", 12, 2))
        .created_at()
        .updated_at()
        .one_of("status", ["pending", "confirmed", "cancelled", "completed"])
        .one_of(
            "financial_status",
            ["unpaid", "paid", "partially_refunded", "refunded"],
        )
        .one_of("fulfillment_status", ["unfulfilled", "partial", "fulfilled"])
        .check(
            "currency",
            Expr::expr(Func::char_length(Expr::col("currency"))).eq(3),
        )
        .at_least("subtotal_amount", 0)
        .at_least("discount_amount", 0)
        .at_least("tax_amount", 0)
        .at_least("shipping_amount", 0)
        .at_least("total_amount", 0)
        .references("customer_id", "customers", ForeignKeyAction::SetNull)
        .unique(["order_number"])
        .unique(["shopify_order_id"])
        .index_as(
            "idx_orders_customer_created",
            Index::create()
                .col("customer_id")
                .col(("created_at", IndexOrder::Desc)),
        )
        .create(manager)
        .await
}

async fn create_order_items(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "order_items")
        .id()
        .col(uuid("order_id"))
        .col(uuid("product_variant_id").null())
        .col(varchar("sku", 255))
        .col(varchar("title", 500))
        .col(varchar("location", 255).null())
        .col(integer("quantity"))
        .col(integer("quantity_fulfilled").default(0))
        .col(integer("quantity_returned").default(0))
        .col(decimal("price", 10, 2))
        .col(decimal("discount_amount", 10, 2).default(0))
        .col(decimal("tax_amount", 10, 2).default(0))
        .col(decimal("total_amount", 12, 2))
        .at_least("quantity", 1)
        .at_least("quantity_fulfilled", 0)
        .at_least("quantity_returned", 0)
        .at_least("price", 0)
        .at_least("discount_amount", 0)
        .at_least("tax_amount", 0)
        .at_least("total_amount", 0)
        .check(
            "fulfilled",
            Expr::col("quantity_fulfilled").lte(Expr::col("quantity")),
        )
        .check(
            "returned",
            Expr::col("quantity_returned").lte(Expr::col("quantity")),
        )
        .references("order_id", "orders", ForeignKeyAction::Cascade)
        .references(
            "product_variant_id",
            "product_variants",
            ForeignKeyAction::SetNull,
        )
        .create(manager)
        .await
}
