//! What PostgreSQL makes of the reads on a hundred thousand agents, tasks and capabilities.

use entity::{AgentId, AgentStatus, AgentType};
use service::PageRequest;
use service::agents::{
    self, AgentKey, AskAgent, FindAble, ListAgents, ListCapabilities, ListCollaborations, ListSubtree, Under,
};
use service::page::Direction;

use crate::plan::{Watched, id};

/// Ten below each; whoever has somebody below is a director. Triggers would look at each of them.
const FILL: &str = "
ALTER TABLE agents DISABLE TRIGGER USER;
INSERT INTO agents (id, name, type, parent_id, status)
SELECT pg_temp.id(n), 'agent ' || n,
       CASE WHEN n = 1 THEN 'orchestrator' WHEN n <= 10000 THEN 'director' ELSE 'specialist' END,
       CASE WHEN n > 1 THEN pg_temp.id((n + 8) / 10) END,
       CASE WHEN n % 50 = 0 THEN 'inactive' ELSE 'active' END
FROM generate_series(1, 100000) n;
ALTER TABLE agents ENABLE TRIGGER USER;
INSERT INTO agent_capabilities (agent_id, capability_type, capability_name)
SELECT pg_temp.id(n), 'tool', 'tool ' || n % 1000 FROM generate_series(1, 100000) n;
INSERT INTO agent_collaborations (requesting_agent_id, responding_agent_id, collaboration_type)
SELECT pg_temp.id(n), pg_temp.id(n % 1000 + 1), 'review' FROM generate_series(1002, 100000) n;
INSERT INTO workflows (id, name, owner_agent_id, trigger_type) VALUES (pg_temp.id(1), 'restock', pg_temp.id(1), 'manual');
INSERT INTO workflow_executions (id, workflow_id) VALUES (uuid_v7(), pg_temp.id(1));
INSERT INTO tasks (workflow_execution_id, assigned_agent_id, task_type, status)
SELECT e.id, pg_temp.id(n % 5000 + 1), 'count', CASE WHEN n % 10 = 0 THEN 'pending' ELSE 'completed' END
FROM workflow_executions e, generate_series(1, 100000) n";

fn agent(n: u64) -> AgentId {
    id(n).into()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_read_walks_through_a_big_table() {
    let Some(watched) = Watched::filled(FILL).await else {
        return;
    };
    for query in lists() {
        agents::list(&watched.db, query.clone()).await.unwrap();
        let plan = watched.plan().await;
        assert!(!plan.contains("Seq Scan"), "{query:?}:\n{plan}");
        // The few under one agent may be sorted.
        assert!(
            query.under.is_some() || !plan.contains("Sort"),
            "{query:?}:\n{plan}"
        );
    }
    reads_of_the_hierarchy(&watched, agent(5000)).await;
    reads_of_what_an_agent_can(&watched, agent(5000)).await;
    reads_of_who_asks_whom(&watched, agent(5000)).await;
}

async fn reads_of_the_hierarchy(watched: &Watched, director: AgentId) {
    let db = &watched.db;
    agents::get(db, AgentKey::Name("agent 5".into())).await.unwrap();
    watched.read_no_whole_table().await;
    assert_eq!(agents::ancestors(db, agent(99_999)).await.unwrap().len(), 5);
    watched.read_no_whole_table().await;
    let subtree = agents::subtree(db, ListSubtree::of(director)).await.unwrap();
    assert_eq!(subtree.len(), 11);
    watched.read_no_whole_table().await;
}

async fn reads_of_what_an_agent_can(watched: &Watched, director: AgentId) {
    let db = &watched.db;
    agents::capabilities(db, ListCapabilities::of(director))
        .await
        .unwrap();
    watched.read_no_whole_table().await;
    for after in [None, Some((0, agent(40_007)))] {
        let query = FindAble {
            page: PageRequest { after, limit: 10 },
            ..FindAble::new("tool", "tool 7")
        };
        assert_eq!(agents::able(db, query).await.unwrap().items.len(), 10);
        watched.read_no_whole_table().await;
    }
}

async fn reads_of_who_asks_whom(watched: &Watched, director: AgentId) {
    let db = &watched.db;
    for query in [
        ListCollaborations::RequestedBy(director, PageRequest::default()),
        ListCollaborations::AskedOf(agent(7), PageRequest::default()),
    ] {
        agents::collaborations(db, query).await.unwrap();
        watched.read_no_whole_table().await;
    }
    let question = AskAgent {
        requesting: director,
        responding: agent(1),
        collaboration_type: "review".into(),
    };
    agents::may_ask(db, question).await.unwrap();
    watched.read_no_whole_table().await;
}

fn lists() -> Vec<ListAgents> {
    let all = ListAgents::default;
    let page = PageRequest {
        after: Some(agent(50_000)),
        limit: 50,
    };
    vec![
        all(),
        ListAgents { page, ..all() },
        ListAgents {
            direction: Direction::Descending,
            page,
            ..all()
        },
        ListAgents {
            agent_type: Some(AgentType::Orchestrator),
            ..all()
        },
        ListAgents {
            agent_type: Some(AgentType::Specialist),
            status: Some(AgentStatus::Active),
            page,
            ..all()
        },
        ListAgents {
            status: Some(AgentStatus::Inactive),
            page,
            ..all()
        },
        ListAgents {
            under: Some(Under::Nobody),
            ..all()
        },
        ListAgents {
            under: Some(Under::Agent(agent(77))),
            agent_type: Some(AgentType::Director),
            ..all()
        },
    ]
}
