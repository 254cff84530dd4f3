//! The numbers of statements that the README of `service` states.

use entity::AgentType;
use rstest::rstest;
use service::agents::{
    self, AllowCollaboration, AskAgent, DecommissionAgent, DisallowCollaboration, FindAble, GrantCapability,
    ListAgents, ListCapabilities, ListSubtree, MoveAgent, RegisterAgent, RevokeCapability, UpdateAgent,
};
use tests::{Engine, TestDatabase};

use crate::shop::counting;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn agents_and_their_hierarchy_send_what_their_map_says(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let queue = u32::from(engine == Engine::Postgres);
    let boss = RegisterAgent::new("Boss", AgentType::Orchestrator);
    agents::register(&db, boss.clone()).await.unwrap();
    assert_eq!(statements.sent(), 1, "register a root");
    let sales = RegisterAgent {
        parent: Some(boss.id),
        ..RegisterAgent::new("Sales", AgentType::Director)
    };
    agents::register(&db, sales.clone()).await.unwrap();
    assert_eq!(statements.sent(), queue + 1, "register");
    agents::register(&db, sales.clone()).await.unwrap();
    assert_eq!(statements.sent(), queue + 2, "register again");
    let rename = UpdateAgent {
        name: Some("Retail".into()),
        ..UpdateAgent::new(sales.id)
    };
    agents::update(&db, rename.clone()).await.unwrap();
    assert_eq!(statements.sent(), 3, "update");
    agents::update(&db, rename).await.unwrap();
    assert_eq!(statements.sent(), 1, "update of nothing");
    let promote = UpdateAgent {
        agent_type: Some(AgentType::Director),
        ..UpdateAgent::new(boss.id)
    };
    agents::update(&db, promote).await.unwrap();
    assert_eq!(statements.sent(), queue + 4, "update of the type");
    for (parent, expected) in [(None, 3), (Some(boss.id), 4), (Some(boss.id), 1)] {
        let command = MoveAgent { id: sales.id, parent };
        agents::move_subtree(&db, command).await.unwrap();
        assert_eq!(statements.sent(), queue + expected, "move");
    }
    agents::get(&db, boss.id).await.unwrap();
    agents::list(&db, ListAgents::default()).await.unwrap();
    agents::ancestors(&db, sales.id).await.unwrap();
    agents::subtree(&db, ListSubtree::of(boss.id)).await.unwrap();
    assert_eq!(statements.sent(), 4, "one for each read");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn capabilities_and_collaborations_send_what_their_map_says(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let sales = super::director(&db, "Sales", None).await;
    let art = super::director(&db, "Art", None).await;
    statements.sent();
    agents::grant(&db, GrantCapability::new(sales, "tool", "mail"))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 2, "grant");
    let revocation = RevokeCapability {
        agent: sales,
        capability_type: "tool".into(),
        name: "mail".into(),
    };
    agents::revoke(&db, revocation).await.unwrap();
    assert_eq!(statements.sent(), 1, "revoke");
    agents::able(&db, FindAble::new("tool", "mail")).await.unwrap();
    agents::capabilities(&db, ListCapabilities::of(sales))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 2, "one for each read");
    agents::allow(&db, AllowCollaboration::new(sales, art, "review"))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 2, "allow");
    let question = AskAgent {
        requesting: sales,
        responding: art,
        collaboration_type: "review".into(),
    };
    agents::may_ask(&db, question).await.unwrap();
    assert_eq!(statements.sent(), 1, "may_ask");
    let end = DisallowCollaboration {
        requesting: sales,
        responding: art,
        collaboration_type: "review".into(),
    };
    agents::disallow(&db, end).await.unwrap();
    assert_eq!(statements.sent(), 1, "disallow");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_decommissioning_sends_what_its_map_says(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let queue = u32::from(engine == Engine::Postgres);
    let sales = super::director(&db, "Sales", None).await;
    let tech = super::director(&db, "Tech", None).await;
    for n in 0..3 {
        super::specialist(&db, &format!("Gifts {n}"), sales).await;
    }
    statements.sent();
    let command = DecommissionAgent::new(sales, tech);
    agents::decommission(&db, command.clone()).await.unwrap();
    assert_eq!(statements.sent(), queue + 21, "decommission");
    agents::decommission(&db, command).await.unwrap();
    assert_eq!(statements.sent(), queue + 1, "decommission again");
}
