//! Who may stand under whom.

use entity::{AgentId, AgentStatus, AgentType, agents};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait};
use thiserror::Error;

use super::postgres;
use crate::error::DatabaseError;

/// The rule behind [`may_stand_under`] and "no new child of an archived agent", as the database knows it.
pub(super) const PLACE: &str = "chk_agents_place";

/// Whether an agent of a type may stand under one of the other type, or alone.
///
/// An orchestrator is a root. A director stands under an orchestrator or a director, a specialist under a director. Everybody
/// may stand alone: an agent that nobody has placed yet.
#[must_use]
pub fn may_stand_under(agent: AgentType, parent: Option<AgentType>) -> bool {
    use AgentType::{Director, Orchestrator, Specialist};
    match (agent, parent) {
        (Orchestrator | Director | Specialist, None)
        | (Director, Some(Orchestrator | Director))
        | (Specialist, Some(Director)) => true,
        (Orchestrator, Some(Orchestrator | Director | Specialist))
        | (Director, Some(Specialist))
        | (Specialist, Some(Orchestrator | Specialist)) => false,
    }
}

/// Why an agent may not stand where it was to stand.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Misplaced {
    /// There is no such parent.
    #[error("there is no agent {parent} to stand under")]
    UnknownParent {
        /// What was asked for.
        parent: AgentId,
    },
    /// An archived agent gets no more children.
    #[error("agent {parent} is archived and gets no more children")]
    ArchivedParent {
        /// The parent.
        parent: AgentId,
    },
    /// [`may_stand_under`] says no.
    #[error("no {agent_type} stands under the {parent_type} {parent}")]
    Rank {
        /// What the agent is, or was to become.
        agent_type: AgentType,
        /// Under whom it was to stand.
        parent: AgentId,
        /// What that one is.
        parent_type: AgentType,
    },
}

/// Queues behind whoever else is placing agents; see the module documentation. One statement on PostgreSQL, none on SQLite.
pub(super) async fn queue<C: ConnectionTrait>(db: &C) -> Result<(), DatabaseError> {
    match db.get_database_backend() {
        DbBackend::Postgres => postgres::queue(db).await,
        _ => Ok(()),
    }
}

/// Holds a place against the rules, given the parent's row.
pub(super) fn judge(
    agent_type: AgentType,
    parent: AgentId,
    row: Option<(AgentType, AgentStatus)>,
) -> Result<(), Misplaced> {
    match row {
        None => Err(Misplaced::UnknownParent { parent }),
        Some((_, AgentStatus::Archived)) => Err(Misplaced::ArchivedParent { parent }),
        Some((parent_type, _)) if !may_stand_under(agent_type, Some(parent_type)) => Err(Misplaced::Rank {
            agent_type,
            parent,
            parent_type,
        }),
        Some(_) => Ok(()),
    }
}

/// Why the database refused the place, after the fact; `None` when it would be fine by now. One statement.
pub(super) async fn explain<C: ConnectionTrait>(
    db: &C,
    agent_type: AgentType,
    parent: AgentId,
) -> Result<Option<Misplaced>, DatabaseError> {
    let row = agents::Entity::find_by_id(parent).one(db).await?;
    Ok(judge(agent_type, parent, row.map(|row| (row.r#type, row.status))).err())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orchestrators_stand_over_directors_and_directors_over_directors_and_specialists() {
        use AgentType::{Director, Orchestrator, Specialist};
        let all = [Orchestrator, Director, Specialist];
        let allowed: Vec<_> = all
            .into_iter()
            .flat_map(|parent| all.map(|agent| (agent, parent)))
            .filter(|(agent, parent)| may_stand_under(*agent, Some(*parent)))
            .collect();
        assert_eq!(
            allowed,
            [
                (Director, Orchestrator),
                (Director, Director),
                (Specialist, Director)
            ]
        );
        assert!(all.into_iter().all(|agent| may_stand_under(agent, None)));
    }
}
