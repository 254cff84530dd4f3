//! Work that arrives while its agent goes.

use std::time::Duration;

use entity::{AgentId, AgentStatus, TaskStatus, agents as row, tasks};
use rstest::rstest;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, Set};
use service::agents::{
    self, CapabilityError, DecommissionAgent, DecommissionError, GrantCapability, MoveAgent, RegisterAgent,
};
use service::{DatabaseError, transaction};
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use super::super::{director, row_of, specialist};
use super::{count, task};
use crate::race::behind;

/// Whoever gets past this gate has seen the agents as they were before.
const GATE: &str = "UPDATE agents SET status = status";

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

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_first_or_refused(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let tech = director(db, "Tech", None).await;
    let going = transaction::begin(db).await.unwrap();
    agents::decommission(&going, DecommissionAgent::new(sales, tech))
        .await
        .unwrap();
    let grant = {
        let db = db.clone();
        tokio::spawn(async move { agents::grant(&db, GrantCapability::new(sales, "tool", "mail")).await })
    };
    tokio::time::sleep(Duration::from_millis(150)).await;
    going.commit().await.unwrap();
    let error = grant.await.unwrap().unwrap_err();
    assert!(
        matches!(error, CapabilityError::ArchivedAgent { agent } if agent == sales),
        "{error:?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_twins_all_get_the_first_outcome_and_of_others_one_wins(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let tech = director(db, "Tech", None).await;
    let command = DecommissionAgent::new(sales, tech);
    let outcomes = behind(db, GATE, 6, |_| {
        let (db, command) = (db.clone(), command.clone());
        async move { agents::decommission(&db, command).await.unwrap() }
    })
    .await;
    assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]));
    let art = director(db, "Art", None).await;
    // Each names the other.
    let outcomes = behind(db, GATE, 2, |n| {
        let db = db.clone();
        let (agent, successor) = if n == 0 { (tech, art) } else { (art, tech) };
        async move { agents::decommission(&db, DecommissionAgent::new(agent, successor)).await }
    })
    .await;
    let ([Ok(_), Err(error)] | [Err(error), Ok(_)]) = &outcomes[..] else {
        panic!("{outcomes:?}")
    };
    assert!(
        matches!(error, DecommissionError::ArchivedSuccessor { .. }),
        "{error:?}"
    );
}

/// Everybody who places agents queues first, so nobody waits for another in a circle, and nobody is left under the archived.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn moves_and_registrations_amid_decommissionings_end_without_a_deadlock(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for round in 0..6 {
        let sales = director(db, &format!("Sales {round}"), None).await;
        let tech = director(db, &format!("Tech {round}"), None).await;
        let mut children = Vec::new();
        for n in 0..6 {
            children.push(specialist(db, &format!("child {round} {n}"), sales).await);
        }
        let errors: Vec<Option<String>> = behind(db, GATE, 13, |n| {
            let (db, children) = (db.clone(), children.clone());
            async move {
                let error = match n {
                    0 => agents::decommission(&db, DecommissionAgent::new(sales, tech))
                        .await
                        .err()
                        .map(|error| error.to_string()),
                    1..7 => {
                        let id = children[n - 1];
                        agents::move_subtree(
                            &db,
                            MoveAgent {
                                id,
                                parent: Some(tech),
                            },
                        )
                        .await
                        .err()
                        .map(|error| error.to_string())
                    }
                    _ => {
                        let command = RegisterAgent {
                            parent: Some(sales),
                            ..RegisterAgent::new(format!("new {round} {n}"), entity::AgentType::Specialist)
                        };
                        agents::register(&db, command)
                            .await
                            .err()
                            .map(|error| error.to_string())
                    }
                };
                error.filter(|text| !text.contains("gets no more children"))
            }
        })
        .await;
        assert!(errors.iter().all(Option::is_none), "{errors:?}");
        assert_eq!(row_of(db, sales).await.status, AgentStatus::Archived);
        let left = row::Entity::find().filter(row::Column::ParentId.eq(sales));
        assert_eq!(left.count(db).await.unwrap(), 0);
    }
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
    let claimed = tasks::ActiveModel {
        status: Set(TaskStatus::InProgress),
        attempts: Set(1),
        lease_expires_at: Set(Some(chrono::Utc::now() + chrono::TimeDelta::minutes(1))),
        ..Default::default()
    };
    let claim = tasks::Entity::update_many()
        .set(claimed)
        .filter(tasks::Column::Id.eq(id));
    claim.exec(&claiming).await.unwrap();
    let going = {
        let db = db.clone();
        tokio::spawn(async move { agents::decommission(&db, DecommissionAgent::new(sales, tech)).await })
    };
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert!(!going.is_finished());
    claiming.commit().await.unwrap();
    let outcome = going.await.unwrap().unwrap().handed_over;
    assert_eq!((outcome.tasks, outcome.leases_ended), (1, 1));
    let completed = tasks::Entity::update_many()
        .col_expr(tasks::Column::Status, Expr::value(TaskStatus::Completed))
        .filter(tasks::Column::Id.eq(id))
        .filter(tasks::Column::Status.eq(TaskStatus::InProgress))
        .filter(tasks::Column::Attempts.eq(1));
    assert_eq!(completed.exec(db).await.unwrap().rows_affected, 0);
    let left = super::task_of(db, id).await;
    assert_eq!(
        (left.assigned_agent_id, left.status, left.attempts),
        (tech, TaskStatus::Pending, 1)
    );
}
