//! The database of an operation that also needs connections of its own.

use std::time::Instant;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};

use crate::error::DatabaseError;
use crate::maintenance::deadline;
use crate::operation::{Named, named, stamp};

/// A pool, and the same under the name of the operation.
pub(super) struct Base<'a> {
    pub(super) pool: &'a DatabaseConnection,
    pub(super) db: Named<&'a DatabaseConnection>,
    action: &'static str,
    deadline: Option<Instant>,
}

impl<'a> Base<'a> {
    pub(super) fn of(pool: &'a DatabaseConnection, action: &'static str) -> Self {
        Self {
            pool,
            db: named(pool, action),
            action,
            deadline: None,
        }
    }

    /// One that has to end by then.
    pub(super) const fn until(mut self, deadline: Option<Instant>) -> Self {
        self.deadline = deadline;
        self
    }

    pub(super) fn is_over(&self) -> bool {
        deadline::is_over(self.deadline)
    }

    /// What limits the statements from now on by the time that is left, for this transaction.
    pub(super) fn limit(&self) -> String {
        let limit = deadline::statement_timeout(self.deadline);
        format!("SET LOCAL statement_timeout = {}", limit.as_millis())
    }

    /// Limits the next statement of a transaction by what is left until the deadline, when there is one.
    pub(super) async fn limit_next<C: ConnectionTrait>(&self, db: &C) -> Result<(), DatabaseError> {
        if self.deadline.is_some() && self.is_postgres() {
            db.execute_unprepared(&self.limit()).await?;
        }
        Ok(())
    }

    pub(super) fn is_postgres(&self) -> bool {
        self.pool.get_database_backend() == DbBackend::Postgres
    }

    /// A statement for a connection of its own, with the operation's name.
    pub(super) fn stamped(&self, mut sql: String) -> String {
        stamp(&mut sql, self.action);
        sql
    }
}
