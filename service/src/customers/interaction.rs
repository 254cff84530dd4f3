//! Contacts between a customer and the shop or its agents.

use chrono::{DateTime, SubsecRound, Utc};
use entity::{AgentId, CustomerId, CustomerInteractionId, agents, customer_interactions, customers};
use rust_decimal::Decimal;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    TransactionTrait, TryInsertResult,
};
use serde_json::{Value, json};
use thiserror::Error;

use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, same_json};
use crate::operation;
use crate::page::{self, Direction, Page, PageRequest};
use crate::transaction;

/// A contact to be remembered.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordInteraction {
    /// The caller's id, made before the call: the same command again changes nothing.
    pub id: CustomerInteractionId,
    /// With whom.
    pub customer: CustomerId,
    /// Which agent handled it, if one did.
    pub agent: Option<AgentId>,
    /// What kind of contact, such as `question`. At most 100 characters.
    pub interaction_type: String,
    /// Where, such as `chat`. At most 50 characters.
    pub channel: String,
    /// What was said; any length.
    pub content: Option<String>,
    /// From -1 (furious) to 1 (delighted), with at most two decimals.
    pub sentiment_score: Option<Decimal>,
    /// What came of it. At most 255 characters.
    pub outcome: Option<String>,
    /// A JSON object.
    pub metadata: Value,
    /// When; kept to the microsecond.
    pub at: DateTime<Utc>,
}

impl RecordInteraction {
    /// A contact of which no more is known, under a new id.
    pub fn new(
        customer: CustomerId,
        interaction_type: impl Into<String>,
        channel: impl Into<String>,
        at: DateTime<Utc>,
    ) -> Self {
        Self {
            id: CustomerInteractionId::new(),
            customer,
            agent: None,
            interaction_type: interaction_type.into(),
            channel: channel.into(),
            content: None,
            sentiment_score: None,
            outcome: None,
            metadata: json!({}),
            at,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.name("interaction_type", &self.interaction_type, 100);
        checks.name("channel", &self.channel, 50);
        if let Some(content) = &self.content {
            checks.text("content", content, usize::MAX);
        }
        if let Some(score) = self.sentiment_score {
            let bounds = (Decimal::NEGATIVE_ONE, Decimal::ONE);
            checks.decimal_between("sentiment_score", score, 2, bounds);
        }
        if let Some(outcome) = &self.outcome {
            checks.text("outcome", outcome, 255);
        }
        checks.json_object("metadata", &self.metadata);
        checks.instant("at", self.at);
        checks.finish()
    }

    fn into_row(self) -> customer_interactions::Model {
        customer_interactions::Model {
            id: self.id,
            customer_id: self.customer,
            agent_id: self.agent,
            interaction_type: self.interaction_type,
            channel: self.channel,
            content: self.content,
            sentiment_score: self.sentiment_score,
            outcome: self.outcome,
            metadata: self.metadata,
            created_at: self.at.trunc_subsecs(6),
        }
    }
}

/// What [`record_interaction`] left.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedInteraction {
    /// The contact.
    pub interaction: customer_interactions::Model,
}

