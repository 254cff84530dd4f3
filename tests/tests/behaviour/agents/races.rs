//! Many connections, one organisation.

use entity::{AgentId, AgentType, agent_capabilities};
use rstest::rstest;
use sea_orm::EntityTrait;
use serde_json::json;
use service::agents::{
    self, GrantCapability, Misplaced, MoveAgent, MoveError, RegisterAgent, RegisterError, UpdateAgent,
    UpdateError,
};
use tests::{Engine, TestDatabase};

use super::{agent, director, headcount, row_of};
use crate::race::behind;

/// Whoever gets past this gate has seen the agents as they were before.
const GATE: &str = "UPDATE agents SET status = status";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_moves_that_make_a_circle_together_one_is_refused_with_the_circle(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for round in 0..8 {
        let one = director(db, &format!("one {round}"), None).await;
        let other = director(db, &format!("other {round}"), None).await;
        let outcomes = behind(db, GATE, 2, |n| {
            let db = db.clone();
            let (id, parent) = if n == 0 { (one, other) } else { (other, one) };
            async move {
                agents::move_subtree(
                    &db,
                    MoveAgent {
                        id,
                        parent: Some(parent),
                    },
                )
                .await
            }
        })
        .await;
        let ([Ok(moved), Err(error)] | [Err(error), Ok(moved)]) = &outcomes[..] else {
            panic!("{outcomes:?}")
        };
        let MoveError::Circle { circle } = error else {
            panic!("{error:?}")
        };
        let refused = if moved.agent.id == one { other } else { one };
        let ids: Vec<_> = circle.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids, [refused, moved.agent.id]);
        assert_eq!(row_of(db, refused).await.parent_id, None);
    }
}

/// A specialist may stand under a director and not under an orchestrator: either it comes first, or the promotion does.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_child_and_its_parents_new_type_do_not_pass_each_other(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for round in 0..12 {
        let lead = director(db, &format!("lead {round}"), None).await;
        let registration = {
            let db = db.clone();
            let command = RegisterAgent {
                parent: Some(lead),
                ..RegisterAgent::new(format!("new {round}"), AgentType::Specialist)
            };
            tokio::spawn(async move { agents::register(&db, command).await })
        };
        let promotion = {
            let db = db.clone();
            let command = UpdateAgent {
                agent_type: Some(AgentType::Orchestrator),
                ..UpdateAgent::new(lead)
            };
            tokio::spawn(async move { agents::update(&db, command).await })
        };
        match (registration.await.unwrap(), promotion.await.unwrap()) {
            (Ok(child), Err(UpdateError::LeadsOthers { children, .. })) => {
                assert_eq!(children, [child.agent.id]);
            }
            (Err(RegisterError::Misplaced(Misplaced::Rank { parent, .. })), Ok(_)) => {
                assert_eq!(parent, lead);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_grant_the_same_capability_all_do_and_there_is_one(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    let outcomes = behind(db, GATE, 16, |n| {
        let db = db.clone();
        let command = GrantCapability {
            configuration: json!({ "n": n }),
            ..GrantCapability::new(sales, "tool", "mail")
        };
        async move { agents::grant(&db, command).await.unwrap().capability.id }
    })
    .await;
    let rows = agent_capabilities::Entity::find().all(db).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert!(outcomes.into_iter().all(|id| id == rows[0].id));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_register_under_one_id_all_get_the_same_agent(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let boss = agent(db, "Boss", AgentType::Orchestrator, None).await;
    let command = RegisterAgent {
        parent: Some(boss),
        ..RegisterAgent::new("Sales", AgentType::Director)
    };
    let outcomes: Vec<AgentId> = behind(db, GATE, 12, |_| {
        let (db, command) = (db.clone(), command.clone());
        async move { agents::register(&db, command).await.unwrap().agent.id }
    })
    .await;
    assert!(outcomes.into_iter().all(|id| id == command.id));
    assert_eq!(headcount(db).await, 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_update_an_agent_each_keeps_what_the_others_wrote(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let sales = director(db, "Sales", None).await;
    behind(db, GATE, 3, |n| {
        let db = db.clone();
        let command = UpdateAgent {
            name: (n == 0).then(|| "Retail".into()),
            system_prompt: (n == 1).then(|| Some("You sell.".into())),
            mcp_tools: (n == 2).then(|| vec!["mail".into()]),
            ..UpdateAgent::new(sales)
        };
        async move { agents::update(&db, command).await.unwrap() }
    })
    .await;
    let row = row_of(db, sales).await;
    assert_eq!(
        (row.name.as_str(), row.system_prompt.as_deref()),
        ("Retail", Some("You sell."))
    );
    assert_eq!(row.mcp_tools.0, ["mail"]);
}
