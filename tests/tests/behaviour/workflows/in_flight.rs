//! What waits for a transaction that is still open, and then sees what it did.

use std::time::Duration;

use rstest::rstest;
use service::goals::{self, ArchiveGoal, Subgoals};
use service::transaction;
use service::workflows::executions::{StartError, StartExecution, start};
use service::workflows::{self, LinkWorkflow, SwitchWorkflow, WorkflowError};
use tests::{Engine, TestDatabase, rows};

use super::workflow;

/// Long enough for whoever waits for nothing to be done.
const A_WHILE: Duration = Duration::from_millis(300);

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_goal_that_is_being_archived_waits_and_is_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let goal = rows::insert(db, "goals", []).await.id().into();
    let id = workflow(db).await;
    let archiving = transaction::begin(db).await.unwrap();
    let archive = ArchiveGoal {
        id: goal,
        subgoals: Subgoals::Refuse,
    };
    goals::archive(&archiving, archive).await.unwrap();
    let linking = tokio::spawn({
        let db = db.clone();
        let goal = Some(goal);
        async move { workflows::link(&db, LinkWorkflow { id, goal }).await }
    });
    tokio::time::sleep(A_WHILE).await;
    assert!(!linking.is_finished());
    archiving.commit().await.unwrap();
    let outcome = linking.await.unwrap();
    assert!(
        matches!(outcome, Err(WorkflowError::ArchivedGoal { goal: refused }) if refused == goal),
        "{outcome:?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_start_of_a_workflow_that_is_being_switched_off_waits_and_is_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = workflow(db).await;
    let switching = transaction::begin(db).await.unwrap();
    workflows::deactivate(&switching, SwitchWorkflow { id })
        .await
        .unwrap();
    let starting = tokio::spawn({
        let db = db.clone();
        async move { start(&db, StartExecution::new(id)).await }
    });
    tokio::time::sleep(A_WHILE).await;
    assert!(!starting.is_finished());
    switching.commit().await.unwrap();
    let outcome = starting.await.unwrap();
    assert!(
        matches!(outcome, Err(StartError::InactiveWorkflow { workflow }) if workflow == id),
        "{outcome:?}"
    );
}
