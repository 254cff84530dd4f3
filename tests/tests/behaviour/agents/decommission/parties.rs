//! Agents that change while one of them goes.

use std::time::Duration;

use entity::AgentType;
use rstest::rstest;
use service::agents::{
    self, CapabilityError, DecommissionAgent, DecommissionError, DeleteAgent, GrantCapability, MoveAgent,
    RegisterAgent,
};
use service::transaction;
use tests::{Engine, TestDatabase};

use super::super::{director, row_of, specialist};
use super::{OWNED, rows_of};
use crate::race::behind;

/// Whoever gets past this gate has seen the agents as they were before.
const GATE: &str = "UPDATE agents SET status = status";

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

/// Whoever places agents queues before it locks any of them: a transaction that places one of the agent's children and then
/// another one is not in the way of a decommissioning, nor that in its way.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_places_several_agents_and_a_decommissioning_do_not_wait_for_each_other(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let tech = director(db, "Tech", None).await;
    let gifts = specialist(db, "Gifts", sales).await;
    let placing = transaction::begin(db).await.unwrap();
    let away = MoveAgent {
        id: gifts,
        parent: Some(tech),
    };
    agents::move_subtree(&placing, away).await.unwrap();
    let going = {
        let db = db.clone();
        tokio::spawn(async move { agents::decommission(&db, DecommissionAgent::new(sales, tech)).await })
    };
    tokio::time::sleep(Duration::from_millis(150)).await;
    let new = RegisterAgent {
        parent: Some(sales),
        ..RegisterAgent::new("Cards", AgentType::Specialist)
    };
    let new = agents::register(&placing, new).await.unwrap().agent.id;
    placing.commit().await.unwrap();
    let outcome = going.await.unwrap().unwrap();
    assert_eq!(outcome.handed_over.children, 1);
    assert_eq!(row_of(db, new).await.parent_id, Some(tech));
}

/// A deletion that is not decided yet is waited for, and then the agent is not there.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_successor_or_a_child_that_is_just_being_deleted_is_waited_for(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    rows_of(db, sales, &OWNED).await;
    let tech = director(db, "Tech", None).await;
    let doomed = director(db, "Doomed", None).await;
    let gifts = specialist(db, "Gifts", sales).await;
    for (deleted, successor) in [(doomed, doomed), (gifts, tech)] {
        let deleting = transaction::begin(db).await.unwrap();
        agents::delete(&deleting, DeleteAgent { id: deleted })
            .await
            .unwrap();
        let going = {
            let db = db.clone();
            let command = DecommissionAgent::new(sales, successor);
            tokio::spawn(async move { agents::decommission(&db, command).await })
        };
        tokio::time::sleep(Duration::from_millis(150)).await;
        deleting.commit().await.unwrap();
        match going.await.unwrap() {
            Err(DecommissionError::UnknownSuccessor { successor }) => assert_eq!(successor, doomed),
            Ok(outcome) => assert_eq!((outcome.successor, outcome.handed_over.children), (tech, 0)),
            Err(error) => panic!("{error:?}"),
        }
    }
}
