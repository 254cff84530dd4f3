//! The agents: a made-up organisation in the shape of a real one, or one that the caller brings.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    AgentCapabilityId, AgentId, AgentStatus, AgentType, agent_capabilities, agent_collaborations, agents,
};
use serde_json::json;

use super::dice::{Of, Source};
use super::rows::Rows;
use crate::agents::{NewAgent, OrganisationLine, RefusedLine, new_agents};

const TOP: &str = "General Manager";

/// Who leads, under whom, and which specialists stand there.
const TEAMS: [(&str, &str, &[&str]); 10] = [
    (
        "Promotion Lead",
        TOP,
        &[
            "Story Planner",
            "Launch Planner",
            "Newsletter Editor",
            "Text Message Editor",
        ],
    ),
    (
        "Insight Lead",
        TOP,
        &["Figure Reader", "Speed Reader", "Pattern Finder"],
    ),
    ("Accounts Lead", TOP, &["Cost Keeper", "Yield Keeper"]),
    (
        "Logistics Lead",
        TOP,
        &["Stock Keeper", "Parcel Dispatcher", "Storefront Keeper"],
    ),
    ("Care Lead", TOP, &["Question Answerer", "Mood Listener"]),
    ("Assortment Lead", TOP, &["Range Planner", "Trend Scout"]),
    ("Platform Lead", TOP, &["Watchkeeper", "Connection Keeper"]),
    (
        "Partner Lead",
        TOP,
        &[
            "Hotel Adviser",
            "Office Adviser",
            "Clinic Adviser",
            "Store Adviser",
            "Property Adviser",
            "House Adviser",
            "Flat Adviser",
            "Studio Adviser",
            "Collection Adviser",
            "Present Adviser",
        ],
    ),
    (
        "Channel Lead",
        "Promotion Lead",
        &["Picture Poster", "Group Poster", "Pin Poster"],
    ),
    ("Studio Lead", "Promotion Lead", &[]),
];

const ABILITIES: [(&str, &str); 8] = [
    ("tool", "search_orders"),
    ("tool", "read_stock"),
    ("tool", "send_message"),
    ("skill", "write_copy"),
    ("skill", "summarise"),
    ("skill", "forecast"),
    ("integration", "storefront"),
    ("integration", "mailbox"),
];

/// Who acts in the shop.
#[derive(Clone, Debug, Default)]
pub(super) struct Staff {
    pub(super) top: Vec<AgentId>,
    pub(super) leads: Vec<AgentId>,
    pub(super) specialists: Vec<AgentId>,
}

impl Staff {
    /// An agent for a part of the work, by its number; leads where there is no specialist.
    pub(super) fn specialist(&self, n: usize) -> Option<AgentId> {
        nth(&self.specialists, n).or_else(|| self.lead(n))
    }

    /// An agent that answers for a part of the work.
    pub(super) fn lead(&self, n: usize) -> Option<AgentId> {
        nth(&self.leads, n)
            .or_else(|| nth(&self.top, n))
            .or_else(|| nth(&self.specialists, n))
    }
}

fn nth(agents: &[AgentId], n: usize) -> Option<AgentId> {
    agents.get(n.checked_rem(agents.len())?).copied()
}

/// The made-up organisation: 42 agents.
fn lines() -> Vec<OrganisationLine> {
    let mut lines = Vec::new();
    let mut add = |name: &str, agent_type: AgentType, parent: &str| {
        lines.push(OrganisationLine {
            line: lines.len() as u64 + 1,
            name: name.to_owned(),
            agent_type: agent_type.to_string(),
            parent: parent.to_owned(),
        });
    };
    add(TOP, AgentType::Orchestrator, "");
    for (lead, above, _) in TEAMS {
        add(lead, AgentType::Director, above);
    }
    for (lead, _, specialists) in TEAMS {
        for specialist in specialists {
            add(specialist, AgentType::Specialist, lead);
        }
    }
    lines
}

