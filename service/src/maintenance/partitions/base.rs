//! The database of an operation that also needs connections of its own.

use sea_orm::{DatabaseConnection, DbBackend};

use crate::operation::{Named, named, stamp};

/// A pool, and the same under the name of the operation.
pub(super) struct Base<'a> {
    pub(super) pool: &'a DatabaseConnection,
    pub(super) db: Named<&'a DatabaseConnection>,
    action: &'static str,
}

impl<'a> Base<'a> {
    pub(super) fn of(pool: &'a DatabaseConnection, action: &'static str) -> Self {
        Self {
            pool,
            db: named(pool, action),
            action,
        }
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
