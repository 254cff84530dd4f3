//! Schemas of an earlier and of a later release.

use rstest::rstest;
use service::maintenance::doctor::Repair;
use tests::Engine;

use super::bed::Bed;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_is_not_known_or_not_applied_is_found(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    bed.run("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_of_tomorrow', 1)")
        .await;
    let finding = bed.only("schema.migrations").await;
    assert_eq!(finding.faults[0].row, "m20991231_000001_of_tomorrow");
    assert!(finding.repairs[0].text().contains("the doctor of that release"));
    bed.run("DELETE FROM seaql_migrations WHERE version = 'm20991231_000001_of_tomorrow'")
        .await;

    // The last one, undone by the migrator: what it built is missing, and one command brings all of it.
    let last = bed.text("SELECT max(version) FROM seaql_migrations").await;
    <migration::Migrator as sea_orm_migration::MigratorTrait>::down(&bed.db, Some(1))
        .await
        .unwrap();
    let examination = bed.examine().await;
    let finding = examination.finding("schema.migrations").unwrap();
    assert_eq!(finding.faults[0].row, last);
    for finding in &examination.findings {
        assert_eq!(
            finding.repairs,
            [Repair::Command("cargo run -p migration -- up".to_owned())]
        );
    }
    migration::up_on(&bed.db, None).await.unwrap();
    let examination = bed.examine().await;
    assert!(examination.is_healthy(), "{examination:#?}");
}

/// What a later release added or dropped looks like a fault to an earlier one, which would undo it.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_later_release_made_is_left_to_its_doctor(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    bed.run(
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_of_tomorrow', 1); \
         CREATE TABLE notes (id integer PRIMARY KEY); ALTER TABLE goals ADD COLUMN colour text; \
         ALTER TABLE content DROP COLUMN title; DROP INDEX idx_budgets_owner_agent_id",
    )
    .await;
    let examination = bed.examine().await;
    let names = super::bed::names(&examination);
    let schema = ["migrations", "tables", "columns", "indexes", "unindexed_keys"];
    assert_eq!(
        names,
        schema.map(|check| format!("schema.{check}")),
        "{examination:#?}"
    );
    for finding in &examination.findings {
        let [Repair::Decision(text)] = finding.repairs.as_slice() else {
            panic!("{finding:#?}");
        };
        assert!(text.contains("use the doctor of that release"), "{text}");
    }
}
