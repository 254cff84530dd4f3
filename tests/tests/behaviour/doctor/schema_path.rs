//! Search paths in which the tables are not in the first schema.

use sea_orm::ConnectionTrait;
use service::maintenance::doctor::{Repair, Severity};
use tests::Engine;

use super::bed::{Bed, names};
use super::schema_decisions::offered;
use super::trade::trade;

/// A shop in `public`, behind a schema that is called like the role.
async fn behind_the_roles_own() -> Option<Bed> {
    let bed = Bed::new(Engine::Postgres).await?;
    trade(&bed.db).await;
    bed.run("CREATE SCHEMA AUTHORIZATION CURRENT_USER").await;
    assert_eq!(bed.text("SELECT current_schema() || ''").await, bed.role().await);
    Some(bed)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_are_found_behind_the_roles_own_schema() {
    let Some(bed) = behind_the_roles_own().await else {
        return;
    };
    let finding = bed.only("schema.migrations").await;
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(finding.faults[0].row, "search_path");
    assert!(matches!(&finding.repairs[0], Repair::Decision(text) if text.contains("shadows public")));

    // Nothing tells anybody to migrate as it is: that would build a second shop.
    bed.run("DELETE FROM seaql_migrations WHERE version = (SELECT max(version) FROM seaql_migrations)")
        .await;
    let finding = bed.only("schema.migrations").await;
    assert!(
        finding
            .repairs
            .iter()
            .all(|repair| matches!(repair, Repair::Decision(text) if text.contains("public"))),
        "{finding:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_finds_the_table_behind_the_roles_own_schema() {
    let Some(bed) = behind_the_roles_own().await else {
        return;
    };
    let role = bed.role().await;
    bed.run(&format!(
        "DROP INDEX idx_agents_name; CREATE TABLE public.notes (id integer); CREATE TABLE {role}.notes (id integer)"
    ))
    .await;
    let examination = bed.examine().await;
    assert_eq!(
        names(&examination),
        ["schema.migrations", "schema.tables", "schema.indexes"]
    );
    let index = examination.finding("schema.indexes").unwrap().repairs[0].clone();
    let notes = offered(&examination.finding("schema.tables").unwrap().repairs[0]);
    // Where the search path is what it is, not where another repair has left it.
    for sql in [index.text(), notes[0].as_str()] {
        let session = bed.database.session().await;
        session.execute_unprepared(sql).await.unwrap();
        session.close().await.unwrap();
    }
    bed.only("schema.migrations").await;
    let kept = format!("SELECT to_regclass('{role}.notes') || ''");
    assert!(bed.text(&kept).await.contains("notes"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_another_schema_hides_is_found() {
    let Some(bed) = behind_the_roles_own().await else {
        return;
    };
    let role = bed.role().await;
    bed.run(&format!("CREATE TABLE {role}.orders (id integer)")).await;
    let examination = bed.examine().await;
    assert_eq!(names(&examination), ["schema.migrations", "schema.tables"]);
    let finding = examination.finding("schema.tables").unwrap();
    assert_eq!((finding.severity, finding.total), (Severity::Error, 1));
    assert_eq!(finding.faults[0].row, "orders");
    assert_eq!(finding.faults[0].expected, "public.orders");
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_outside_of_the_search_path_are_told_of_instead_of_missed() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    let name = bed.text("SELECT current_database() || ''").await;
    bed.run(&format!(
        "CREATE SCHEMA away; ALTER DATABASE {name} SET search_path = away"
    ))
    .await;
    let bed = bed.reopened().await;
    let examination = bed.examine().await;
    assert_eq!(names(&examination)[..2], ["schema.migrations", "schema.tables"]);
    for finding in &examination.findings[..2] {
        assert_eq!(finding.faults[0].found, "away");
        assert!(
            matches!(finding.repairs.as_slice(), [Repair::Decision(text)] if text.contains("in the schema public")),
            "{finding:#?}"
        );
    }
    assert!(!examination.findings.iter().any(|finding| {
        finding
            .repairs
            .iter()
            .any(|repair| matches!(repair, Repair::Command(command) if command.contains("up")))
    }));
    assert!(!examination.unchecked.is_empty());
}
