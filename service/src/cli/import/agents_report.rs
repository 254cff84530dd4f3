//! What an import of agents did, for a person and for a program.

use std::collections::HashMap;
use std::io::{self, Write};

use entity::{AgentId, AgentType};
use serde::Serialize;

use crate::agents::{Before, LoadedAgent, LoadedOrganisation, RefusedLine, What};
use crate::cli::output::{self, ForPeople};

/// More of a name than tells whose it is would push the other columns off a terminal.
const NAME: usize = 60;

/// What became of the lines.
#[derive(Serialize)]
pub(super) struct Report {
    dry_run: bool,
    created: usize,
    changed: usize,
    unchanged: usize,
    agents: Vec<Agent>,
    pub(super) refusals: Vec<Refusal>,
}

#[derive(Serialize)]
struct Agent {
    line: u64,
    /// Of a dry run, one that the agent will not have, where it is new.
    id: String,
    name: String,
    what: &'static str,
    #[serde(flatten)]
    place: Place,
    /// Of one that is changed.
    before: Option<Place>,
}

/// What an agent is, and under whom.
#[derive(Serialize)]
struct Place {
    #[serde(rename = "type")]
    agent_type: String,
    parent: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Refusal {
    line: u64,
    name: String,
    message: String,
}

impl Report {
    /// `names` are those of the parents that no line names.
    pub(super) fn loaded(
        dry_run: bool,
        loaded: LoadedOrganisation,
        mut names: HashMap<AgentId, String>,
    ) -> Self {
        let [created, changed, unchanged] =
            [What::Created, What::Changed, What::Unchanged].map(|what| loaded.count(what));
        names.extend(loaded.agents.iter().map(|agent| (agent.id, agent.name.clone())));
        let agents = loaded.agents.into_iter().map(|agent| Agent::of(agent, &names));
        Self {
            dry_run,
            created,
            changed,
            unchanged,
            agents: agents.collect(),
            refusals: Vec::new(),
        }
    }

    pub(super) fn refused(dry_run: bool, lines: Vec<RefusedLine>) -> Self {
        let refusals = lines.into_iter().map(|refused| Refusal {
            line: refused.line,
            name: refused.name,
            message: refused.problem.to_string(),
        });
        Self {
            dry_run,
            created: 0,
            changed: 0,
            unchanged: 0,
            agents: Vec::new(),
            refusals: refusals.collect(),
        }
    }
}

impl Agent {
    fn of(agent: LoadedAgent, names: &HashMap<AgentId, String>) -> Self {
        let place = |agent_type: AgentType, parent: Option<AgentId>| Place {
            agent_type: agent_type.to_string(),
            parent: parent.map(|id| names.get(&id).cloned().unwrap_or_else(|| id.to_string())),
        };
        let before = agent.before.filter(|_| agent.what == What::Changed);
        Self {
            line: agent.line,
            id: agent.id.to_string(),
            what: match agent.what {
                What::Created => "created",
                What::Changed => "changed",
                What::Unchanged => "unchanged",
            },
            place: place(agent.agent_type, agent.parent),
            before: before.map(|Before { agent_type, parent }| place(agent_type, parent)),
            name: agent.name,
        }
    }

    /// `specialist under "Ann"`, or what is another: `type: specialist → director, under "Ann" → under nobody`.
    fn change(&self) -> String {
        let Some(before) = &self.before else {
            return format!("{} {}", self.place.agent_type, self.place.above());
        };
        let now = &self.place;
        let mut changes = Vec::new();
        if before.agent_type != now.agent_type {
            changes.push(format!("type: {} → {}", before.agent_type, now.agent_type));
        }
        if before.parent != now.parent {
            changes.push(format!("{} → {}", before.above(), now.above()));
        }
        changes.join(", ")
    }
}

impl Place {
    fn above(&self) -> String {
        match &self.parent {
            Some(name) => format!("under {}", shown(name)),
            None => "under nobody".to_owned(),
        }
    }
}

impl ForPeople for Report {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.dry_run {
            writeln!(
                out,
                "dry run: nothing is written; this is what an import would do"
            )?;
        }
        let mut table = output::table(["", "created", "changed", "unchanged", "refused"]);
        let counts = [self.created, self.changed, self.unchanged, self.refusals.len()];
        table.add_row(std::iter::once("agents".to_owned()).chain(counts.map(|count| count.to_string())));
        output::align_right(&mut table, 1..5);
        writeln!(out, "{table}")?;
        if self.created + self.changed > 0 {
            self.write_changes(out)?;
        }
        if !self.refusals.is_empty() {
            writeln!(out, "\nnothing was written, because lines are refused:")?;
        }
        for refusal in &self.refusals {
            let name = shown(&refusal.name);
            writeln!(out, "  line {}  {name}  {}", refusal.line, refusal.message)?;
        }
        Ok(())
    }
}

impl Report {
    fn write_changes(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = output::table(["line", "agent", "", ""]);
        for agent in self.agents.iter().filter(|agent| agent.what != "unchanged") {
            table.add_row([
                agent.line.to_string(),
                shown(&agent.name),
                agent.what.to_owned(),
                agent.change(),
            ]);
        }
        output::align_right(&mut table, [0]);
        writeln!(out, "{table}")
    }
}

/// A name on a terminal, whose cursor and colours it is not to move.
fn shown(name: &str) -> String {
    let mut shown: String = name.chars().filter(|c| !c.is_control()).take(NAME).collect();
    if name.chars().nth(NAME).is_some() {
        shown.push('…');
    }
    shown
}
