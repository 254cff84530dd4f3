//! How published content does.

use entity::{ContentId, ContentStatus, content};
use sea_orm::{ActiveValue::Set, ConnectionTrait, TransactionTrait};
use serde_json::{Map, Value};
use thiserror::Error;

use super::row;
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput, Rule};
use crate::operation;
use crate::transaction;

/// Figures of published content, such as `{"opens": 120, "clicks": 31}`.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordMetrics {
    /// Which content.
    pub id: ContentId,
    /// What each figure is now; `null` removes one. At least one; those that are not named stay.
    pub metrics: Map<String, Value>,
}

impl RecordMetrics {
    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if self.metrics.is_empty() {
            checks.refuse("metrics", Rule::Empty);
        }
        checks.json("metrics", &Value::Object(self.metrics.clone()));
        checks.finish()
    }
}

/// Why the figures were not recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MetricsError {
    /// The command breaks rules that need no database, or the figures become too many.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// There is no such content.
    #[error("there is no content {id}")]
    NotFound {
        /// What was asked for.
        id: ContentId,
    },
    /// It was never published.
    #[error("content {id} was never published")]
    Unpublished {
        /// The content.
        id: ContentId,
        /// Its state.
        status: ContentStatus,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for MetricsError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::NotFound { .. } | Self::Unpublished { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Sets figures of content that has been published, and returns it as it is then. They are totals, as the platforms report them:
/// sent twice, they say the same.
///
/// Two statements. Locks the content, so that of two who report different figures neither loses any.
///
/// # Errors
///
/// [`MetricsError::Unpublished`]; [`MetricsError::NotFound`]; [`MetricsError::Invalid`] also when all figures together take more
/// than a JSON column should.
pub async fn record_metrics<C>(db: &C, command: RecordMetrics) -> Result<content::Model, MetricsError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "marketing.content.record_metrics");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, command: RecordMetrics) -> Result<content::Model, MetricsError> {
    let id = command.id;
    let present = row::lock(db, id).await?.ok_or(MetricsError::NotFound { id })?;
    if present.published_at.is_none() {
        let status = present.status;
        return Err(MetricsError::Unpublished { id, status });
    }
    let mut all = present
        .performance_metrics
        .as_object()
        .cloned()
        .unwrap_or_default();
    for (name, figure) in command.metrics {
        if figure.is_null() {
            all.remove(&name);
        } else {
            all.insert(name, figure);
        }
    }
    let all = Value::Object(all);
    let mut checks = Checks::default();
    checks.json("metrics", &all);
    checks.finish()?;
    let new = content::ActiveModel {
        performance_metrics: Set(all),
        ..Default::default()
    };
    Ok(row::write(db, present, new).await?)
}
