//! Work that arrives while its agent goes.

use std::time::Duration;

use entity::{AgentId, TaskStatus};
use rstest::rstest;
use sea_orm::{ConnectionTrait, DbErr};
use service::agents::{self, DecommissionAgent};
use service::workflows::tasks::{self as queue, ClaimTasks, CompleteTask, Lease, LeaseError};
use service::{DatabaseError, transaction};
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use super::super::director;
use super::{count, task};

const WORK: [(&str, &str); 2] = [("tasks", "assigned_agent_id"), ("goals", "owner_agent_id")];

fn is_refused(error: DbErr, table: &str) -> bool {
    let expected = format!("chk_{table}_in_office");
    matches!(DatabaseError::from(error), DatabaseError::InvalidValue { constraint } if constraint == expected)
}

/// Rows like these, their parents made beforehand.
async fn prepared(
    db: &impl ConnectionTrait,
    table: &'static str,
    column: &'static str,
    agent: AgentId,
) -> rows::Row {
    rows::prepare(db, table, [(column, Uuid::from(agent).into())]).await
}

/// Either the work is first, and handed over, or it finds the agent archived. Never is it left with somebody who has gone.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn new_work_is_handed_over_or_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(WORK[0], WORK[1])] (table, column): (&'static str, &'static str),
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for round in 0..24 {
        let sales = director(db, &format!("Sales {round}"), None).await;
        let tech = director(db, &format!("Tech {round}"), None).await;
        let new = prepared(db, table, column, sales).await;
        let assignment = {
            let db = db.clone();
            tokio::spawn(async move { new.insert(&db, table).await })
        };
        let going = {
            let db = db.clone();
            tokio::spawn(async move { agents::decommission(&db, DecommissionAgent::new(sales, tech)).await })
        };
        let outcome = going.await.unwrap().unwrap().handed_over;
        match assignment.await.unwrap() {
            Ok(()) => assert_eq!(outcome.tasks + outcome.goals, 1),
            Err(error) => assert!(is_refused(error, table)),
        }
        assert_eq!(count(db, table, column, sales).await, 0, "round {round}");
    }
}

/// An open transaction that has assigned work holds the decommissioning up until it is decided, and its work goes along.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn uncommitted_work_is_waited_for(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(WORK[0], WORK[1])] (table, column): (&'static str, &'static str),
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let tech = director(db, "Tech", None).await;
    let new = prepared(db, table, column, sales).await;
    let assigning = transaction::begin(db).await.unwrap();
    new.insert(&assigning, table).await.unwrap();
    let going = {
        let db = db.clone();
        tokio::spawn(async move { agents::decommission(&db, DecommissionAgent::new(sales, tech)).await })
    };
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert!(!going.is_finished());
    assigning.commit().await.unwrap();
    let outcome = going.await.unwrap().unwrap().handed_over;
    assert_eq!(outcome.tasks + outcome.goals, 1);
    assert_eq!(count(db, table, column, tech).await, 1);
}

/// A decommissioning that is not decided yet holds new work up, which is then refused.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn new_work_waits_for_an_uncommitted_decommissioning(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(WORK[0], WORK[1])] (table, column): (&'static str, &'static str),
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let tech = director(db, "Tech", None).await;
    let new = prepared(db, table, column, sales).await;
    let going = transaction::begin(db).await.unwrap();
    agents::decommission(&going, DecommissionAgent::new(sales, tech))
        .await
        .unwrap();
    let assignment = {
        let db = db.clone();
        tokio::spawn(async move { new.insert(&db, table).await })
    };
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert!(!assignment.is_finished());
    going.commit().await.unwrap();
    assert!(is_refused(assignment.await.unwrap().unwrap_err(), table));
}

/// A worker that is just claiming a task is waited for, and its attempt is fenced: nothing it reports later counts.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_in_flight_is_waited_for_and_fenced(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let tech = director(db, "Tech", None).await;
    let id = task(db, sales, "pending", vec![]).await;
    let claiming = transaction::begin(db).await.unwrap();
    let claim = ClaimTasks {
        agent: sales,
        limit: 9,
        lease: Duration::from_secs(600),
    };
    let claimed = queue::claim(&claiming, claim).await.unwrap().tasks;
    let lease = Lease::from(&claimed[0]);
    let going = {
        let db = db.clone();
        tokio::spawn(async move { agents::decommission(&db, DecommissionAgent::new(sales, tech)).await })
    };
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert!(!going.is_finished());
    claiming.commit().await.unwrap();
    let outcome = going.await.unwrap().unwrap().handed_over;
    assert_eq!((outcome.tasks, outcome.leases_ended), (1, 1));
    let error = queue::complete(db, CompleteTask::new(lease)).await.unwrap_err();
    assert!(matches!(error, LeaseError::Lost { attempts: 1, .. }), "{error:?}");
    let left = super::task_of(db, id).await;
    assert_eq!(
        (left.assigned_agent_id, left.status, left.attempts),
        (tech, TaskStatus::Pending, 1)
    );
    let claim = ClaimTasks { agent: tech, ..claim };
    let next = queue::claim(db, claim).await.unwrap().tasks;
    assert_eq!(next[0].attempts, 2);
    let error = queue::complete(db, CompleteTask::new(lease)).await.unwrap_err();
    assert!(matches!(error, LeaseError::Lost { attempts: 2, .. }), "{error:?}");
    queue::complete(db, CompleteTask::new(Lease::from(&next[0])))
        .await
        .unwrap();
}
