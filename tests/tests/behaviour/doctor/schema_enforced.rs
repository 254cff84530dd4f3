//! Constraints that PostgreSQL can be told not to hold, from version 18 on.

use rstest::rstest;
use tests::Engine;

use super::bed::Bed;

#[rstest]
#[case(
    "schema.constraints",
    "ALTER TABLE agents DROP CONSTRAINT chk_agents_parent, \
     ADD CONSTRAINT chk_agents_parent CHECK (parent_id <> id) NOT ENFORCED",
    "agents.chk_agents_parent"
)]
#[case(
    "schema.constraints",
    "ALTER TABLE tasks ALTER CONSTRAINT fk_tasks_assigned_agent_id NOT ENFORCED",
    "tasks.fk_tasks_assigned_agent_id"
)]
#[case(
    "schema.unvalidated",
    "ALTER TABLE goals ALTER name DROP NOT NULL; \
     ALTER TABLE goals ADD CONSTRAINT goals_name_not_null NOT NULL name NOT VALID",
    "goals.goals_name_not_null"
)]
#[tokio::test(flavor = "multi_thread")]
async fn a_constraint_that_is_not_enforced_or_not_yet_held_is_found_once_and_mended(
    #[case] check: &str,
    #[case] fault: &str,
    #[case] object: &str,
) {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    if bed.database.server_version().await >= Some(18) {
        bed.run(fault).await;
        let finding = bed.only(check).await;
        assert_eq!(finding.faults[0].row, object, "{finding:#?}");
        assert_eq!(finding.total, 1);
        bed.mend(&finding).await;
    }
}
