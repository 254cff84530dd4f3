//! Products, their variants, the stock of a variant by location, and a product's figures by period.
//!
//! All of it goes with its product.

use sea_orm_migration::prelude::*;

use crate::schema::{
    NewTable, boolean, date, decimal, drop_tables, empty_list, integer, json, text, timestamp, uuid, varchar,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_products(manager).await?;
        create_product_variants(manager).await?;
        create_inventory(manager).await?;
        create_product_metrics(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            ["product_metrics", "inventory", "product_variants", "products"],
        )
        .await
    }
}

async fn create_products(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "products")
        .id()
        .col(varchar("handle", 255))
        .col(varchar("shopify_id", 255).null())
        .col(varchar("title", 500))
        .col(text("description").null())
        .col(varchar("collection", 255).null())
        .col(varchar("category", 255).null())
        .col(json("tags").default(empty_list()))
        .col(decimal("base_price", 10, 2))
        .col(decimal("cost", 10, 2).null())
        .col(varchar("status", 50).default("active"))
        .created_at()
        .updated_at()
        .at_least("base_price", 0)
        .at_least("cost", 0)
        .one_of("status", ["active", "inactive", "archived"])
        .unique(["handle"])
        .unique(["shopify_id"])
        .index_named("idx_products_collection_status", ["collection", "status"])
        .create(manager)
        .await
}

async fn create_product_variants(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "product_variants")
        .id()
        .col(uuid("product_id"))
        .col(varchar("shopify_variant_id", 255).null())
        .col(varchar("sku", 255))
        .col(varchar("size", 50).null())
        .col(varchar("frame_type", 50).null())
        .col(decimal("price", 10, 2))
        .col(boolean("is_available").default(true))
        .created_at()
        .updated_at()
        .at_least("price", 0)
        .references("product_id", "products", ForeignKeyAction::Cascade)
        .unique(["shopify_variant_id"])
        .unique(["sku"])
        .create(manager)
        .await
}

async fn create_inventory(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "inventory")
        .id()
        .col(uuid("product_variant_id"))
        .col(varchar("location", 255).default("main"))
        .col(integer("quantity_available").default(0))
        .col(integer("quantity_reserved").default(0))
        .col(integer("quantity_incoming").default(0))
        .col(integer("reorder_point").null())
        .col(integer("reorder_quantity").null())
        .col(timestamp("last_counted_at").null())
        .updated_at()
        .at_least("quantity_available", 0)
        .at_least("quantity_reserved", 0)
        .at_least("quantity_incoming", 0)
        .at_least("reorder_point", 0)
        .at_least("reorder_quantity", 1)
        .references(
            "product_variant_id",
            "product_variants",
            ForeignKeyAction::Cascade,
        )
        .unique(["product_variant_id", "location"])
        .create(manager)
        .await
}

async fn create_product_metrics(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    NewTable::new(manager, "product_metrics")
        .id()
        .col(uuid("product_id"))
        .col(date("period_start"))
        .col(date("period_end"))
        .col(integer("views").default(0))
        .col(integer("add_to_carts").default(0))
        .col(integer("purchases").default(0))
        .col(decimal("revenue", 12, 2).default(0))
        .col(decimal("conversion_rate", 5, 4).null())
        .col(decimal("average_order_value", 10, 2).null())
        .created_at()
        .at_least("views", 0)
        .at_least("add_to_carts", 0)
        .at_least("purchases", 0)
        .at_least("revenue", 0)
        .between("conversion_rate", 0, 1)
        .at_least("average_order_value", 0)
        .check("period", Expr::col("period_end").gte(Expr::col("period_start")))
        .references("product_id", "products", ForeignKeyAction::Cascade)
        .unique(["product_id", "period_start", "period_end"])
        .create(manager)
        .await
}
