//! What serves the lists of campaigns, of content and of subscribers.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Index, table, columns.
const INDEXES: [(&str, &str, &[&str]); 3] = [
    ("idx_campaigns_status_id", "campaigns", &["status", "id"]),
    ("idx_content_status_id", "content", &["status", "id"]),
    (
        "idx_email_subscribers_list_id_status_email",
        "email_subscribers",
        &["list_id", "status", "email"],
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, columns) in INDEXES {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, _) in INDEXES {
            manager
                .drop_index(Index::drop().name(name).table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}
