//! May this agent ask that one for something?

use std::collections::HashMap;

use entity::{AgentCollaborationId, AgentId, AgentStatus, agent_collaborations, agents};
use sea_orm::sea_query::{Expr, IntoCondition, JoinType, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, QueryResult};

use crate::batch::among;
use crate::error::DatabaseError;
use crate::input::is_storable;
use crate::operation;

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskAgent {
    /// Who wants to ask.
    pub requesting: AgentId,
    /// Who would be asked.
    pub responding: AgentId,
    /// For what.
    pub collaboration_type: String,
}

/// The answer to [`may_ask`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It may, on these terms.
    Granted {
        /// The collaboration that allows it.
        id: AgentCollaborationId,
        /// From 1, the most urgent, to 10.
        priority: i32,
        /// Within how many minutes an answer is due.
        sla_minutes: i32,
    },
    /// It may not.
    Denied(Denial),
}

/// Why an agent may not ask another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Denial {
    /// There is no such agent.
    Unknown(AgentId),
    /// This one of the two is paused or archived.
    NotActive(AgentId, AgentStatus),
    /// Nobody has allowed it.
    NotAllowed,
}

const STATUS: &str = "agent_status";
const AGENT: &str = "agent_id";

/// Says whether an agent may ask another for something now, and on which terms. Both have to be active. One statement.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn may_ask<C: ConnectionTrait>(db: &C, question: AskAgent) -> Result<Answer, DatabaseError> {
    use agent_collaborations::Column;
    let db = &operation::named(db, "agents.may_ask");
    if !is_storable(&question.collaboration_type) {
        return Ok(Answer::Denied(Denial::NotAllowed));
    }
    let parties = [question.requesting, question.responding];
    let allowed = Condition::all()
        .add(Column::RequestingAgentId.eq(question.requesting))
        .add(Column::RespondingAgentId.eq(question.responding))
        .add(Column::CollaborationType.eq(question.collaboration_type))
        .into_condition();
    let both = Query::select()
        .expr_as(Expr::col((agents::Entity, agents::Column::Id)), AGENT)
        .expr_as(Expr::col((agents::Entity, agents::Column::Status)), STATUS)
        .column((agent_collaborations::Entity, Column::Id))
        .column((agent_collaborations::Entity, Column::Priority))
        .column((agent_collaborations::Entity, Column::SlaMinutes))
        .from(agents::Entity)
        .join(JoinType::LeftJoin, agent_collaborations::Entity, allowed)
        .and_where(among(db, agents::Column::Id, parties))
        .to_owned();
    let rows = db.query_all(&both).await?;
    Ok(answer(parties, &rows)?)
}

fn answer(parties: [AgentId; 2], rows: &[QueryResult]) -> Result<Answer, DbErr> {
    let mut found: HashMap<AgentId, AgentStatus> = HashMap::new();
    let mut terms = None;
    for row in rows {
        found.insert(row.try_get("", AGENT)?, row.try_get("", STATUS)?);
        let id: Option<AgentCollaborationId> = row.try_get("", "id")?;
        if let Some(id) = id {
            terms = Some(Answer::Granted {
                id,
                priority: row.try_get("", "priority")?,
                sla_minutes: row.try_get("", "sla_minutes")?,
            });
        }
    }
    for agent in parties {
        match found.get(&agent) {
            None => return Ok(Answer::Denied(Denial::Unknown(agent))),
            Some(AgentStatus::Active) => {}
            Some(status) => return Ok(Answer::Denied(Denial::NotActive(agent, *status))),
        }
    }
    Ok(terms.unwrap_or(Answer::Denied(Denial::NotAllowed)))
}
