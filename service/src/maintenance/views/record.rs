//! What is remembered of a refresh.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr, TransactionTrait};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::View;
use super::changes::Counters;
use crate::error::DatabaseError;
use crate::system::configuration::{self, SetConfiguration};
use crate::system::{self, AppendEvent};

/// How a view was refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Beside its readers.
    Concurrently,
    /// With its readers waiting, because there was nothing to read.
    Plainly,
}

/// When a view was refreshed, and how long that took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshRecord {
    /// The view shows the shop as it was then, by the server's clock.
    pub started_at: DateTime<Utc>,
    /// How long the statement took.
    pub milliseconds: u64,
    /// Beside the readers or not.
    pub way: Way,
}

/// The value of the configuration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Remembered {
    #[serde(flatten)]
    pub(super) refresh: RefreshRecord,
    pub(super) counters: Counters,
}

fn key(view: View) -> String {
    format!("maintenance.views.{view}")
}

/// One statement. A value that somebody else wrote there is no record.
pub(super) async fn read<C: ConnectionTrait>(
    db: &C,
    view: View,
) -> Result<Option<Remembered>, DatabaseError> {
    match configuration::find(db, &key(view)).await {
        Ok(found) => Ok(found.map(|configuration| configuration.value)),
        Err(configuration::ReadError::Database(error)) => Err(error),
        Err(error) => {
            tracing::warn!(%error, "the record of a refresh cannot be read");
            Ok(None)
        }
    }
}

/// Two statements: the record and the event.
pub(super) async fn write<C>(db: &C, view: View, remembered: Remembered) -> Result<(), DatabaseError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let RefreshRecord {
        milliseconds, way, ..
    } = remembered.refresh;
    let how = match way {
        Way::Concurrently => "beside its readers",
        Way::Plainly => "for the first time",
    };
    let message = format!("{view} was refreshed {how} in {milliseconds} ms");
    let set = SetConfiguration {
        description: Some(format!("the last refresh of {view}, written by it")),
        ..SetConfiguration::new(key(view), remembered)
    };
    configuration::set(db, set).await.map_err(|error| match error {
        configuration::SetError::Database(error) => error,
        other => unexpected(&other),
    })?;
    let event = AppendEvent {
        details: json!({ "view": view, "milliseconds": milliseconds, "way": way }),
        ..AppendEvent::new("maintenance.view_refreshed", message)
    };
    system::append(db, event).await.map_err(|error| match error {
        system::AppendError::Database(error) => error,
        other => unexpected(&other),
    })?;
    Ok(())
}

/// What is written here breaks no rule of its own.
fn unexpected(error: &dyn std::error::Error) -> DatabaseError {
    DatabaseError::Unexpected(DbErr::Custom(error.to_string()))
}
