//! How the tables that are written most are stored and vacuumed on PostgreSQL.
//!
//! The server vacuums a table when a fifth of it is dead, and analyses it when a tenth has changed. For a table of millions of
//! rows that is seldom and long; here it is often and short. SQLite has no such settings: it vacuums nothing by itself, see
//! `service vacuum`.
//!
//! `fillfactor` leaves room on each page for the next version of a row. Only where the columns that change are in no index does that
//! spare the indexes a new entry (HOT), so only those tables have it. It holds for pages written from now on.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::schema::Storage;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Rows are changed over and over in columns that no index has.
const CHANGED_IN_PLACE: &[(&str, &str)] = &[
    ("fillfactor", "70"),
    ("autovacuum_vacuum_scale_factor", "0.02"),
    ("autovacuum_vacuum_threshold", "200"),
    ("autovacuum_analyze_scale_factor", "0.05"),
];

/// A few rows that money is counted on.
const COUNTERS: &[(&str, &str)] = &[("fillfactor", "80")];

/// Rows are changed a few times in their life, in columns that no index has.
const CHANGED_AT_TIMES: &[(&str, &str)] = &[
    ("fillfactor", "90"),
    ("autovacuum_vacuum_scale_factor", "0.05"),
    ("autovacuum_analyze_scale_factor", "0.02"),
];

/// Rows go through states that indexes have: each change leaves a dead row and dead index entries.
const PASSING_THROUGH: &[(&str, &str)] = &[
    ("autovacuum_vacuum_scale_factor", "0.05"),
    ("autovacuum_analyze_scale_factor", "0.02"),
];

/// The queue: who claims a task walks over the dead entries of those claimed before, so they go early.
const QUEUE: &[(&str, &str)] = &[
    ("autovacuum_vacuum_scale_factor", "0.01"),
    ("autovacuum_vacuum_threshold", "500"),
    ("autovacuum_analyze_scale_factor", "0.02"),
];

/// Rows are written once. Vacuum marks their pages all-visible, for index-only scans, and freezes them while they are in memory,
/// so that none has to be written again only because it has grown old.
const WRITTEN_ONCE: &[(&str, &str)] = &[
    ("autovacuum_vacuum_insert_scale_factor", "0.05"),
    ("autovacuum_vacuum_insert_threshold", "10000"),
    ("autovacuum_analyze_scale_factor", "0.02"),
    ("autovacuum_freeze_min_age", "0"),
];

const STORED: [Storage; 14] = [
    plain("inventory", CHANGED_IN_PLACE),
    plain("budgets", COUNTERS),
    plain("campaigns", COUNTERS),
    plain("configurations", COUNTERS),
    plain("order_items", CHANGED_AT_TIMES),
    plain("orders", PASSING_THROUGH),
    plain("customer_segment_members", PASSING_THROUGH),
    plain("email_subscribers", PASSING_THROUGH),
    plain("tasks", QUEUE),
    plain("kpi_measurements", WRITTEN_ONCE),
    plain("customer_interactions", WRITTEN_ONCE),
    partitioned("workflow_executions", PASSING_THROUGH),
    partitioned("transactions", WRITTEN_ONCE),
    partitioned("system_events", WRITTEN_ONCE),
];

const fn plain(table: &'static str, parameters: &'static [(&'static str, &'static str)]) -> Storage {
    Storage {
        table,
        partitioned: false,
        parameters,
    }
}

const fn partitioned(table: &'static str, parameters: &'static [(&'static str, &'static str)]) -> Storage {
    Storage {
        table,
        partitioned: true,
        parameters,
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            for storage in &STORED {
                storage.set(manager).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            for storage in &STORED {
                storage.reset(manager).await?;
            }
        }
        Ok(())
    }
}
