//! What no migration makes: each is found at its name as SQL writes it, and the statement that the decision offers drops that and
//! nothing else.

use rstest::rstest;
use service::maintenance::doctor::{Finding, Repair, Severity};
use tests::Engine;

use super::bed::Bed;

/// The statements that a decision offers, each after a space between parentheses.
pub(super) fn offered(repair: &Repair) -> Vec<String> {
    let Repair::Decision(text) = repair else {
        panic!("{repair:?}");
    };
    let mut rest = text.as_str();
    let mut found = Vec::new();
    while let Some((_, after)) = rest.split_once(" (") {
        let mut depth = 1;
        let end = after.find(|c| {
            depth += match c {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth == 0
        });
        let (sql, after) = after.split_at(end.unwrap());
        found.push(sql.to_owned());
        rest = after;
    }
    found
}

/// Runs what each decision of a finding offers, after which nothing is found.
pub(super) async fn decide(bed: &Bed, finding: &Finding) {
    for repair in &finding.repairs {
        for sql in offered(repair) {
            bed.run(&sql).await;
        }
    }
    let examination = bed.examine().await;
    assert!(examination.is_healthy(), "{finding:#?} then {examination:#?}");
}

async fn extra(engine: Engine, fault: &str, check: &str, object: &str, severity: Severity) {
    let Some(bed) = Bed::new(engine).await else { return };
    bed.run(fault).await;
    let finding = bed.only(check).await;
    let rows: Vec<_> = finding.faults.iter().map(|fault| fault.row.as_str()).collect();
    assert_eq!(rows, [object], "{finding:#?}");
    assert_eq!(finding.severity, severity);
    decide(&bed, &finding).await;
}

#[rstest]
#[case("schema.tables", r#"CREATE TABLE "Reports" (id integer)"#, r#""Reports""#)]
#[case(
    "schema.tables",
    r#"CREATE TABLE "a.b" (id serial, "c.d" integer)"#,
    r#""a.b""#
)]
#[case("schema.tables", r#"CREATE TABLE "order" (id integer)"#, r#""order""#)]
#[case(
    "schema.tables",
    "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE far (id integer) SERVER s",
    "far"
)]
#[case(
    "schema.columns",
    r#"ALTER TABLE goals ADD COLUMN "Name" text"#,
    r#"goals."Name""#
)]
#[case(
    "schema.constraints",
    r#"ALTER TABLE goals ADD CONSTRAINT "CHK.goals" CHECK (true)"#,
    r#"goals."CHK.goals""#
)]
#[case(
    "schema.indexes",
    r#"CREATE INDEX "IDX_agents_name" ON agents (id)"#,
    r#"agents."IDX_agents_name""#
)]
#[case(
    "schema.triggers",
    r#"CREATE TRIGGER "Odd one" BEFORE INSERT ON transactions_default FOR EACH ROW EXECUTE FUNCTION touch_updated_at()"#,
    r#"transactions_default."Odd one""#
)]
#[case(
    "schema.triggers",
    "CREATE CONSTRAINT TRIGGER later AFTER INSERT ON goals FOR EACH ROW EXECUTE FUNCTION touch_updated_at()",
    "goals.later"
)]
#[case(
    "schema.functions",
    "CREATE PROCEDURE tidy(n numeric) LANGUAGE sql AS 'SELECT 1'",
    "tidy(IN n numeric)"
)]
#[case(
    "schema.functions",
    r#"CREATE FUNCTION "Touch_updated_at"() RETURNS integer LANGUAGE sql AS 'SELECT 1'"#,
    r#""Touch_updated_at"()"#
)]
#[case("schema.views", "CREATE MATERIALIZED VIEW seen AS SELECT 1 AS one", "seen")]
#[case("schema.views", r#"CREATE VIEW "Agents" AS SELECT 1 AS one"#, r#""Agents""#)]
#[case(
    "schema.sequences",
    r#"CREATE SEQUENCE "Order_numbers""#,
    r#""Order_numbers""#
)]
#[case("schema.types", "CREATE DOMAIN cents AS bigint", "cents")]
#[case("schema.types", r#"CREATE TYPE "Mood" AS ENUM ('calm')"#, r#""Mood""#)]
#[tokio::test(flavor = "multi_thread")]
async fn what_no_migration_makes_can_be_dropped(
    #[case] check: &str,
    #[case] fault: &str,
    #[case] object: &str,
) {
    extra(Engine::Postgres, fault, check, object, Severity::Warning).await;
}

#[rstest]
#[case("schema.tables", r#"CREATE TABLE "order" (id integer)"#, "order")]
#[case("schema.tables", r#"CREATE TABLE "my notes" (id integer)"#, r#""my notes""#)]
#[case(
    "schema.columns",
    r#"ALTER TABLE goals ADD COLUMN "a.b" text"#,
    r#"goals."a.b""#
)]
#[case("schema.indexes", r#"CREATE INDEX "to" ON agents (type, id)"#, "agents.to")]
#[case(
    "schema.triggers",
    r#"CREATE TRIGGER "odd one" AFTER INSERT ON agents BEGIN SELECT 1; END"#,
    r#"agents."odd one""#
)]
#[case("schema.views", "CREATE VIEW seen AS SELECT 1 AS one", "seen")]
#[tokio::test(flavor = "multi_thread")]
async fn what_no_migration_makes_of_a_file_can_be_dropped(
    #[case] check: &str,
    #[case] fault: &str,
    #[case] object: &str,
) {
    extra(Engine::Sqlite, fault, check, object, Severity::Warning).await;
}

/// These change what operations write and see.
#[rstest]
#[case(
    "schema.rules",
    r#"CREATE RULE "Kept" AS ON DELETE TO orders DO INSTEAD NOTHING"#,
    r#"orders."Kept""#
)]
#[case(
    "schema.tables",
    "ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    "orders"
)]
#[tokio::test(flavor = "multi_thread")]
async fn what_hides_rows_or_rewrites_statements_is_an_error(
    #[case] check: &str,
    #[case] fault: &str,
    #[case] object: &str,
) {
    extra(Engine::Postgres, fault, check, object, Severity::Error).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_and_tuning_of_whoever_runs_the_database_are_no_faults() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    bed.run(
        "COMMENT ON TABLE orders IS 'ours'; COMMENT ON COLUMN orders.status IS 'the state'; \
         COMMENT ON MATERIALIZED VIEW agent_performance IS 'nightly'; \
         ALTER TABLE tasks SET (autovacuum_vacuum_cost_limit = 1000); ALTER TABLE goals SET (fillfactor = 90); \
         ALTER TABLE inventory RESET (fillfactor); ALTER TABLE inventory SET (fillfactor = 70); \
         ALTER TABLE transactions_default SET (fillfactor = 80); ALTER INDEX idx_agents_name SET (fillfactor = 70)",
    )
    .await;
    let examination = bed.examine().await;
    assert!(examination.is_healthy(), "{examination:#?}");
}
