//! Repairs of columns, which hold values: what would lose some is refused, or left to a person.

use rstest::rstest;
use sea_orm::ConnectionTrait;
use service::maintenance::doctor::Repair;
use tests::Engine;

use super::bed::Bed;
use super::schema_decisions::offered;

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_too_long_for_its_column_is_not_cut() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    bed.run("ALTER TABLE goals ALTER name TYPE varchar(400)").await;
    tests::rows::insert(&bed.db, "goals", [("name", "g".repeat(300).into())]).await;
    let finding = bed.only("schema.columns").await;
    let [Repair::Sql(sql)] = finding.repairs.as_slice() else {
        panic!("{finding:#?}");
    };
    let refused = bed.db.execute_unprepared(sql).await.unwrap_err();
    assert!(refused.to_string().contains("too long"), "{refused}");
    assert_eq!(bed.text("SELECT max(length(name))::text FROM goals").await, "300");
    bed.run("UPDATE goals SET name = 'short'").await;
    bed.mend(&finding).await;
}

#[rstest]
#[case("budgets", "spent_amount", "numeric(14,4)")]
#[case("goals", "target_date", "timestamp with time zone")]
#[case("goals", "target_value", "double precision")]
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_would_round_or_cut_is_decided_by_a_person(
    #[case] table: &str,
    #[case] column: &str,
    #[case] ty: &str,
) {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    bed.run(&format!(
        "ALTER TABLE {table} ALTER {column} DROP DEFAULT, ALTER {column} TYPE {ty} USING {column}::{ty}"
    ))
    .await;
    let finding = bed.only("schema.columns").await;
    assert!(
        matches!(finding.repairs.as_slice(), [Repair::Decision(text)] if text.contains("decide what becomes")),
        "{finding:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_needs_values_comes_back_in_steps() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    tests::rows::insert(&bed.db, "system_events", []).await;
    bed.run("ALTER TABLE system_events DROP COLUMN message").await;
    let finding = bed.only("schema.columns").await;
    let steps = offered(&finding.repairs[0]);
    let [add, require] = steps.as_slice() else {
        panic!("{finding:#?}");
    };
    bed.run(add).await;
    bed.run("UPDATE system_events SET message = 'forgotten'").await;
    bed.run(require).await;
    let examination = bed.examine().await;
    assert!(examination.is_healthy(), "{examination:#?}");
}

/// A default would give each row another id than the one by which others refer to it.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_not_made_up() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    bed.run("ALTER TABLE content DROP COLUMN id").await;
    let examination = bed.examine().await;
    let finding = examination.finding("schema.columns").unwrap();
    assert_eq!(finding.faults[0].row, "content.id");
    assert!(matches!(&finding.repairs[0], Repair::Decision(_)), "{finding:#?}");
}

/// SQLite takes neither into a table that has rows.
#[rstest]
#[case("system_events", "message")]
#[case("content", "created_at")]
#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_sqlite_does_not_add_is_not_offered(#[case] table: &str, #[case] column: &str) {
    let Some(bed) = Bed::new(Engine::Sqlite).await else {
        return;
    };
    bed.run(&format!("ALTER TABLE {table} DROP COLUMN {column}"))
        .await;
    let examination = bed.examine().await;
    let finding = examination.finding("schema.columns").unwrap();
    assert!(
        matches!(&finding.repairs[0], Repair::Decision(text) if !text.contains("ADD COLUMN")),
        "{finding:#?}"
    );
}

/// SQLite writes the names in triggers, views and keys anew, with quotes.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_was_renamed_and_back_is_the_same() {
    let Some(bed) = Bed::new(Engine::Sqlite).await else {
        return;
    };
    bed.run("ALTER TABLE agents RENAME TO others; ALTER TABLE others RENAME TO agents")
        .await;
    let examination = bed.examine().await;
    assert!(examination.is_healthy(), "{examination:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_quotes_all_names_has_the_same_schema() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    let name = bed.text("SELECT current_database()").await;
    bed.run(&format!("ALTER DATABASE {name} SET quote_all_identifiers = on"))
        .await;
    let bed = bed.reopened().await;
    assert_eq!(bed.text("SHOW quote_all_identifiers").await, "on");
    let examination = bed.examine().await;
    assert!(examination.is_healthy(), "{examination:#?}");
}
