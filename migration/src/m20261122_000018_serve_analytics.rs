//! Periods of a product that do not overlap, and the indexes of the lists of KPIs and reports.
//!
//! The rule is a trigger: an exclusion constraint over a uuid and a range needs the extension `btree_gist`, which not every
//! server has and not every role may create. Rows that overlapped before stay as they are until somebody moves them.

use sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::prelude::*;

use crate::schema::run_script;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Name, table and columns of the indexes that both engines have.
const INDEXES: [(&str, &str, &[&str]); 6] = [
    ("idx_kpis_category_id", "kpis", &["category", "id"]),
    ("idx_kpis_is_active_id", "kpis", &["is_active", "id"]),
    ("idx_reports_generated_at_id", "reports", &["generated_at", "id"]),
    (
        "idx_reports_type_generated_at_id",
        "reports",
        &["type", "generated_at", "id"],
    ),
    (
        "idx_reports_author_generated_at_id",
        "reports",
        &["created_by_agent_id", "generated_at", "id"],
    ),
    (UNSENT, "reports", &["generated_at", "id"]),
];

/// Only of the reports that are still to be sent.
const UNSENT: &str = "idx_reports_unsent";

/// Who gets a report. SQLite has no index into JSON, and reads the newest reports instead.
const RECIPIENTS: &str = "idx_reports_recipient_agents";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let script = match manager.get_database_backend() {
            DbBackend::Sqlite => include_str!("sql/metric_periods.sqlite.sql"),
            _ => include_str!("sql/metric_periods.postgres.sql"),
        };
        run_script(manager, script, &[]).await?;
        for (name, table, columns) in INDEXES {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(*column);
            }
            if name == UNSENT {
                index.and_where(Expr::col("sent_at").is_null());
            }
            manager.create_index(index).await?;
        }
        if manager.get_database_backend() == DbBackend::Postgres {
            let mut index = Index::create();
            index
                .name(RECIPIENTS)
                .table("reports")
                .col("recipient_agents")
                .full_text();
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        if postgres {
            drop_index(manager, RECIPIENTS, "reports").await?;
        }
        for (name, table, _) in INDEXES.into_iter().rev() {
            drop_index(manager, name, table).await?;
        }
        let on = if postgres { " ON product_metrics" } else { "" };
        for event in ["update", "insert"] {
            let statement = format!("DROP TRIGGER product_metrics_no_overlap_on_{event}{on}");
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        if postgres {
            let statement = "DROP FUNCTION product_metrics_refuse_overlap()";
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

async fn drop_index(
    manager: &SchemaManager<'_>,
    name: &'static str,
    table: &'static str,
) -> Result<(), DbErr> {
    let statement = Index::drop().name(name).table(table).to_owned();
    manager.drop_index(statement).await
}
