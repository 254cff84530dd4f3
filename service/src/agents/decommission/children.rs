//! Who stands where once the agent has gone.

use entity::{AgentId, AgentType, agents};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{ChildrenGoTo, DecommissionError};
use crate::agents::hierarchy::line_up;
use crate::agents::place::{Misplaced, may_stand_under};
use crate::error::DatabaseError;

/// Puts the agent's children where they go, and says how many there were. Three statements, one more when the successor takes the
/// agent's place.
pub(super) async fn place<C: ConnectionTrait>(
    db: &C,
    agent: &agents::Model,
    successor: &agents::Model,
    go_to: ChildrenGoTo,
) -> Result<u64, DecommissionError> {
    let above = line_up(db, successor.id).await?;
    let is_below = above.iter().any(|placed| placed.agent.id == agent.id);
    let children = agents::Entity::find()
        .filter(agents::Column::ParentId.eq(agent.id))
        .order_by_asc(agents::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(db)
        .await
        .map_err(DatabaseError::from)?;
    let leader = match go_to {
        ChildrenGoTo::Successor => Some((successor.id, successor.r#type)),
        ChildrenGoTo::Grandparent => parent(db, agent).await?,
    };
    let moved: Vec<_> = children
        .iter()
        .filter(|child| Some(child.id) != leader.map(|(id, _)| id))
        .collect();
    if let Some((id, agent_type)) = leader {
        lead(id, agent_type, &moved)?;
    }
    let mut promoted = 0;
    if is_below && go_to == ChildrenGoTo::Successor {
        promote(db, agent, successor).await?;
        promoted = u64::from(children.iter().any(|child| child.id == successor.id));
    }
    let written = agents::Entity::update_many()
        .col_expr(agents::Column::ParentId, Expr::value(leader.map(|(id, _)| id)))
        .filter(agents::Column::ParentId.eq(agent.id))
        .exec(db)
        .await
        .map_err(DatabaseError::from)?;
    if written.rows_affected + promoted != children.len() as u64 {
        return Err(DatabaseError::Changed { table: "agents" }.into());
    }
    Ok(children.len() as u64)
}

/// The agent's own parent, and what it is. One statement when there is one.
async fn parent<C: ConnectionTrait>(
    db: &C,
    agent: &agents::Model,
) -> Result<Option<(AgentId, AgentType)>, DatabaseError> {
    let Some(parent) = agent.parent_id else {
        return Ok(None);
    };
    let row = agents::Entity::find_by_id(parent).one(db).await?;
    Ok(row.map(|row| (row.id, row.r#type)))
}

fn lead(
    leader: AgentId,
    leader_type: AgentType,
    children: &[&agents::Model],
) -> Result<(), DecommissionError> {
    let refused: Vec<_> = children
        .iter()
        .filter(|child| !may_stand_under(child.r#type, Some(leader_type)))
        .map(|child| child.id)
        .collect();
    if refused.is_empty() {
        Ok(())
    } else {
        Err(DecommissionError::CannotLead {
            leader,
            leader_type,
            children: refused,
        })
    }
}

/// Puts a successor from below the agent in its place, so that the agent's children can stand under it without a circle.
async fn promote<C: ConnectionTrait>(
    db: &C,
    agent: &agents::Model,
    successor: &agents::Model,
) -> Result<(), DecommissionError> {
    if let Some((parent, parent_type)) = parent(db, agent).await?
        && !may_stand_under(successor.r#type, Some(parent_type))
    {
        return Err(Misplaced::Rank {
            agent_type: successor.r#type,
            parent,
            parent_type,
        }
        .into());
    }
    agents::Entity::update_many()
        .col_expr(agents::Column::ParentId, Expr::value(agent.parent_id))
        .filter(agents::Column::Id.eq(successor.id))
        .exec(db)
        .await
        .map_err(DatabaseError::from)?;
    Ok(())
}
