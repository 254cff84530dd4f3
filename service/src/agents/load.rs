//! A whole organisation from a table of names, types and parents.

mod file;
mod plan;
mod problem;
mod write;

use entity::{AgentId, AgentType, agents};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait};
use thiserror::Error;

pub use problem::{LineProblem, RefusedLine};

use super::hierarchy::lines_up;
use super::place;
use crate::batch::{MAX_ELEMENTS, among, among_texts};
use crate::error::{Class, Classified, DatabaseError};
use crate::import::shopify::SourceError;
use crate::input::{Checks, InvalidInput, Rule, is_storable};
use crate::operation;
use crate::transaction;
use plan::{Known, Plan};

/// An organisation, in any order. [`from_csv`](Self::from_csv) reads one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadOrganisation {
    /// One for each agent; at most 2 000.
    pub lines: Vec<OrganisationLine>,
}

/// An agent as a line of a file states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationLine {
    /// Where it stands in the file, for refusals.
    pub line: u64,
    /// By this it is found again. At most 255 characters.
    pub name: String,
    /// `orchestrator`, `director` or `specialist`, in any case.
    pub agent_type: String,
    /// The name of an agent of the file or of the database; blank for a root.
    pub parent: String,
}

/// What [`load`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedOrganisation {
    /// One for each line, in the order of the lines.
    pub agents: Vec<LoadedAgent>,
}

impl LoadedOrganisation {
    /// How many agents this became of.
    #[must_use]
    pub fn count(&self, what: What) -> usize {
        self.agents.iter().filter(|agent| agent.what == what).count()
    }
}

/// What became of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedAgent {
    /// The line.
    pub line: u64,
    /// The agent's id.
    pub id: AgentId,
    /// Its name.
    pub name: String,
    /// What was done.
    pub what: What,
    /// Its type, as the line states it.
    pub agent_type: AgentType,
    /// Whom it stands under, as the line states it.
    pub parent: Option<AgentId>,
    /// As what it was there; `None` of one that is new.
    pub before: Option<Before>,
}

/// What an agent was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// Its type.
    pub agent_type: AgentType,
    /// Whom it stood under.
    pub parent: Option<AgentId>,
}

/// What was done for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum What {
    /// The agent is new.
    Created,
    /// It was there with another type or in another place.
    Changed,
    /// It was there as the line states it.
    Unchanged,
}

