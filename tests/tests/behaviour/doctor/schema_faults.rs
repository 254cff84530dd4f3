//! Faults of the schema: each is found, alone, and its repair mends it.

use rstest::rstest;
use service::maintenance::doctor::{self, Repair, Severity};
use tests::Engine;

use super::bed::Bed;

/// Plants a fault, sees it found at that object and nothing else, and lets the repair mend it.
async fn planted(engine: Engine, fault: &str, check: &str, object: &str) {
    let Some(bed) = Bed::new(engine).await else { return };
    bed.run(fault).await;
    let finding = bed.only(check).await;
    let rows: Vec<_> = finding.faults.iter().map(|fault| fault.row.as_str()).collect();
    assert_eq!(rows.join(" "), object, "{finding:#?}");
    assert_eq!(finding.total, rows.len() as u64);
    bed.mend(&finding).await;
}

#[rstest]
#[case(
    "schema.columns",
    "ALTER TABLE agents ALTER status DROP DEFAULT",
    "agents.status"
)]
#[case("schema.columns", "ALTER TABLE goals ALTER name DROP NOT NULL", "goals.name")]
#[case(
    "schema.columns",
    "ALTER TABLE goals ALTER name TYPE varchar(99)",
    "goals.name"
)]
#[case("schema.columns", "ALTER TABLE content DROP COLUMN title", "content.title")]
#[case(
    "schema.columns",
    "ALTER TABLE goals ALTER name TYPE varchar(400)",
    "goals.name"
)]
#[case(
    "schema.columns",
    "ALTER TABLE content ALTER body TYPE text COLLATE \"C\"",
    "content.body"
)]
#[case(
    "schema.settings",
    "ALTER TABLE inventory SET (fillfactor = 100); ALTER TABLE orders RESET (autovacuum_vacuum_scale_factor)",
    "inventory.fillfactor orders.autovacuum_vacuum_scale_factor"
)]
#[case("schema.tables", "ALTER TABLE order_items SET UNLOGGED", "order_items")]
#[case(
    "schema.constraints",
    "ALTER TABLE agents DROP CONSTRAINT chk_agents_status",
    "agents.chk_agents_status"
)]
#[case(
    "schema.constraints",
    "ALTER TABLE agents DROP CONSTRAINT chk_agents_parent, ADD CONSTRAINT chk_agents_parent CHECK (parent_id = id)",
    "agents.chk_agents_parent"
)]
#[case(
    "schema.constraints",
    "ALTER TABLE transactions DROP CONSTRAINT chk_transactions_amount",
    "transactions.chk_transactions_amount"
)]
#[case(
    "schema.constraints",
    "ALTER TABLE budgets DROP CONSTRAINT fk_budgets_owner_agent_id, \
     ADD CONSTRAINT fk_budgets_owner_agent_id FOREIGN KEY (owner_agent_id) REFERENCES agents (id) ON DELETE CASCADE",
    "budgets.fk_budgets_owner_agent_id"
)]
#[case(
    "schema.constraints",
    "ALTER TABLE tasks DROP CONSTRAINT fk_tasks_workflow_execution_id",
    "tasks.fk_tasks_workflow_execution_id"
)]
#[case("schema.indexes", "DROP INDEX idx_agents_name", "agents.idx_agents_name")]
#[case(
    "schema.indexes",
    "DROP INDEX idx_agents_name; CREATE INDEX idx_agents_name ON agents (type)",
    "agents.idx_agents_name"
)]
#[case(
    "schema.indexes",
    "DROP INDEX idx_transactions_type_id",
    "transactions.idx_transactions_type_id"
)]
#[case(
    "schema.triggers",
    "DROP TRIGGER agents_touch ON agents",
    "agents.agents_touch"
)]
#[case(
    "schema.functions",
    "CREATE OR REPLACE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "touch_updated_at()"
)]
#[case(
    "schema.comments",
    "COMMENT ON COLUMN agent_performance.agent_id IS NULL",
    "agent_performance.agent_id"
)]
#[case(
    "schema.sequences",
    "ALTER SEQUENCE order_numbers OWNED BY NONE",
    "order_numbers"
)]
#[case(
    "schema.sequences",
    "ALTER SEQUENCE order_numbers INCREMENT 7 MAXVALUE 5000 CACHE 20 CYCLE",
    "order_numbers"
)]
#[case(
    "schema.disabled_triggers",
    "ALTER TABLE agents DISABLE TRIGGER agents_touch",
    "agents.agents_touch"
)]
#[case(
    "schema.disabled_triggers",
    "ALTER TABLE tasks DISABLE TRIGGER ALL",
    "tasks tasks.tasks_in_office_on_insert tasks.tasks_in_office_on_update"
)]
#[case(
    "schema.unvalidated",
    "ALTER TABLE agents DROP CONSTRAINT chk_agents_status; ALTER TABLE agents ADD CONSTRAINT chk_agents_status \
     CHECK (status IN ('active', 'inactive', 'archived')) NOT VALID",
    "agents.chk_agents_status"
)]
#[case(
    "schema.invalid_indexes",
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_agents_name'::regclass",
    "agents.idx_agents_name"
)]
#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_the_schema_is_found_and_mended(
    #[case] check: &str,
    #[case] fault: &str,
    #[case] object: &str,
) {
    planted(Engine::Postgres, fault, check, object).await;
}

