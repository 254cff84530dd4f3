//! Commands that may be sent twice.
//!
//! When a connection breaks during a commit, nobody knows whether the command arrived
//! ([`DatabaseError::OutcomeUnknown`]). So whatever creates or moves money, stock or tasks carries an id that the caller made
//! before the call, and the same command under the same id happens once: sent again, it returns the first outcome. The same id
//! with other content is a mistake of the caller, and refused as a [`Conflict`].
//!
//! Where the command makes a row of its own (an order, a transaction, a task), the row's id is that id, and its content is
//! compared. Where it moves something between rows (stock, a fulfilment), it is remembered as a `system_events` row under the
//! caller's id, with the command and its outcome in `details`; it is forgotten when that month of events is dropped.

use entity::{SystemEventId, SystemEventSeverity, system_events};
use sea_orm::{ConnectionTrait, EntityTrait, Set, TryInsertResult};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thiserror::Error;
use uuid::Uuid;

use crate::error::DatabaseError;

/// The caller's id has been used for another command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("id {id} was used for another command")]
pub struct Conflict {
    /// The id that both commands carry.
    pub id: Uuid,
}

/// Why a remembered command was not found or not remembered.
#[derive(Debug, Error)]
pub(crate) enum JournalError {
    /// The id belongs to another command.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// What the command under this id led to, when it has happened. One statement.
///
/// `kind` is the event's type and names the operation, such as `stock.reserved`.
pub(crate) async fn replay<C, Command, Outcome>(
    db: &C,
    id: SystemEventId,
    kind: &'static str,
    command: &Command,
) -> Result<Option<Outcome>, JournalError>
where
    C: ConnectionTrait,
    Command: Serialize,
    Outcome: DeserializeOwned,
{
    let event = system_events::Entity::find_by_id(id)
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    let Some(event) = event else { return Ok(None) };
    let conflict = Conflict { id: id.into() };
    if event.event_type != kind || event.details.get("command") != Some(&as_json(command)) {
        return Err(conflict.into());
    }
    let outcome = event.details.get("outcome").cloned().unwrap_or_default();
    // An outcome that cannot be read was written by another version of the operation.
    serde_json::from_value(outcome)
        .map(Some)
        .map_err(|_| conflict.into())
}

/// Remembers the command and its outcome, inside the transaction that did it. One statement.
///
/// # Errors
///
/// [`DatabaseError::Serialization`], which is retryable, when the same command was remembered by somebody else since
/// [`replay`] did not find it: once this transaction is rolled back, `replay` does.
pub(crate) async fn remember<C, Command, Outcome>(
    db: &C,
    id: SystemEventId,
    kind: &'static str,
    command: &Command,
    outcome: &Outcome,
) -> Result<(), DatabaseError>
where
    C: ConnectionTrait,
    Command: Serialize,
    Outcome: Serialize,
{
    let mut row = system_events::ActiveModel {
        id: Set(id),
        event_type: Set(kind.into()),
        severity: Set(SystemEventSeverity::Info),
        message: Set(kind.into()),
        details: Set(json!({ "command": as_json(command), "outcome": as_json(outcome) })),
        ..Default::default()
    };
    if let Some(instant) = id.instant() {
        row.created_at = Set(instant);
    }
    let inserted = system_events::Entity::insert_many([row])
        .on_conflict_do_nothing_on([system_events::Column::Id])
        .exec_without_returning(db)
        .await?;
    match inserted {
        TryInsertResult::Inserted(1) => Ok(()),
        _ => Err(DatabaseError::Serialization),
    }
}

/// Commands and outcomes are plain structs, which always have a JSON form; their own forms are compared, so a decimal counts as
/// it is written.
pub(crate) fn as_json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
