//! What serves the search for what runs low, and for the addresses that may not be mailed any more.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const LOW: &str = "idx_inventory_reorder_point";
const ENDED: &str = "idx_email_subscribers_status_email";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // No counter is in it, so that a movement of the stock still changes its row in place.
        let low = Index::create()
            .name(LOW)
            .table("inventory")
            .col("id")
            .and_where(Expr::col("reorder_point").is_not_null())
            .to_owned();
        manager.create_index(low).await?;
        let ended = Index::create()
            .name(ENDED)
            .table("email_subscribers")
            .col("status")
            .col("email")
            .to_owned();
        manager.create_index(ended).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table) in [(ENDED, "email_subscribers"), (LOW, "inventory")] {
            manager
                .drop_index(Index::drop().name(name).table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}
