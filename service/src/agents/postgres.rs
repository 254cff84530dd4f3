//! What only PostgreSQL needs: a lock for the hierarchy as a whole. On SQLite a writing transaction holds the file.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::error::DatabaseError;

/// The lock that the schema's triggers take for each row that gets a parent. Taken before any row, it comes first in everybody's
/// order.
const QUEUE: &str = "SELECT pg_advisory_xact_lock(hashtextextended('agents.parent_id', 0))";

/// Waits until nobody else is placing agents, and keeps others from it until the transaction ends. One statement.
pub(super) async fn queue<C: ConnectionTrait>(db: &C) -> Result<(), DatabaseError> {
    db.execute_raw(Statement::from_string(DbBackend::Postgres, QUEUE))
        .await?;
    Ok(())
}