/// Everybody, those above before those below.
pub(super) fn staff(
    source: &Source,
    from: DateTime<Utc>,
    given: Option<Vec<OrganisationLine>>,
    rows: &mut Rows,
) -> Result<Staff, Vec<RefusedLine>> {
    let hired = from - TimeDelta::days(60);
    let mut staff = Staff::default();
    let mut ids: std::collections::HashMap<String, AgentId> = std::collections::HashMap::new();
    let agents = new_agents(given.unwrap_or_else(lines))?;
    for (n, agent) in (0..).zip(&agents) {
        ids.insert(agent.name.clone(), source.of(Of::Organisation, n).id(hired));
    }
    for NewAgent {
        name,
        agent_type,
        parent,
    } in &agents
    {
        let Some(id) = ids.get(name).copied() else {
            continue;
        };
        match agent_type {
            AgentType::Orchestrator => &mut staff.top,
            AgentType::Director => &mut staff.leads,
            AgentType::Specialist => &mut staff.specialists,
        }
        .push(id);
        rows.agents.push(agents::Model {
            id,
            name: name.clone(),
            r#type: *agent_type,
            parent_id: parent.as_ref().and_then(|parent| ids.get(parent).copied()),
            status: AgentStatus::Active,
            system_prompt: Some(format!("You are the {name} of a shop for wall art.")),
            mcp_tools: ["orders", "catalogue"].into_iter().collect(),
            created_at: hired,
            updated_at: hired,
        });
    }
    by_depth(&mut rows.agents);
    abilities(source, rows);
    collaborations(source, &staff, hired, rows);
    Ok(staff)
}

/// SQLite looks at each row as it comes, so whoever stands above has to be there.
fn by_depth(agents: &mut [agents::Model]) {
    let parents: std::collections::HashMap<AgentId, Option<AgentId>> =
        agents.iter().map(|agent| (agent.id, agent.parent_id)).collect();
    let depth = |id: AgentId| {
        let above = |id: &AgentId| parents.get(id).copied().flatten();
        std::iter::successors(Some(id), above).count()
    };
    agents.sort_by_key(|agent| depth(agent.id));
}

fn abilities(source: &Source, rows: &mut Rows) {
    for (n, agent) in (0..).zip(&rows.agents) {
        let mut dice = source.of(Of::Organisation, 1_000_000 + n);
        let first = dice.index(ABILITIES.len());
        for k in 0..2 + dice.index(2) {
            let (capability_type, name) = ABILITIES[(first + k) % ABILITIES.len()];
            let id: AgentCapabilityId = dice.id(agent.created_at);
            rows.agent_capabilities.push(agent_capabilities::Model {
                id,
                agent_id: agent.id,
                capability_type: capability_type.to_owned(),
                capability_name: name.to_owned(),
                configuration: json!({ "calls_per_minute": dice.between(1, 12) * 5 }),
                is_active: dice.chance(950),
                created_at: agent.created_at,
            });
        }
    }
}

/// Leads ask one another, and specialists ask a lead.
fn collaborations(source: &Source, staff: &Staff, at: DateTime<Utc>, rows: &mut Rows) {
    let mut add = |n: usize, asks: AgentId, answers: Option<AgentId>, kind: &str| {
        let Some(answers) = answers.filter(|answers| *answers != asks) else {
            return;
        };
        let mut dice = source.of(Of::Organisation, 2_000_000 + n as u64);
        rows.agent_collaborations.push(agent_collaborations::Model {
            id: dice.id(at),
            requesting_agent_id: asks,
            responding_agent_id: answers,
            collaboration_type: kind.to_owned(),
            priority: dice.count(3, 8),
            sla_minutes: dice.count(1, 8) * 30,
            created_at: at,
        });
    };
    for (n, lead) in staff.leads.iter().enumerate() {
        add(n, *lead, staff.lead(n + 1), "advice");
        add(1_000 + n, *lead, staff.specialist(n * 3), "delegation");
    }
    for (n, specialist) in staff.specialists.iter().enumerate() {
        add(10_000 + n, *specialist, staff.lead(n / 3), "approval");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_made_up_organisation_has_forty_two_agents_in_their_places() {
        let mut rows = Rows::default();
        let staff = staff(&Source::new(1), DateTime::UNIX_EPOCH, None, &mut rows).unwrap();
        assert_eq!(rows.agents.len(), 42);
        assert_eq!(
            (staff.top.len(), staff.leads.len(), staff.specialists.len()),
            (1, 10, 31)
        );
    }
}
