//! The agents that a command gives work to.

use std::collections::{BTreeMap, BTreeSet};

use entity::{AgentId, AgentStatus, agents};
use sea_orm::sea_query::LockType;
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::batch::among;
use crate::error::DatabaseError;

/// Agents that cannot be given work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unfit {
    pub(crate) unknown: Vec<AgentId>,
    pub(crate) archived: Vec<AgentId>,
}

/// Which of the agents cannot be given work. Locks them, by id, against being archived until the transaction ends. One statement.
pub(crate) async fn unfit<C: ConnectionTrait>(
    db: &C,
    agents: impl IntoIterator<Item = AgentId>,
) -> Result<Unfit, DatabaseError> {
    let wanted: BTreeSet<_> = agents.into_iter().collect();
    let present: BTreeMap<AgentId, AgentStatus> = agents::Entity::find()
        .select_only()
        .columns([agents::Column::Id, agents::Column::Status])
        .filter(among(db, agents::Column::Id, wanted.iter().copied()))
        .order_by_asc(agents::Column::Id)
        .lock(LockType::Share)
        .into_tuple::<(AgentId, AgentStatus)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let mut unfit = Unfit::default();
    for agent in wanted {
        match present.get(&agent) {
            None => unfit.unknown.push(agent),
            Some(AgentStatus::Archived) => unfit.archived.push(agent),
            Some(AgentStatus::Active | AgentStatus::Inactive) => {}
        }
    }
    Ok(unfit)
}
