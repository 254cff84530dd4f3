//! Who may stand under whom, and that an archived agent gets no more work: rules that span rows, so triggers hold them.
//!
//! And the indexes of the lists of agents, and of finding the agents that can do something.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

use crate::schema::run_script;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The tables of work that agents do or own, and the columns that say whose it is.
const WORK: [(&str, &str); 6] = [
    ("goals", "owner_agent_id"),
    ("workflows", "owner_agent_id"),
    ("tasks", "assigned_agent_id"),
    ("campaigns", "owner_agent_id"),
    ("kpis", "owner_agent_id"),
    ("budgets", "owner_agent_id"),
];

const INDEXES: [(&str, &str, &[&str]); 4] = [
    ("idx_agents_type_id", "agents", &["type", "id"]),
    ("idx_agents_status_id", "agents", &["status", "id"]),
    ("idx_agents_parent_id_id", "agents", &["parent_id", "id"]),
    (
        "idx_agent_capabilities_capability_type_capability_name",
        "agent_capabilities",
        &["capability_type", "capability_name"],
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (places, in_office) = match manager.get_database_backend() {
            DbBackend::Sqlite => (
                include_str!("sql/agent_places.sqlite.sql"),
                include_str!("sql/in_office.sqlite.sql"),
            ),
            _ => (
                include_str!("sql/agent_places.postgres.sql"),
                include_str!("sql/in_office.postgres.sql"),
            ),
        };
        run_script(manager, places, &[]).await?;
        for (table, agent) in WORK {
            run_script(manager, in_office, &[("table", table), ("agent", agent)]).await?;
        }
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
        let (places, in_office) = match manager.get_database_backend() {
            DbBackend::Sqlite => (
                include_str!("sql/drop_agent_places.sqlite.sql"),
                include_str!("sql/drop_in_office.sqlite.sql"),
            ),
            _ => (
                include_str!("sql/drop_agent_places.postgres.sql"),
                include_str!("sql/drop_in_office.postgres.sql"),
            ),
        };
        run_script(manager, places, &[]).await?;
        for (table, _) in WORK {
            run_script(manager, in_office, &[("table", table)]).await?;
        }
        Ok(())
    }
}
