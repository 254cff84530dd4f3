//! Indexes for the lists of customers, interactions and segment members.
//!
//! Members run by score and then by customer, contacts by time and then by id: both are keys of a page.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in indexes(manager.get_database_backend()) {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in [
            "idx_customer_segment_members_segment_score",
            "idx_customer_interactions_customer_created",
            "idx_customers_tags",
            "idx_customers_phone",
            "idx_customers_vip",
        ] {
            manager.drop_index(Index::drop().name(name).to_owned()).await?;
        }
        Ok(())
    }
}

fn indexes(engine: DbBackend) -> Vec<IndexCreateStatement> {
    let mut indexes = vec![
        Index::create()
            .name("idx_customers_vip")
            .table("customers")
            .col("id")
            .and_where(Expr::col("vip_status").eq(true))
            .take(),
        Index::create()
            .name("idx_customers_phone")
            .table("customers")
            .col("phone")
            .take(),
        Index::create()
            .name("idx_customer_interactions_customer_created")
            .table("customer_interactions")
            .col("customer_id")
            .col(("created_at", IndexOrder::Desc))
            .col(("id", IndexOrder::Desc))
            .take(),
        Index::create()
            .name("idx_customer_segment_members_segment_score")
            .table("customer_segment_members")
            .col("segment_id")
            .col(("score", IndexOrder::Desc))
            .col(("customer_id", IndexOrder::Desc))
            .take(),
    ];
    let mut tags = Index::create()
        .name("idx_customers_tags")
        .table("customers")
        .col("tags")
        .take();
    // SQLite has no index of what is inside of JSON; there it is a smaller thing to scan than the table.
    if engine == DbBackend::Postgres {
        tags.index_type(IndexType::Custom("gin".into()));
    }
    indexes.push(tags);
    indexes
}