/// Why no organisation was loaded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file is not CSV, or reading it failed. The error names the line.
    #[error(transparent)]
    Unreadable(#[from] SourceError),
    /// The first line does not have the columns.
    #[error("the first line has no column {}", missing.join(", "))]
    MissingColumns {
        /// Those of `name`, `type` and `parent` that it lacks.
        missing: Vec<&'static str>,
    },
    /// The first line has no commas where others separate its columns.
    #[error("the columns are separated by {separator}: save the file with commas")]
    NotCommas {
        /// What separates them.
        separator: &'static str,
    },
    /// The first line has one of the columns twice.
    #[error("the first line has two columns {column}")]
    RepeatedColumn {
        /// Which of `name`, `type` and `parent`.
        column: &'static str,
    },
    /// There is no line but the first.
    #[error("there are no agents in it")]
    NoAgents,
    /// No line, or too many.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// Lines that cannot be as they are.
    #[error("{} lines are refused, first line {}: {}", lines.len(), first_line(lines), first_problem(lines))]
    Refused {
        /// All of them, in their order; never empty. A line can be there for several reasons.
        lines: Vec<RefusedLine>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

fn first_line(lines: &[RefusedLine]) -> u64 {
    lines.first().map_or(0, |refused| refused.line)
}

fn first_problem(lines: &[RefusedLine]) -> String {
    lines
        .first()
        .map_or_else(String::new, |refused| refused.problem.to_string())
}

impl Classified for LoadError {
    fn class(&self) -> Class {
        match self {
            Self::Unreadable(_)
            | Self::MissingColumns { .. }
            | Self::NotCommas { .. }
            | Self::RepeatedColumn { .. }
            | Self::NoAgents
            | Self::Invalid(_)
            | Self::Refused { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Brings the organisation to what the lines say, all or nothing: agents are found by name; who is not there is registered as an
/// active agent, who has another type or stands elsewhere is changed. Whom no line names stays as it is.
///
/// The same organisation again changes nothing. Queues behind whoever else is placing agents (one statement on PostgreSQL). One
/// statement when nothing changes, at most six when something does, however many lines; one more when parents stand in the
/// database alone.
///
/// # Errors
///
/// [`LoadError::Refused`] with every line that cannot be as it is, and why; [`LoadError::Invalid`] before anything is sent.
pub async fn load<C>(db: &C, command: LoadOrganisation) -> Result<LoadedOrganisation, LoadError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "agents.load");
    let mut checks = Checks::default();
    if command.lines.is_empty() {
        checks.refuse("lines", Rule::Empty);
    }
    checks.at_most("lines", command.lines.len(), MAX_ELEMENTS);
    checks.finish()?;
    let transaction = transaction::begin(db).await?;
    let outcome = bring_about(&transaction, command).await;
    match transaction::finish(transaction, outcome).await {
        // Somebody who placed nobody registered or renamed an agent to one of these names meanwhile.
        Err(LoadError::Database(DatabaseError::Duplicate { .. })) => {
            Err(DatabaseError::Changed { table: "agents" }.into())
        }
        outcome => outcome,
    }
}

/// An agent that nothing stands in the way of.
#[cfg(feature = "seed")]
pub(crate) struct NewAgent {
    pub(crate) name: String,
    pub(crate) agent_type: entity::AgentType,
    /// By name.
    pub(crate) parent: Option<String>,
}

/// An organisation where there is none, by line.
#[cfg(feature = "seed")]
pub(crate) fn new_agents(lines: Vec<OrganisationLine>) -> Result<Vec<NewAgent>, Vec<RefusedLine>> {
    let plan = Plan::new(lines, Known::default())?;
    let names: std::collections::HashMap<AgentId, String> = plan
        .wanted
        .iter()
        .map(|agent| (agent.id, agent.name.clone()))
        .collect();
    let agent = |wanted: plan::Wanted| NewAgent {
        name: wanted.name,
        agent_type: wanted.agent_type,
        parent: wanted.parent.and_then(|parent| names.get(&parent).cloned()),
    };
    Ok(plan.wanted.into_iter().map(agent).collect())
}

async fn bring_about<C: ConnectionTrait>(
    db: &C,
    command: LoadOrganisation,
) -> Result<LoadedOrganisation, LoadError> {
    place::queue(db).await?;
    let known = known(db, &command.lines).await?;
    let plan = Plan::new(command.lines, known).map_err(|lines| LoadError::Refused { lines })?;
    let retyped = plan.retyped();
    if !retyped.is_empty() {
        let below = children(db, &retyped).await?;
        plan.check_children(&below)
            .map_err(|lines| LoadError::Refused { lines })?;
    }
    write::write(db, &plan).await?;
    Ok(plan.outcome())
}

/// The agents that the lines name, themselves or as parents, and those above the latter. One or two statements.
async fn known<C: ConnectionTrait>(db: &C, lines: &[OrganisationLine]) -> Result<Known, DatabaseError> {
    let mut names: Vec<_> = lines
        .iter()
        .flat_map(|line| [line.name.clone(), line.parent.clone()])
        .filter(|name| is_storable(name))
        .collect();
    names.sort_unstable();
    names.dedup();
    let rows = agents::Entity::find()
        .filter(among_texts(db, agents::Column::Name, names))
        .all(db)
        .await?;
    let mut known = Known::of(rows);
    let outside = known.outside(lines);
    if !outside.is_empty() {
        let above = lines_up(db, &outside).await?;
        known.add(above.into_iter().map(|placed| placed.agent));
    }
    Ok(known)
}

async fn children<C: ConnectionTrait>(db: &C, of: &[AgentId]) -> Result<Vec<agents::Model>, DatabaseError> {
    Ok(agents::Entity::find()
        .filter(among(db, agents::Column::ParentId, of.iter().copied()))
        .all(db)
        .await?)
}
