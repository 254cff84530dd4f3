//! What has to change so that the organisation is as the lines say; no database here.

use std::collections::{HashMap, HashSet};

use entity::{AgentId, AgentStatus, AgentType, agents};

use super::problem::{LineProblem, RefusedLine};
use super::{Before, LoadedAgent, LoadedOrganisation, OrganisationLine, What};
use crate::agents::place::may_stand_under;
use crate::input::{Checks, Rule};

/// Agents of the database, by id and by name.
#[derive(Debug, Default)]
pub(super) struct Known {
    by_id: HashMap<AgentId, agents::Model>,
    by_name: HashMap<String, AgentId>,
}

impl Known {
    pub(super) fn of(rows: Vec<agents::Model>) -> Self {
        let mut known = Self::default();
        known.add(rows);
        known
    }

    pub(super) fn add(&mut self, rows: impl IntoIterator<Item = agents::Model>) {
        for row in rows {
            self.by_name.insert(row.name.clone(), row.id);
            self.by_id.insert(row.id, row);
        }
    }

    /// Parents that no line of their own describes.
    pub(super) fn outside(&self, lines: &[OrganisationLine]) -> Vec<AgentId> {
        let described: HashSet<_> = lines.iter().map(|line| &line.name).collect();
        let parents: HashSet<_> = lines
            .iter()
            .map(|line| &line.parent)
            .filter(|parent| !described.contains(parent))
            .filter_map(|parent| self.by_name.get(parent).copied())
            .collect();
        parents.into_iter().collect()
    }

    fn named(&self, name: &str) -> Option<&agents::Model> {
        self.by_id.get(self.by_name.get(name)?)
    }
}

/// An agent as it shall be.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) line: u64,
    pub(super) id: AgentId,
    pub(super) name: String,
    pub(super) agent_type: AgentType,
    pub(super) parent: Option<AgentId>,
    pub(super) what: What,
}

/// What has to change.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) wanted: Vec<Wanted>,
    known: Known,
}

impl Plan {
    pub(super) fn new(lines: Vec<OrganisationLine>, known: Known) -> Result<Self, Vec<RefusedLine>> {
        let mut refused = Vec::new();
        let lines = distinct(lines, &mut refused);
        let ids = ids(&lines, &known);
        let mut wanted = Vec::with_capacity(lines.len());
        for line in lines {
            match want(&line, &known, &ids) {
                Ok(agent) => wanted.push(agent),
                Err(problem) => refused.push(refusal(line.line, &line.name, problem)),
            }
        }
        let plan = Self { wanted, known };
        plan.check_places(&mut refused);
        if refused.is_empty() {
            Ok(plan)
        } else {
            refused.sort_by_key(|refused| refused.line);
            Err(refused)
        }
    }

