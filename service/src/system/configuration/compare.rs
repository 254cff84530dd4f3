//! Setting a value if it is still the expected one.

use entity::{AgentId, configurations};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TransactionTrait,
    TryInsertResult,
};
use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use super::set::{self, SetError, Written};
use super::{Configuration, check, check_value, lock};
use crate::error::{Class, Classified, DatabaseError};
use crate::input::{Checks, InvalidInput, same_json};
use crate::operation;
use crate::transaction;
use crate::workflows::clock;

/// A value to configure if the key still holds what the caller saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompareAndSet<T> {
    /// At most 255 characters.
    pub key: String,
    /// What the key has to hold.
    pub expected: Expected,
    /// Anything that has a JSON form of sensible size.
    pub value: T,
    /// Who sets it.
    pub author: Option<AgentId>,
}

/// What a key has to hold before it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Nothing.
    Absent,
    /// This value. Members of an object have no order.
    Value(Value),
}

/// Why a value was not set.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CompareAndSetError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The key holds something else.
    #[error("{key} does not hold what was expected")]
    Differs {
        /// Which key.
        key: String,
        /// What it holds; `None` when there is nothing.
        present: Option<Box<Configuration>>,
    },
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

impl Classified for CompareAndSetError {
    fn class(&self) -> Class {
        match self {
            Self::Invalid(_) | Self::Differs { .. } | Self::UnknownAuthor { .. } => Class::Refused,
            Self::Database(error) => error.class(),
        }
    }
}

/// Sets a value if the key still holds the expected one: of any number that expect the same, one succeeds, and the others are
/// told what it made of it.
///
/// Sent twice, the second is refused with [`CompareAndSetError::Differs`], whose present value and author are then the caller's
/// own. Two statements, the first of which locks the row; when nothing is expected, one, and a refusal costs one more.
///
/// # Errors
///
/// [`CompareAndSetError::Differs`], [`CompareAndSetError::UnknownAuthor`], [`CompareAndSetError::Invalid`].
pub async fn compare_and_set<T, C>(db: &C, command: CompareAndSet<T>) -> Result<Written, CompareAndSetError>
where
    T: Serialize,
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "system.configuration.compare_and_set");
    let mut checks = Checks::default();
    check(&mut checks, &command.key, None);
    let value = check_value(&mut checks, "value", &command.value);
    checks.finish()?;
    let CompareAndSet {
        key,
        expected,
        author,
        ..
    } = command;
    let transaction = transaction::begin(db).await?;
    let outcome = match expected {
        Expected::Absent => insert(&transaction, key, value, author).await,
        Expected::Value(expected) => replace(&transaction, key, &expected, value, author).await,
    };
    transaction::finish(transaction, outcome)
        .await
        .map_err(|error| match error {
            CompareAndSetError::Database(error) => match SetError::from(error).explain(author) {
                SetError::UnknownAuthor { agent } => CompareAndSetError::UnknownAuthor { agent },
                SetError::Invalid(error) => error.into(),
                SetError::Database(error) => error.into(),
            },
            error => error,
        })
}

async fn insert<C: ConnectionTrait>(
    db: &C,
    key: String,
    value: Value,
    author: Option<AgentId>,
) -> Result<Written, CompareAndSetError> {
    let inserted = configurations::Entity::insert_many([set::row(key.clone(), value, None, author)])
        .on_conflict_do_nothing_on([configurations::Column::Key])
        .exec_with_returning_many(db)
        .await
        .map_err(DatabaseError::from)?;
    let row = match inserted {
        TryInsertResult::Inserted(rows) => rows.into_iter().next(),
        TryInsertResult::Conflicted | TryInsertResult::Empty => None,
    };
    match row {
        Some(row) => Ok(Written {
            configuration: row.into(),
        }),
        None => Err(differs(key.clone(), lock(db, &key).await?)),
    }
}

async fn replace<C: ConnectionTrait>(
    db: &C,
    key: String,
    expected: &Value,
    value: Value,
    author: Option<AgentId>,
) -> Result<Written, CompareAndSetError> {
    use configurations::Column;
    let present = match lock(db, &key).await? {
        Some(present) if same_json(&present.value, expected) => present,
        present => return Err(differs(key, present)),
    };
    let row = configurations::ActiveModel {
        value: Set(value),
        updated_by_agent_id: Set(author),
        ..Default::default()
    };
    let written = configurations::Entity::update_many()
        .set(row)
        .col_expr(
            Column::UpdatedAt,
            clock::touched(db, Column::UpdatedAt.into_expr()),
        )
        .filter(Column::Id.eq(present.id))
        .exec_with_returning(db)
        .await
        .map_err(DatabaseError::from)?;
    let written = written.into_iter().next().ok_or(DatabaseError::Changed {
        table: "configurations",
    })?;
    Ok(Written {
        configuration: written.into(),
    })
}

fn differs(key: String, present: Option<configurations::Model>) -> CompareAndSetError {
    CompareAndSetError::Differs {
        key,
        present: present.map(|row| Box::new(row.into())),
    }
}
