//! The agents: a made-up organisation in the shape of a real one, or one that the caller brings.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    AgentCapabilityId, AgentId, AgentStatus, AgentType, agent_capabilities, agent_collaborations, agents,
};
use serde_json::json;

use super::dice::{Of, Source};
use super::rows::Rows;
use super::staff::{Member, Staff};
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
    let mut ids: HashMap<String, AgentId> = HashMap::new();
    let agents = new_agents(given.unwrap_or_else(lines))?;
    for (n, agent) in (0..).zip(&agents) {
        ids.insert(agent.name.clone(), source.of(Of::Organisation, n).id(hired));
    }
    for NewAgent {
        name,
        agent_type,
        parent,
    } in agents
    {
        let Some(id) = ids.get(&name).copied() else {
            continue;
        };
        rows.agents.push(agents::Model {
            id,
            r#type: agent_type,
            parent_id: parent.and_then(|parent| ids.get(&parent).copied()),
            status: AgentStatus::Active,
            system_prompt: Some(format!("You are the {name} of a shop for wall art.")),
            name,
            mcp_tools: ["orders", "catalogue"].into_iter().collect(),
            created_at: hired,
            updated_at: hired,
        });
    }
    by_depth(&mut rows.agents);
    let members = rows.agents.iter().map(|agent| Member {
        id: agent.id,
        name: agent.name.clone(),
        agent_type: agent.r#type,
        above: agent.parent_id,
        team: None,
    });
    let staff = Staff::new(members.collect());
    abilities(source, rows);
    collaborations(source, &staff, hired, rows);
    Ok(staff)
}

/// SQLite looks at each row as it comes, so whoever stands above has to be there.
fn by_depth(agents: &mut [agents::Model]) {
    let parents: HashMap<AgentId, Option<AgentId>> =
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

/// Leads ask one another and delegate to whom they lead, and specialists ask whoever stands above.
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
    let leads: Vec<_> = staff.of(AgentType::Director).map(|lead| lead.id).collect();
    for (n, lead) in leads.iter().enumerate() {
        add(n, *lead, leads.get((n + 1) % leads.len()).copied(), "advice");
        let mut led = staff.of(AgentType::Specialist);
        let first = led.find(|member| member.above == Some(*lead));
        add(1_000 + n, *lead, first.map(|member| member.id), "delegation");
    }
    let top = staff.of(AgentType::Orchestrator).next().map(|top| top.id);
    for (n, specialist) in staff.of(AgentType::Specialist).enumerate() {
        add(10_000 + n, specialist.id, specialist.above.or(top), "approval");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::duties::Duty;
    use crate::seed::teams::Team;

    fn name(rows: &Rows, id: Option<AgentId>) -> &str {
        let mut agents = rows.agents.iter();
        let agent = agents.find(|agent| Some(agent.id) == id);
        agent.map_or("nobody", |agent| agent.name.as_str())
    }

    fn does(staff: &Staff, rows: &Rows, duty: Duty) -> Vec<String> {
        let mut names: Vec<_> = (0..200)
            .map(|n| staff.who(duty, &mut Source::new(1).of(Of::Plan, n)))
            .map(|id| name(rows, id).to_owned())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    #[test]
    fn the_made_up_organisation_has_forty_two_agents_in_their_places() {
        let mut rows = Rows::default();
        let staff = staff(&Source::new(1), DateTime::UNIX_EPOCH, None, &mut rows).unwrap();
        let count = |agent_type| staff.of(agent_type).count();
        assert_eq!(rows.agents.len(), 42);
        assert_eq!(count(AgentType::Orchestrator), 1);
        assert_eq!(count(AgentType::Director), 10);
        assert_eq!(count(AgentType::Specialist), 31);
        for (duty, expected) in [
            (Duty::Answers, &["Question Answerer"][..]),
            (Duty::Moods, &["Mood Listener"]),
            (Duty::Costs, &["Cost Keeper"]),
            (Duty::Parcels, &["Parcel Dispatcher"]),
            (Duty::Letters, &["Newsletter Editor"]),
            (Duty::Posts, &["Group Poster", "Picture Poster", "Pin Poster"]),
            (
                Duty::Figures,
                &["Figure Reader", "Pattern Finder", "Speed Reader"],
            ),
        ] {
            assert_eq!(does(&staff, &rows, duty), expected, "{duty:?}");
        }
        for (team, expected) in [
            (Team::Whole, "General Manager"),
            (Team::Care, "Care Lead"),
            (Team::Finance, "Accounts Lead"),
            (Team::Operations, "Logistics Lead"),
            (Team::Sales, "Partner Lead"),
            (Team::Marketing, "Promotion Lead"),
        ] {
            assert_eq!(name(&rows, staff.owner(team)), expected);
        }
    }

    #[test]
    fn in_any_organisation_names_tell_who_does_what_and_places_where_names_say_nothing() {
        let lines = [
            ("Boss", "orchestrator", ""),
            ("Customer Happiness", "director", "Boss"),
            ("Money", "director", "Boss"),
            ("Budgeting", "specialist", "Money"),
            ("Anna", "specialist", "Customer Happiness"),
        ];
        let lines = lines
            .into_iter()
            .zip(1..)
            .map(|((name, agent_type, parent), line)| OrganisationLine {
                line,
                name: name.to_owned(),
                agent_type: agent_type.to_owned(),
                parent: parent.to_owned(),
            });
        let mut rows = Rows::default();
        let given = Some(lines.collect());
        let staff = staff(&Source::new(1), DateTime::UNIX_EPOCH, given, &mut rows).unwrap();
        assert_eq!(does(&staff, &rows, Duty::Answers), ["Anna"]);
        assert_eq!(does(&staff, &rows, Duty::Costs), ["Budgeting"]);
        assert_eq!(does(&staff, &rows, Duty::Posts).len(), 1);
        assert_eq!(name(&rows, staff.owner(Team::Care)), "Customer Happiness");
        assert_eq!(name(&rows, staff.owner(Team::Finance)), "Budgeting");
    }
}
