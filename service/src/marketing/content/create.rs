//! Writing content.

use entity::{AgentId, CampaignId, ContentId, content};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, TransactionTrait, TryInsertResult};
use serde_json::{Value, json};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, same_json};
use crate::marketing::Missing;
use crate::operation;
use crate::transaction;

/// Content, to be drafted.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateContent {
    /// The caller's: sent twice, it is created once.
    pub id: ContentId,
    /// What it is, such as `email` or `post`; at most 50 characters.
    pub kind: String,
    /// At most 500 characters.
    pub title: Option<String>,
    /// Any length.
    pub body: Option<String>,
    /// An object.
    pub metadata: Value,
    /// The agent that writes it.
    pub created_by: Option<AgentId>,
    /// The campaign that uses it.
    pub campaign: Option<CampaignId>,
}

impl CreateContent {
    /// Content with a new id and without anything optional.
    pub fn new(kind: impl Into<String>) -> Self {
        Self {
            id: ContentId::new(),
            kind: kind.into(),
            title: None,
            body: None,
            metadata: json!({}),
            created_by: None,
            campaign: None,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.name("kind", &self.kind, 50);
        if let Some(title) = &self.title {
            checks.text("title", title, 500);
        }
        if let Some(body) = &self.body {
            checks.text("body", body, usize::MAX);
        }
        checks.json_object("metadata", &self.metadata);
        checks.finish()
    }

    fn named(&self) -> impl Iterator<Item = Missing> + use<> {
        let named = [
            self.created_by.map(Missing::Agent),
            self.campaign.map(Missing::Campaign),
        ];
        named.into_iter().flatten()
    }

    fn made(&self, row: &content::Model) -> bool {
        self.kind == row.r#type
            && self.title == row.title
            && self.body == row.body
            && same_json(&self.metadata, &row.metadata)
            && self.created_by == row.created_by_agent_id
            && self.campaign == row.campaign_id
    }
}

/// What [`create`] wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatedContent {
    /// The content, a draft.
    pub content: content::Model,
}

/// Why content was not created.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CreateError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// It names a row that does not exist.
    #[error("{missing}")]
    Missing {
        /// The first that is missing: agent, campaign.
        missing: Missing,
    },
    /// The id belongs to content that differs.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for CreateError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::Missing { .. } | Self::Conflict(_) => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Creates content as a draft. Sent again, it returns what there is.
///
/// Two statements: an INSERT and a read.
///
/// # Errors
///
/// [`CreateError::Conflict`] when the id belongs to content that differs in anything the command says, also because it has been
/// edited since; [`CreateError::Missing`], for which up to two statements more are sent.
pub async fn create<C>(db: &C, command: CreateContent) -> Result<CreatedContent, CreateError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.content.create");
    command.check()?;
    let named = command.named();
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    match transaction::finish(transaction, outcome).await {
        Err(CreateError::Database(error @ DatabaseError::MissingReference { .. })) => {
            Err(match Missing::first_of(db, named).await? {
                Some(missing) => CreateError::Missing { missing },
                None => error.into(),
            })
        }
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: CreateContent) -> Result<CreatedContent, CreateError> {
    let id = command.id;
    let new = content::ActiveModel {
        id: Set(id),
        r#type: Set(command.kind.clone()),
        title: Set(command.title.clone()),
        body: Set(command.body.clone()),
        metadata: Set(command.metadata.clone()),
        created_by_agent_id: Set(command.created_by),
        campaign_id: Set(command.campaign),
        ..Default::default()
    };
    let inserted = content::Entity::insert_many([new])
        .on_conflict_do_nothing_on([content::Column::Id])
        .exec_without_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    let content = content::Entity::find_by_id(id)
        .one(db)
        .await
        .map_err(DatabaseError::from)?
        .ok_or(DatabaseError::Changed { table: "content" })?;
    if matches!(inserted, TryInsertResult::Inserted(1)) || command.made(&content) {
        Ok(CreatedContent { content })
    } else {
        Err(Conflict { id: id.into() }.into())
    }
}