#[rstest]
#[case("schema.columns", "ALTER TABLE content DROP COLUMN title", "content.title")]
#[case("schema.indexes", "DROP INDEX idx_agents_name", "agents.idx_agents_name")]
#[case("schema.triggers", "DROP TRIGGER agents_touch", "agents.agents_touch")]
#[case(
    "schema.views",
    "DROP VIEW agent_performance; CREATE VIEW agent_performance AS SELECT 1 AS one",
    "agent_performance"
)]
#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_a_file_is_found_and_mended(
    #[case] check: &str,
    #[case] fault: &str,
    #[case] object: &str,
) {
    planted(Engine::Sqlite, fault, check, object).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_comes_back_with_its_index_and_comments() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    bed.run("DROP MATERIALIZED VIEW agent_performance; CREATE MATERIALIZED VIEW agent_performance AS SELECT id AS agent_id FROM agents")
        .await;
    let finding = bed.only("schema.views").await;
    assert_eq!(finding.faults[0].row, "agent_performance");
    bed.mend(&finding).await;
    bed.run("DROP MATERIALIZED VIEW product_performance").await;
    let examination = bed.examine().await;
    assert_eq!(super::bed::names(&examination), ["schema.views"]);
    bed.mend(&examination.findings[0]).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_no_migration_makes_is_a_warning(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(bed) = Bed::new(engine).await else { return };
    bed.run("CREATE TABLE notes (id integer PRIMARY KEY); CREATE INDEX idx_notes ON notes (id)")
        .await;
    let finding = bed.only("schema.tables").await;
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(finding.faults[0].row, "notes");
    assert_eq!(finding.faults[0].expected, "nothing");
    assert!(matches!(&finding.repairs[0], Repair::Decision(text) if text.contains("DROP TABLE ")));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_key_without_an_index_is_found(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(bed) = Bed::new(engine).await else { return };
    bed.run("DROP INDEX idx_revenue_attribution_campaign_id").await;
    let examination = bed.examine().await;
    assert_eq!(
        super::bed::names(&examination),
        ["schema.indexes", "schema.unindexed_keys"]
    );
    bed.mend(examination.finding("schema.unindexed_keys").unwrap())
        .await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_missing_is_one_fault(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(bed) = Bed::new(engine).await else { return };
    bed.run("DROP TABLE kpi_measurements").await;
    let examination = bed.examine().await;
    let finding = examination.finding("schema.tables").unwrap();
    assert_eq!(finding.faults[0].row, "kpi_measurements");
    assert_eq!(
        super::bed::names(&examination),
        ["schema.tables"],
        "{examination:#?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_is_examined_as_far_as_it_goes(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    for table in tests::rows::tables().collect::<Vec<_>>().into_iter().rev() {
        let cascade = if engine == Engine::Postgres {
            " CASCADE"
        } else {
            ""
        };
        bed.run(&format!("DROP TABLE {table}{cascade}")).await;
    }
    bed.run("DROP TABLE seaql_migrations").await;
    let examination = bed.examine().await;
    assert!(!examination.is_healthy());
    assert_eq!(examination.finding("schema.tables").unwrap().total, 29);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_a_partition_lacks_is_found_and_made() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    let indexed = bed
        .text("SELECT pg_get_indexdef('idx_transactions_type_id'::regclass)")
        .await;
    bed.run(&format!("DROP INDEX idx_transactions_type_id; {indexed}"))
        .await;
    let examination = bed.examine().await;
    let finding = examination.finding("schema.partition_indexes").unwrap();
    assert_eq!(finding.total, 15);
    bed.mend(finding).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_reads_a_missing_column_is_named_and_the_others_are_made(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    bed.run("ALTER TABLE content DROP COLUMN published_at").await;
    let healthy = doctor::checks()
        .filter(|check| check.engines.contains(engine.backend()))
        .count();
    let examination = bed.examine().await;
    assert_eq!(super::bed::names(&examination), ["schema.columns"]);
    let unchecked: Vec<_> = examination
        .unchecked
        .iter()
        .map(|unchecked| (unchecked.check, unchecked.missing.as_str()))
        .collect();
    assert_eq!(unchecked, [("content.published", "content.published_at")]);
    assert_eq!(examination.checked, healthy - 1);
    assert!(!examination.is_healthy());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_no_migration_makes_is_found() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    bed.run("CREATE TYPE mood AS ENUM ('calm')").await;
    assert_eq!(bed.only("schema.types").await.faults[0].row, "mood");
}
