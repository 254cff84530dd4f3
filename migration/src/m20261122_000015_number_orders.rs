//! What placing, changing and listing orders needs: numbers for orders, the units of a line that will not be sent any more, and
//! indexes for the lists.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::schema::{integer, run_script};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const NUMBERS: &str = include_str!("sql/order_numbers.postgres.sql");

/// The columns by which lists of orders are narrowed; each list runs from the newest to the oldest.
const LISTED_BY: [&str; 3] = ["status", "financial_status", "fulfillment_status"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            run_script(manager, NUMBERS, &[]).await?;
        }
        let no_more_than_open = Expr::col("quantity_cancelled")
            .eq(0)
            .or(Expr::col("quantity_cancelled").gt(0).and(
                Expr::col("quantity_cancelled")
                    .add(Expr::col("quantity_fulfilled"))
                    .lte(Expr::col("quantity")),
            ));
        let cancelled = integer("quantity_cancelled")
            .default(0)
            .check(("chk_order_items_quantity_cancelled", no_more_than_open))
            .take();
        manager
            .alter_table(Table::alter().table("order_items").add_column(cancelled).take())
            .await?;
        manager
            .create_index(newest("idx_orders_created_at_id", None))
            .await?;
        for column in LISTED_BY {
            let name = format!("idx_orders_{column}_created_at_id");
            manager.create_index(newest(&name, Some(column))).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in LISTED_BY {
            let name = format!("idx_orders_{column}_created_at_id");
            manager
                .drop_index(Index::drop().name(name).table("orders").to_owned())
                .await?;
        }
        manager
            .drop_index(
                Index::drop()
                    .name("idx_orders_created_at_id")
                    .table("orders")
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("order_items")
                    .drop_column("quantity_cancelled")
                    .take(),
            )
            .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            let numbers = "DROP SEQUENCE order_numbers";
            manager.get_connection().execute_unprepared(numbers).await?;
        }
        Ok(())
    }
}

fn newest(name: &str, by: Option<&'static str>) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table("orders");
    if let Some(column) = by {
        index.col(column);
    }
    index.col("created_at").col("id").take()
}
