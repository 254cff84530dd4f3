//! Lists of agents, and the indexes that serve them.

use entity::{AgentId, AgentStatus, AgentType};
use rstest::rstest;
use service::agents::{self, ListAgents, Under, UpdateAgent};
use service::page::{Direction, PageRequest};
use tests::{Engine, TestDatabase};

use super::{agent, archived, director, specialist};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn agents_are_listed_by_type_status_and_place(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let boss = agent(db, "Boss", AgentType::Orchestrator, None).await;
    let sales = director(db, "Sales", boss).await;
    let gifts = specialist(db, "Gifts", sales).await;
    let tech = director(db, "Tech", boss).await;
    let pause = UpdateAgent {
        status: Some(AgentStatus::Inactive),
        ..UpdateAgent::new(tech)
    };
    agents::update(db, pause).await.unwrap();
    let listed = async |query: ListAgents| -> Vec<AgentId> {
        let page = agents::list(db, query).await.unwrap();
        page.items.into_iter().map(|agent| agent.id).collect()
    };
    let all = ListAgents::default;
    assert_eq!(listed(all()).await, [boss, sales, gifts, tech]);
    let directors = ListAgents {
        agent_type: Some(AgentType::Director),
        ..all()
    };
    assert_eq!(listed(directors.clone()).await, [sales, tech]);
    let paused = ListAgents {
        status: Some(AgentStatus::Inactive),
        under: Some(Under::Agent(boss)),
        ..directors
    };
    assert_eq!(listed(paused).await, [tech]);
    let roots = ListAgents {
        under: Some(Under::Nobody),
        ..all()
    };
    assert_eq!(listed(roots).await, [boss]);
    let newest = ListAgents {
        direction: Direction::Descending,
        page: PageRequest {
            after: Some(tech),
            limit: 2,
        },
        ..all()
    };
    let page = agents::list(db, newest).await.unwrap();
    assert_eq!(page.next, Some(sales));
    let retired = archived(db, "Retired", AgentType::Director).await;
    let shelf = ListAgents {
        status: Some(AgentStatus::Archived),
        ..all()
    };
    assert_eq!(listed(shelf).await, [retired]);
}
