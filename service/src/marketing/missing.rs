//! Rows that a command names and that do not exist.

use std::fmt;

use entity::{AgentId, CampaignId, CustomerSegmentId, GoalId, agents, campaigns, customer_segments, goals};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};

use crate::error::DatabaseError;

/// A row that a command names and that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No such agent.
    Agent(AgentId),
    /// No such campaign.
    Campaign(CampaignId),
    /// No such goal.
    Goal(GoalId),
    /// No such segment.
    Segment(CustomerSegmentId),
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent(id) => write!(f, "there is no agent {id}"),
            Self::Campaign(id) => write!(f, "there is no campaign {id}"),
            Self::Goal(id) => write!(f, "there is no goal {id}"),
            Self::Segment(id) => write!(f, "there is no segment {id}"),
        }
    }
}

impl Missing {
    async fn exists<C: ConnectionTrait>(self, db: &C) -> Result<bool, DatabaseError> {
        let found = match self {
            Self::Agent(id) => agents::Entity::find_by_id(id).count(db).await?,
            Self::Campaign(id) => campaigns::Entity::find_by_id(id).count(db).await?,
            Self::Goal(id) => goals::Entity::find_by_id(id).count(db).await?,
            Self::Segment(id) => customer_segments::Entity::find_by_id(id).count(db).await?,
        };
        Ok(found > 0)
    }

    /// The first of `named` that does not exist, after a foreign key failed. One statement for each; a command names three at
    /// most.
    pub(super) async fn first_of<C: ConnectionTrait>(
        db: &C,
        named: impl IntoIterator<Item = Self>,
    ) -> Result<Option<Self>, DatabaseError> {
        for row in named {
            if !row.exists(db).await? {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}
