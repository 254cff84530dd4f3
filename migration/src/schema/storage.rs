//! How a table is stored and vacuumed: PostgreSQL's storage parameters. SQLite has none.
//!
//! A partition made later inherits none of them. Whoever makes one copies them from the table's default partition, which every
//! change here reaches as well:
//!
//! ```sql
//! SELECT reloptions FROM pg_class WHERE oid = 'transactions_default'::regclass
//! -- {autovacuum_analyze_scale_factor=0.02,…}: what follows WITH in CREATE TABLE … PARTITION OF … FOR VALUES …
//! ```

use sea_orm_migration::prelude::*;

use super::run_script;

const PARTITIONS: &str = include_str!("../sql/partition_storage.postgres.sql");

/// Storage parameters of one table, by name.
pub(crate) struct Storage {
    pub(crate) table: &'static str,
    /// Whether the table is partitioned: then every partition gets them.
    pub(crate) partitioned: bool,
    pub(crate) parameters: &'static [(&'static str, &'static str)],
}

impl Storage {
    pub(crate) async fn set(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let all: Vec<_> = self
            .parameters
            .iter()
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        self.alter(manager, &format!("SET ({})", all.join(", "))).await
    }

    pub(crate) async fn reset(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let all: Vec<_> = self.parameters.iter().map(|(name, _)| *name).collect();
        self.alter(manager, &format!("RESET ({})", all.join(", "))).await
    }

    /// Takes SHARE UPDATE EXCLUSIVE on what is stored: readers and writers go on.
    async fn alter(&self, manager: &SchemaManager<'_>, change: &str) -> Result<(), DbErr> {
        let script = if self.partitioned {
            PARTITIONS
        } else {
            "ALTER TABLE {table} {change}"
        };
        run_script(manager, script, &[("table", self.table), ("change", change)]).await
    }
}
