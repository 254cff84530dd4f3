//! Reading content: one, or pages.

use entity::{AgentId, CampaignId, ContentId, ContentStatus, content};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::operation;
use crate::page::{Direction, Page, PageRequest, by_key};

/// Which content to list; no filter lists all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListContent {
    /// Only what this campaign uses.
    pub campaign: Option<CampaignId>,
    /// Only what is in this state.
    pub status: Option<ContentStatus>,
    /// Only what this agent wrote.
    pub created_by: Option<AgentId>,
    /// From the oldest to the newest, or back.
    pub direction: Direction,
    /// Which page.
    pub page: PageRequest<ContentId>,
}

/// Lists content by id, which is the order in which it was written.
///
/// One statement. `idx_content_status_id` serves the state, and the indexes of the foreign keys serve the rest.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    query: ListContent,
) -> Result<Page<content::Model, ContentId>, DatabaseError> {
    use content::Column;
    let db = &operation::named(db, "marketing.content.list");
    let limit = query.page.clamped();
    let mut select = content::Entity::find().limit(limit + 1);
    if let Some(campaign) = query.campaign {
        select = select.filter(Column::CampaignId.eq(campaign));
    }
    if let Some(status) = query.status {
        select = select.filter(Column::Status.eq(status));
    }
    if let Some(agent) = query.created_by {
        select = select.filter(Column::CreatedByAgentId.eq(agent));
    }
    let select = by_key(select, query.direction, Column::Id, query.page.after);
    Ok(Page::cut(select.all(db).await?, limit, |content| content.id))
}

/// Why there is no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GetError {
    /// There is no such content.
    #[error("there is no content {id}")]
    NotFound {
        /// What was asked for.
        id: ContentId,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for GetError {
    fn class(&self) -> Class {
        match self {
            Self::NotFound { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Reads content. One statement.
///
/// # Errors
///
/// [`GetError::NotFound`].
pub async fn get<C: ConnectionTrait>(db: &C, id: ContentId) -> Result<content::Model, GetError> {
    let db = &operation::named(db, "marketing.content.get");
    find(db, id).await?.ok_or(GetError::NotFound { id })
}

/// Reads content that may not exist. One statement.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    id: ContentId,
) -> Result<Option<content::Model>, DatabaseError> {
    let db = &operation::named(db, "marketing.content.find");
    Ok(content::Entity::find_by_id(id).one(db).await?)
}
