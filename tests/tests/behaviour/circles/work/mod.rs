//! Agents, and rows that belong to them.

mod books;
mod hierarchy;
mod marketing;
mod workflows;

use entity::{AgentId, AgentType, GoalId, GoalType};
use sea_orm::DatabaseConnection;
use service::agents::{self, RegisterAgent};
use service::goals::{self, CreateGoal};

use crate::composition::case::Case;

/// Who and what the operations are about.
struct Work {
    /// Who owns everything.
    owner: AgentId,
    /// Who may take over.
    heir: AgentId,
    /// Who stands under the owner.
    child: AgentId,
    /// Whom the books name.
    named: AgentId,
    /// A goal, one under it, and another.
    goals: [GoalId; 3],
}

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    let work = work(db).await;
    let mut cases = hierarchy::cases(&work);
    cases.extend(workflows::cases(db, &work).await);
    cases.extend(marketing::cases(db, &work).await);
    cases.extend(books::cases(db, &work).await);
    cases
}

async fn work(db: &DatabaseConnection) -> Work {
    let owner = agent(db, "Owner", None).await;
    let goal = goal(db, owner, None).await;
    Work {
        owner,
        heir: agent(db, "Heir", None).await,
        child: agent(db, "Child", Some(owner)).await,
        named: agent(db, "Named", None).await,
        goals: [
            goal,
            self::goal(db, owner, Some(goal)).await,
            self::goal(db, owner, None).await,
        ],
    }
}

async fn agent(db: &DatabaseConnection, name: &str, parent: Option<AgentId>) -> AgentId {
    let command = RegisterAgent {
        parent,
        ..RegisterAgent::new(name, AgentType::Director)
    };
    agents::register(db, command).await.unwrap().agent.id
}

async fn goal(db: &DatabaseConnection, owner: AgentId, parent: Option<GoalId>) -> GoalId {
    let command = CreateGoal {
        owner: Some(owner),
        parent,
        ..CreateGoal::new("more", GoalType::Growth)
    };
    goals::create(db, command).await.unwrap().id
}
