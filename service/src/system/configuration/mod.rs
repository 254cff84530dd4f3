//! How the machinery is set up: JSON values under unique keys.
//!
//! Keys are compared byte by byte, and lists run in that order: `mail.from` is not `Mail.from`. A key that is written under a
//! prefix of its own (`mail.`) is found with all its neighbours by [`list`].
//!
//! A value is read as a type of the caller's ([`get`], [`find`]) and written by whatever serialises to JSON ([`set`]). When
//! several may write at once, [`compare_and_set`] names the value that it expects to replace, and is told the present one when
//! that is another.

mod compare;
mod delete;
mod list;
mod read;
mod set;

use chrono::{DateTime, Utc};
use entity::{AgentId, configurations};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;

pub use compare::{CompareAndSet, CompareAndSetError, Expected, compare_and_set};
pub use delete::{DeleteConfiguration, DeleteError, delete};
pub use list::{ListConfigurations, list};
pub use read::{ReadError, find, get};
pub use set::{SetConfiguration, SetError, Written, set};

use crate::error::DatabaseError;
use crate::input::{Checks, Rule};

/// What is configured under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration<T = Value> {
    /// Unique.
    pub key: String,
    /// What it is set to.
    pub value: T,
    /// What it means, for a person.
    pub description: Option<String>,
    /// The agent that set it last, as long as there is that agent.
    pub updated_by: Option<AgentId>,
    /// When it was set first.
    pub created_at: DateTime<Utc>,
    /// When it was set last.
    pub updated_at: DateTime<Utc>,
}

impl From<configurations::Model> for Configuration {
    fn from(row: configurations::Model) -> Self {
        Self {
            key: row.key,
            value: row.value,
            description: row.description,
            updated_by: row.updated_by_agent_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn check(checks: &mut Checks, key: &str, description: Option<&String>) {
    checks.name("key", key, 255);
    if let Some(description) = description {
        checks.text("description", description, usize::MAX);
    }
}

/// The value as JSON, when it has such a form and a column may hold it.
fn check_value<T: serde::Serialize>(checks: &mut Checks, field: &str, value: &T) -> Value {
    match serde_json::to_value(value) {
        Ok(value) => {
            checks.json(field, &value);
            value
        }
        Err(_) => {
            checks.refuse(field, Rule::Malformed { expected: "JSON" });
            Value::Null
        }
    }
}

/// Locks the row of a key. One statement.
async fn lock<C: ConnectionTrait>(db: &C, key: &str) -> Result<Option<configurations::Model>, DatabaseError> {
    Ok(configurations::Entity::find()
        .filter(configurations::Column::Key.eq(key))
        .lock(LockType::NoKeyUpdate)
        .one(db)
        .await?)
}
