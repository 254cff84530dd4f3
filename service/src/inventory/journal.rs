//! The note of a movement, by which it happens once.

use entity::SystemEventId;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use serde_json::Value;

use super::level::{Moved, StockError};
use crate::error::DatabaseError;
use crate::idempotency::{self, JournalError};
use crate::input::{Checks, Rule};

/// What is written down of a movement besides what it led to.
#[derive(Clone, Debug)]
pub(super) struct Journal {
    pub(super) id: SystemEventId,
    /// The event's type.
    pub(super) kind: &'static str,
    /// What was asked for.
    pub(super) command: Value,
}

impl Journal {
    pub(super) fn new(id: SystemEventId, kind: &'static str, command: &impl Serialize) -> Self {
        Self {
            id,
            kind,
            command: idempotency::as_json(command),
        }
    }

    /// Remembers the movement in the transaction that does it. One statement.
    pub(super) async fn remember<C: ConnectionTrait>(
        &self,
        db: &C,
        moved: &Moved,
    ) -> Result<(), DatabaseError> {
        idempotency::remember(db, self.id, self.kind, &self.command, moved).await
    }

    /// The first outcome, when `outcome` failed because the same command came before: it took the pieces that are short, or
    /// holds the id. One statement, and none when nothing failed.
    pub(super) async fn or_first<C: ConnectionTrait>(
        &self,
        db: &C,
        outcome: Result<Moved, StockError>,
    ) -> Result<Moved, StockError> {
        let error = match outcome {
            Err(
                error @ (StockError::Short { .. }
                | StockError::UnknownVariants { .. }
                | StockError::TooMany { .. }
                | StockError::Database(DatabaseError::Serialization)),
            ) => error,
            settled => return settled,
        };
        match idempotency::replay(db, self.id, self.kind, &self.command).await {
            Ok(Some(first)) => Ok(first),
            Ok(None) => Err(error),
            Err(JournalError::Conflict(conflict)) => Err(conflict.into()),
            // A caller's transaction that could not be serialized answers nothing more.
            Err(JournalError::Database(_)) if matches!(error, StockError::Database(_)) => Err(error),
            Err(JournalError::Database(error)) => Err(error.into()),
        }
    }
}

/// The id dates the event that the movement is remembered as.
pub(super) fn check_id(checks: &mut Checks, id: SystemEventId) {
    if id.instant().is_none() {
        checks.refuse("id", Rule::NotTimeOrdered);
    }
}