    /// Agents that were there with another type.
    pub(super) fn retyped(&self) -> Vec<AgentId> {
        let differs = |agent: &&Wanted| {
            self.known
                .by_id
                .get(&agent.id)
                .is_some_and(|row| row.r#type != agent.agent_type)
        };
        self.wanted.iter().filter(differs).map(|agent| agent.id).collect()
    }

    /// Refuses new types of agents over children that no line describes and that may not stand under them.
    pub(super) fn check_children(&self, children: &[agents::Model]) -> Result<(), Vec<RefusedLine>> {
        let described: HashSet<_> = self.wanted.iter().map(|agent| agent.id).collect();
        let mut refused = Vec::new();
        for agent in &self.wanted {
            let mut misplaced: Vec<_> = children
                .iter()
                .filter(|child| child.parent_id == Some(agent.id) && !described.contains(&child.id))
                .filter(|child| !may_stand_under(child.r#type, Some(agent.agent_type)))
                .map(|child| child.id)
                .collect();
            if !misplaced.is_empty() {
                misplaced.sort_unstable();
                let problem = LineProblem::LeadsOthers {
                    agent_type: agent.agent_type,
                    children: misplaced,
                };
                refused.push(refusal(agent.line, &agent.name, problem));
            }
        }
        if refused.is_empty() { Ok(()) } else { Err(refused) }
    }

    pub(super) fn outcome(self) -> LoadedOrganisation {
        let by_id = &self.known.by_id;
        let agents = self.wanted.into_iter().map(|agent| LoadedAgent {
            line: agent.line,
            id: agent.id,
            name: agent.name,
            what: agent.what,
            agent_type: agent.agent_type,
            parent: agent.parent,
            before: by_id.get(&agent.id).map(|row| Before {
                agent_type: row.r#type,
                parent: row.parent_id,
            }),
        });
        LoadedOrganisation {
            agents: agents.collect(),
        }
    }

    /// Ranks, and circles: in the organisation as it would be, where agents that no line describes stay where they are.
    fn check_places(&self, refused: &mut Vec<RefusedLine>) {
        let wanted: HashMap<AgentId, &Wanted> = self.wanted.iter().map(|agent| (agent.id, agent)).collect();
        for agent in &self.wanted {
            let Some(parent) = agent.parent else { continue };
            if let Some(names) = self.circle(agent, &wanted) {
                refused.push(refusal(agent.line, &agent.name, LineProblem::Circle { names }));
                continue;
            }
            let above = match (wanted.get(&parent), self.known.by_id.get(&parent)) {
                (Some(above), _) => (above.agent_type, above.name.as_str()),
                (None, Some(row)) => (row.r#type, row.name.as_str()),
                // Its line is refused itself.
                (None, None) => continue,
            };
            if !may_stand_under(agent.agent_type, Some(above.0)) {
                let problem = LineProblem::Rank {
                    agent_type: agent.agent_type,
                    parent: above.1.to_owned(),
                    parent_type: above.0,
                };
                refused.push(refusal(agent.line, &agent.name, problem));
            }
        }
    }

    /// The names from the agent up to below itself, when it stands on a circle.
    fn circle(&self, agent: &Wanted, wanted: &HashMap<AgentId, &Wanted>) -> Option<Vec<String>> {
        let mut names = vec![agent.name.clone()];
        let mut seen = HashSet::new();
        let mut above = agent.parent;
        while let Some(id) = above {
            if id == agent.id {
                return Some(names);
            }
            if !seen.insert(id) {
                // Another circle, which this one leads to.
                return None;
            }
            above = match (wanted.get(&id), self.known.by_id.get(&id)) {
                (Some(next), _) => {
                    names.push(next.name.clone());
                    next.parent
                }
                (None, Some(row)) => {
                    names.push(row.name.clone());
                    row.parent_id
                }
                (None, None) => None,
            };
        }
        None
    }
}

fn refusal(line: u64, name: &str, problem: LineProblem) -> RefusedLine {
    RefusedLine {
        line,
        name: name.to_owned(),
        problem,
    }
}

/// The lines that are the first of their name; the others are refused.
fn distinct(lines: Vec<OrganisationLine>, refused: &mut Vec<RefusedLine>) -> Vec<OrganisationLine> {
    let mut first: HashMap<String, u64> = HashMap::new();
    let mut distinct = Vec::with_capacity(lines.len());
    for line in lines {
        match first.get(&line.name) {
            Some(first) => {
                let problem = LineProblem::DuplicateName { first: *first };
                refused.push(refusal(line.line, &line.name, problem));
            }
            None => {
                first.insert(line.name.clone(), line.line);
                distinct.push(line);
            }
        }
    }
    distinct
}

/// The id of each name: that of the agent, or a new one.
fn ids(lines: &[OrganisationLine], known: &Known) -> HashMap<String, AgentId> {
    let id = |line: &OrganisationLine| {
        let id = known.by_name.get(&line.name).copied();
        (line.name.clone(), id.unwrap_or_else(AgentId::new))
    };
    lines.iter().map(id).collect()
}

/// What a line asks for, looked at by itself.
fn want(
    line: &OrganisationLine,
    known: &Known,
    ids: &HashMap<String, AgentId>,
) -> Result<Wanted, LineProblem> {
    text("name", &line.name, false)?;
    text("parent", &line.parent, true)?;
    let agent_type = line.agent_type.to_lowercase().parse();
    let agent_type: AgentType = agent_type.map_err(|_| LineProblem::UnknownType {
        text: line.agent_type.clone(),
    })?;
    let before = known.named(&line.name);
    if before.is_some_and(|row| row.status == AgentStatus::Archived) {
        return Err(LineProblem::Archived);
    }
    let parent = match line.parent.as_str() {
        "" => None,
        name => Some(parent(name, known, ids)?),
    };
    let what = match before {
        None => What::Created,
        Some(row) if row.r#type == agent_type && row.parent_id == parent => What::Unchanged,
        Some(_) => What::Changed,
    };
    Ok(Wanted {
        line: line.line,
        id: ids.get(&line.name).copied().unwrap_or_else(AgentId::new),
        name: line.name.clone(),
        agent_type,
        parent,
        what,
    })
}

fn parent(name: &str, known: &Known, ids: &HashMap<String, AgentId>) -> Result<AgentId, LineProblem> {
    let parent = || name.to_owned();
    match known.named(name) {
        Some(row) if row.status == AgentStatus::Archived => {
            Err(LineProblem::ArchivedParent { parent: parent() })
        }
        Some(row) => Ok(row.id),
        None => ids
            .get(name)
            .copied()
            .ok_or_else(|| LineProblem::UnknownParent { parent: parent() }),
    }
}

fn text(column: &'static str, value: &str, may_be_blank: bool) -> Result<(), LineProblem> {
    let mut checks = Checks::default();
    if may_be_blank {
        checks.text(column, value, 255);
    } else {
        checks.name(column, value, 255);
    }
    match checks.finish() {
        Ok(()) => Ok(()),
        Err(input) => {
            let rule = input.problems.into_iter().next().map(|problem| problem.rule);
            Err(LineProblem::Invalid {
                column,
                rule: rule.unwrap_or(Rule::Blank),
            })
        }
    }
}