/// Why a contact was not remembered.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The id belongs to another contact.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// There is no such customer.
    #[error("there is no customer {id}")]
    UnknownCustomer {
        /// Who was named.
        id: CustomerId,
    },
    /// There is no such agent.
    #[error("there is no agent {id}")]
    UnknownAgent {
        /// Who was named.
        id: AgentId,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for RecordError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_)
            | Self::Conflict(_)
            | Self::UnknownCustomer { .. }
            | Self::UnknownAgent { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Remembers a contact.
///
/// Two statements: an INSERT and a read. The same command again returns the contact and changes nothing, also when the agent has
/// been deleted, or the customer been merged into another, in between.
///
/// # Errors
///
/// [`RecordError::UnknownCustomer`] and [`RecordError::UnknownAgent`], for which up to two more statements are sent;
/// [`RecordError::Conflict`] when the id was used for another contact.
pub async fn record_interaction<C>(
    db: &C,
    command: RecordInteraction,
) -> Result<RecordedInteraction, RecordError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "customers.record_interaction");
    command.check()?;
    let (customer, agent) = (command.customer, command.agent);
    let row = command.into_row();
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, row).await;
    match transaction::finish(transaction, outcome).await {
        Err(RecordError::Database(error @ DatabaseError::MissingReference { .. })) => {
            Err(missing(db, customer, agent).await?.unwrap_or(error.into()))
        }
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(
    db: &C,
    row: customer_interactions::Model,
) -> Result<RecordedInteraction, RecordError> {
    let active = customer_interactions::ActiveModel {
        id: Set(row.id),
        customer_id: Set(row.customer_id),
        agent_id: Set(row.agent_id),
        interaction_type: Set(row.interaction_type.clone()),
        channel: Set(row.channel.clone()),
        content: Set(row.content.clone()),
        sentiment_score: Set(row.sentiment_score),
        outcome: Set(row.outcome.clone()),
        metadata: Set(row.metadata.clone()),
        created_at: Set(row.created_at),
    };
    let inserted = customer_interactions::Entity::insert_many([active])
        .on_conflict_do_nothing_on([customer_interactions::Column::Id])
        .exec_without_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    let present = customer_interactions::Entity::find_by_id(row.id)
        .one(db)
        .await
        .map_err(DatabaseError::from)?
        .ok_or(DatabaseError::Changed {
            table: "customer_interactions",
        })?;
    match inserted {
        TryInsertResult::Inserted(1) => {}
        _ if is_same(&row, &present) => {}
        _ => return Err(Conflict { id: row.id.into() }.into()),
    }
    Ok(RecordedInteraction { interaction: present })
}

/// Whether the row is the command's; its customer and agent may have changed by merging and deletion.
fn is_same(command: &customer_interactions::Model, row: &customer_interactions::Model) -> bool {
    let command = customer_interactions::Model {
        customer_id: row.customer_id,
        agent_id: if row.agent_id.is_none() {
            None
        } else {
            command.agent_id
        },
        metadata: if same_json(&command.metadata, &row.metadata) {
            row.metadata.clone()
        } else {
            command.metadata.clone()
        },
        ..command.clone()
    };
    command == *row
}

/// Which of the rows that a contact refers to is not there. Two statements at most.
async fn missing<C: ConnectionTrait>(
    db: &C,
    customer: CustomerId,
    agent: Option<AgentId>,
) -> Result<Option<RecordError>, DatabaseError> {
    if customers::Entity::find_by_id(customer).count(db).await? == 0 {
        return Ok(Some(RecordError::UnknownCustomer { id: customer }));
    }
    let Some(id) = agent else { return Ok(None) };
    let present = agents::Entity::find_by_id(id).count(db).await?;
    Ok((present == 0).then_some(RecordError::UnknownAgent { id }))
}

/// Whose contacts to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListInteractions {
    /// With this customer.
    pub customer: CustomerId,
    /// Which page; a key is a contact's instant and id.
    pub page: PageRequest<(DateTime<Utc>, CustomerInteractionId)>,
}

/// Lists the contacts with a customer, the newest first; none for a customer who does not exist.
///
/// One statement; `idx_customer_interactions_customer_created` serves it.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn interactions<C: ConnectionTrait>(
    db: &C,
    query: ListInteractions,
) -> Result<Page<customer_interactions::Model, (DateTime<Utc>, CustomerInteractionId)>, DatabaseError> {
    use customer_interactions::Column;
    let db = &operation::named(db, "customers.interactions");
    let limit = query.page.clamped();
    let select = customer_interactions::Entity::find().filter(Column::CustomerId.eq(query.customer));
    let columns = (Column::CreatedAt, Column::Id);
    let rows = page::by_pair(select, Direction::Descending, columns, query.page.after)
        .limit(limit + 1)
        .all(db)
        .await?;
    Ok(Page::cut(rows, limit, |row| (row.created_at, row.id)))
}
