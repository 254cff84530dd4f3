//! Why a line cannot be as it is.

use std::borrow::Cow;

use entity::{AgentId, AgentType};
use sea_orm::Iterable as _;
use thiserror::Error;

use crate::input::Rule;

/// A line and why it is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedLine {
    /// The line, as the command numbers it.
    pub line: u64,
    /// The agent's name as the line has it.
    pub name: String,
    /// What is wrong.
    pub problem: LineProblem,
}

/// Why a line is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LineProblem {
    /// A cell breaks a rule that needs no database.
    #[error("{column} {rule}")]
    Invalid {
        /// The column.
        column: &'static str,
        /// The rule.
        rule: Rule,
    },
    /// No type of agents.
    #[error("{:?} is no type of agents: write {}", cut(text), types())]
    UnknownType {
        /// What the line has.
        text: String,
    },
    /// Another line has the name.
    #[error("line {first} has the same name")]
    DuplicateName {
        /// The first line that has it.
        first: u64,
    },
    /// Neither the lines nor the database have the parent.
    #[error("there is no agent {:?} to stand under", cut(parent))]
    UnknownParent {
        /// The parent's name.
        parent: String,
    },
    /// The agent would stand below itself.
    #[error("it would stand below itself: {}", names.join(" under "))]
    Circle {
        /// The names along the circle: first the agent itself, each one under the one after it, the last one under the agent.
        names: Vec<String>,
    },
    /// Its type may not stand under the parent's.
    #[error("no {agent_type} stands under the {parent_type} {parent:?}")]
    Rank {
        /// What the agent would be.
        agent_type: AgentType,
        /// The parent's name.
        parent: String,
        /// What the parent is, or would be.
        parent_type: AgentType,
    },
    /// Agents that no line names stand under it and may not stand under its new type.
    #[error("{} agents stand under it that may stand under no {agent_type}", children.len())]
    LeadsOthers {
        /// What the agent would be.
        agent_type: AgentType,
        /// Who may not, by id; never empty.
        children: Vec<AgentId>,
    },
    /// The agent is archived and kept as it was.
    #[error("the agent is archived")]
    Archived,
    /// An archived agent gets no more children.
    #[error("the agent {parent:?} is archived and gets no more children")]
    ArchivedParent {
        /// The parent's name.
        parent: String,
    },
}

/// `orchestrator, director or specialist`.
fn types() -> String {
    let types: Vec<_> = AgentType::iter()
        .map(|agent_type| agent_type.to_string())
        .collect();
    match types.split_last() {
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

/// As much of a cell as tells which one it is.
fn cut(text: &str) -> Cow<'_, str> {
    const ENOUGH: usize = 60;
    match text.char_indices().nth(ENOUGH) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_type_is_told_which_there_are_and_cut_when_it_is_long() {
        let told = |text: String| LineProblem::UnknownType { text }.to_string();
        let types = "is no type of agents: write orchestrator, director or specialist";
        assert_eq!(told("king".into()), format!("\"king\" {types}"));
        assert_eq!(told("ä".repeat(5000)), format!("\"{}…\" {types}", "ä".repeat(60)));
    }
}
