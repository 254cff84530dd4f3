//! The agents: who is there, where they stand, what they can do and whom they may ask.

mod capabilities;
mod collaborations;
mod decommission;
mod hierarchy;
mod list;
mod load;
mod places;
mod plans;
mod races;
mod register;
mod statements;
mod update;

use entity::{AgentId, AgentType, agents as row};
use sea_orm::{ConnectionTrait, EntityTrait, TransactionTrait};
use service::agents::{self, RegisterAgent};

/// Registers an agent of that name and type under `parent`.
async fn agent<C>(db: &C, name: &str, agent_type: AgentType, parent: Option<AgentId>) -> AgentId
where
    C: ConnectionTrait + TransactionTrait,
{
    let command = RegisterAgent {
        parent,
        ..RegisterAgent::new(name, agent_type)
    };
    agents::register(db, command).await.unwrap().agent.id
}

/// A director under `parent`.
async fn director<C>(db: &C, name: &str, parent: impl Into<Option<AgentId>>) -> AgentId
where
    C: ConnectionTrait + TransactionTrait,
{
    agent(db, name, AgentType::Director, parent.into()).await
}

/// A specialist under `parent`.
async fn specialist<C>(db: &C, name: &str, parent: impl Into<Option<AgentId>>) -> AgentId
where
    C: ConnectionTrait + TransactionTrait,
{
    agent(db, name, AgentType::Specialist, parent.into()).await
}

/// An agent that was archived by nobody's rules.
async fn archived(db: &impl ConnectionTrait, name: &str, agent_type: AgentType) -> AgentId {
    let row = tests::rows::insert(
        db,
        "agents",
        [
            ("name", name.into()),
            ("type", agent_type.to_string().into()),
            ("status", "archived".into()),
        ],
    );
    row.await.id().into()
}

/// The agent as the database has it.
async fn row_of(db: &impl ConnectionTrait, id: AgentId) -> row::Model {
    row::Entity::find_by_id(id).one(db).await.unwrap().unwrap()
}

/// How many agents there are.
async fn headcount(db: &impl ConnectionTrait) -> usize {
    row::Entity::find().all(db).await.unwrap().len()
}
