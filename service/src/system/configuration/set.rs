//! Setting a value, whatever it was.

use entity::{AgentId, ConfigurationId, configurations};
use sea_orm::sea_query::{Expr, Func, OnConflict};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, TransactionTrait};
use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use super::{Configuration, check, check_value};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;
use crate::workflows::clock;

/// A value to configure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetConfiguration<T> {
    /// At most 255 characters.
    pub key: String,
    /// Anything that has a JSON form of sensible size.
    pub value: T,
    /// What it means, for a person; `None` keeps the present description.
    pub description: Option<String>,
    /// Who sets it.
    pub author: Option<AgentId>,
}

impl<T> SetConfiguration<T> {
    /// A value without author and description.
    pub fn new(key: impl Into<String>, value: T) -> Self {
        Self {
            key: key.into(),
            value,
            description: None,
            author: None,
        }
    }
}

/// What a configuration is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// As it was written.
    pub configuration: Configuration,
}

/// Why a value was not set.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SetError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The author does not exist.
    #[error("there is no agent {agent}")]
    UnknownAuthor {
        /// Who was named.
        agent: AgentId,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl SetError {
    /// The only key of the table is the author's.
    pub(super) fn explain(self, author: Option<AgentId>) -> Self {
        match (self, author) {
            (Self::Database(DatabaseError::MissingReference { .. }), Some(agent)) => {
                Self::UnknownAuthor { agent }
            }
            (error, _) => error,
        }
    }
}

impl Classified for SetError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::UnknownAuthor { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Sets a value, whatever the key held before, and remembers its author. Safe to repeat.
///
/// One statement. Of two that set one key at once, the later stays; [`compare_and_set`](super::compare_and_set) lets the first
/// win.
///
/// # Errors
///
/// [`SetError::UnknownAuthor`], [`SetError::Invalid`].
pub async fn set<T, C>(db: &C, command: SetConfiguration<T>) -> Result<Written, SetError>
where
    T: Serialize,
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "system.configuration.set");
    let mut checks = Checks::default();
    check(&mut checks, &command.key, command.description.as_ref());
    let value = check_value(&mut checks, "value", &command.value);
    checks.finish()?;
    let SetConfiguration {
        key,
        description,
        author,
        ..
    } = command;
    let transaction = transaction::begin(db).await?;
    let outcome = upsert(&transaction, row(key, value, description, author)).await;
    transaction::finish(transaction, outcome)
        .await
        .map_err(|error: SetError| error.explain(author))
}

pub(super) fn row(
    key: String,
    value: Value,
    description: Option<String>,
    author: Option<AgentId>,
) -> configurations::ActiveModel {
    configurations::ActiveModel {
        id: Set(ConfigurationId::new()),
        key: Set(key),
        value: Set(value),
        description: Set(description),
        updated_by_agent_id: Set(author),
        ..Default::default()
    }
}

async fn upsert<C: ConnectionTrait>(db: &C, row: configurations::ActiveModel) -> Result<Written, SetError> {
    use configurations::{Column, Entity};
    let given = |column: Column| Expr::col(("excluded", column));
    let kept = Func::coalesce([
        given(Column::Description),
        Expr::col((Entity, Column::Description)),
    ]);
    let present = Expr::col((Entity, Column::UpdatedAt));
    let written = Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::Key)
                .update_columns([Column::Value, Column::UpdatedByAgentId])
                .value(Column::Description, kept)
                .value(Column::UpdatedAt, clock::touched(db, present))
                .to_owned(),
        )
        .exec_with_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    Ok(Written {
        configuration: written.into(),
    })
}
