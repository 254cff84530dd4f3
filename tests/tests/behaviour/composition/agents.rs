//! The operations of agents.

use entity::{AgentId, AgentType};
use sea_orm::DatabaseConnection;
use service::agents::{
    self, AllowCollaboration, DecommissionAgent, DeleteAgent, DisallowCollaboration, GrantCapability,
    LoadOrganisation, MoveAgent, OrganisationLine, RegisterAgent, RevokeCapability, UpdateAgent,
};

use super::case::{Case, case, obliging};

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    let chief = registered(db, "Chief", AgentType::Orchestrator, None).await;
    let left = registered(db, "Left", AgentType::Director, Some(chief)).await;
    let right = registered(db, "Right", AgentType::Director, Some(chief)).await;
    let clerk = registered(db, "Clerk", AgentType::Specialist, Some(left)).await;
    let mut cases = abilities(db, left, right).await;
    let nobody = AgentId::new();
    let new = |name: &str| RegisterAgent::new(name, AgentType::Director);
    let renamed = |id| UpdateAgent {
        name: Some("Up".into()),
        ..UpdateAgent::new(id)
    };
    let line = |parent: &str| LoadOrganisation {
        lines: vec![OrganisationLine {
            line: 2,
            name: "New".into(),
            agent_type: "specialist".into(),
            parent: parent.into(),
        }],
    };
    cases.extend([
        case(agents::register, new("Other"), new("Left")),
        case(agents::update, renamed(right), renamed(nobody)),
        case(
            agents::move_subtree,
            MoveAgent {
                id: clerk,
                parent: Some(right),
            },
            MoveAgent {
                id: left,
                parent: Some(clerk),
            },
        ),
        case(agents::load, line("Left"), line("Nobody")),
        case(
            agents::decommission,
            DecommissionAgent::new(left, right),
            DecommissionAgent::new(left, left),
        ),
        case(
            agents::delete,
            DeleteAgent { id: clerk },
            DeleteAgent { id: left },
        ),
    ]);
    cases
}

async fn abilities(db: &DatabaseConnection, left: AgentId, right: AgentId) -> Vec<Case> {
    let nobody = AgentId::new();
    let held = GrantCapability::new(left, "tool", "n8n");
    agents::grant(db, held).await.unwrap();
    let allowed = AllowCollaboration::new(left, right, "review");
    agents::allow(db, allowed).await.unwrap();
    let revoke = |name: &str| RevokeCapability {
        agent: left,
        capability_type: "tool".into(),
        name: name.into(),
    };
    vec![
        case(
            agents::grant,
            GrantCapability::new(right, "tool", "n8n"),
            GrantCapability::new(nobody, "tool", "n8n"),
        ),
        case(agents::revoke, revoke("n8n"), revoke("postgres")),
        case(
            agents::allow,
            AllowCollaboration::new(right, left, "review"),
            AllowCollaboration::new(right, nobody, "review"),
        ),
        obliging(
            agents::disallow,
            DisallowCollaboration {
                requesting: left,
                responding: right,
                collaboration_type: "review".into(),
            },
        ),
    ]
}

async fn registered(
    db: &DatabaseConnection,
    name: &str,
    agent_type: AgentType,
    parent: Option<AgentId>,
) -> AgentId {
    let command = RegisterAgent {
        parent,
        ..RegisterAgent::new(name, agent_type)
    };
    agents::register(db, command).await.unwrap().agent.id
}
