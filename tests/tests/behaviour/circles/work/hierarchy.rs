//! Agents and goals.

use entity::{AgentId, GoalId, GoalType};
use service::agents::{
    self, AllowCollaboration, DecommissionAgent, DeleteAgent, GrantCapability, LoadOrganisation, MoveAgent,
    OrganisationLine, UpdateAgent,
};
use service::deletion::{self, Delete, Row};
use service::goals::{self, ArchiveGoal, CreateGoal, MoveGoal, Subgoals, UpdateGoal};

use super::Work;
use crate::composition::case::{Case, obliging};

pub(super) fn cases(work: &Work) -> Vec<Case> {
    let mut cases = agents(work);
    cases.extend(goals(work));
    cases
}

fn agents(work: &Work) -> Vec<Case> {
    let Work {
        owner,
        heir,
        child,
        named,
        ..
    } = *work;
    let renamed = UpdateAgent {
        name: Some("Other".into()),
        ..UpdateAgent::new(owner)
    };
    let under_heir = MoveAgent {
        id: child,
        parent: Some(heir),
    };
    let lines = ["Child", "Owner"].map(|name| OrganisationLine {
        line: 2,
        name: name.into(),
        agent_type: "director".into(),
        parent: "Heir".into(),
    });
    let lines = lines.to_vec();
    vec![
        obliging(agents::decommission, DecommissionAgent::new(owner, heir)),
        obliging(agents::decommission, DecommissionAgent::new(owner, child)),
        obliging(agents::decommission, DecommissionAgent::new(heir, owner)),
        obliging(agents::delete, DeleteAgent { id: named }),
        obliging(agents::update, renamed),
        obliging(agents::move_subtree, under_heir),
        obliging(agents::load, LoadOrganisation { lines }),
        obliging(agents::grant, GrantCapability::new(owner, "tool", "n8n")),
        obliging(agents::allow, AllowCollaboration::new(owner, heir, "review")),
        obliging(agents::allow, AllowCollaboration::new(heir, owner, "review")),
    ]
}

fn goals(work: &Work) -> Vec<Case> {
    let [goal, below, other] = work.goals;
    let given = |owner: Option<AgentId>| UpdateGoal {
        owner: Some(owner),
        ..UpdateGoal::new(goal)
    };
    let under = |id, parent: GoalId| MoveGoal {
        id,
        parent: Some(parent),
    };
    let new = CreateGoal {
        owner: Some(work.owner),
        parent: Some(goal),
        ..CreateGoal::new("more", GoalType::Growth)
    };
    let subgoals = Subgoals::Archive;
    let row = Row::Goal(other);
    vec![
        obliging(goals::update, given(Some(work.owner))),
        obliging(goals::update, given(Some(work.heir))),
        obliging(goals::update, given(Some(work.child))),
        obliging(goals::update, given(None)),
        obliging(goals::create, new),
        obliging(goals::archive, ArchiveGoal { id: goal, subgoals }),
        obliging(goals::move_subtree, under(other, below)),
        obliging(goals::move_subtree, under(below, other)),
        obliging(deletion::delete, Delete { row }),
    ]
}
