//! Indexes for the lists of transactions and of budgets.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table) in [
            ("idx_budgets_fiscal_year_fiscal_month", "budgets"),
            ("idx_transactions_customer_id_id", "transactions"),
            ("idx_transactions_agent_id_id", "transactions"),
            ("idx_transactions_category_id", "transactions"),
            ("idx_transactions_type_id", "transactions"),
        ] {
            let index = Index::drop().name(name).table(table).to_owned();
            manager.drop_index(index).await?;
        }
        Ok(())
    }
}

/// The newest transactions of a type, a category, an agent or a customer are the last ids of it; the budgets of a year are
/// added up by month.
fn indexes() -> [IndexCreateStatement; 5] {
    [
        index("idx_transactions_type_id", "transactions", ["type", "id"]),
        index("idx_transactions_category_id", "transactions", ["category", "id"]),
        index("idx_transactions_agent_id_id", "transactions", ["agent_id", "id"]),
        index(
            "idx_transactions_customer_id_id",
            "transactions",
            ["customer_id", "id"],
        ),
        index(
            "idx_budgets_fiscal_year_fiscal_month",
            "budgets",
            ["fiscal_year", "fiscal_month"],
        ),
    ]
}

fn index(name: &str, table: &'static str, columns: [&'static str; 2]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(table);
    for column in columns {
        index.col(column);
    }
    index
}
