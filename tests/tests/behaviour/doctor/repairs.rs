//! A repair mends every row of its finding, also those that are not listed.

use rstest::rstest;
use service::maintenance::doctor::{self, Selection};
use tests::Engine;

use super::bed::Bed;

#[rstest]
#[case(
    Engine::Postgres,
    "schema.disabled_triggers",
    "ALTER TABLE agents DISABLE TRIGGER agents_touch; ALTER TABLE tasks DISABLE TRIGGER ALL",
    4
)]
#[case(
    Engine::Postgres,
    "schema.indexes",
    "DROP INDEX idx_agents_name; DROP INDEX idx_goals_status_id",
    2
)]
#[case(
    Engine::Sqlite,
    "schema.indexes",
    "DROP INDEX idx_agents_name; DROP INDEX idx_goals_status_id",
    2
)]
#[tokio::test(flavor = "multi_thread")]
async fn objects_that_are_not_listed_are_mended_as_well(
    #[case] engine: Engine,
    #[case] check: &str,
    #[case] fault: &str,
    #[case] total: u64,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    bed.run(fault).await;
    let mut selection = Selection::only([check]).unwrap();
    selection.rows = 1;
    let examination = doctor::examine(&bed.db, &selection).await.unwrap();
    let [finding] = examination.findings.as_slice() else {
        panic!("{examination:#?}");
    };
    assert_eq!((finding.total, finding.faults.len()), (total, 1));
    bed.mend(finding).await;
}
