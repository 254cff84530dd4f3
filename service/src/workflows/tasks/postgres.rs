//! PostgreSQL's fast path: a claim is one statement, so it costs one round trip, and no claimer waits for another.
//!
//! The portable twin is [`portable`](super::portable); the tests of the operation run on both engines and hold them to the same
//! outcomes.

use entity::tasks;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};
use uuid::Uuid;

use super::claim::{ClaimTasks, ClaimedTasks};
use crate::error::DatabaseError;

/// Takes the first tasks that nobody else has locked, and begins their executions where they are pending.
///
/// The statuses are literals, so that `idx_tasks_claim`, which holds the pending tasks alone, serves a prepared statement as
/// well. An execution that somebody else has locked is passed over like a task: it begins with the next claim, or counts as begun
/// when it ends.
const CLAIM: &str = r"
WITH picked AS (
    SELECT id
    FROM tasks
    WHERE assigned_agent_id = $1 AND status = 'pending'
      AND (lease_expires_at IS NULL OR lease_expires_at <= clock_timestamp())
    ORDER BY priority, created_at, id
    LIMIT $2
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE tasks t
    SET status = 'in_progress', attempts = t.attempts + 1, started_at = clock_timestamp(),
        lease_expires_at = clock_timestamp() + make_interval(secs => $3)
    FROM picked
    WHERE t.id = picked.id
    RETURNING t.*
), dormant AS (
    SELECT id
    FROM workflow_executions
    WHERE id IN (SELECT workflow_execution_id FROM claimed) AND status = 'pending'
    FOR NO KEY UPDATE SKIP LOCKED
), begun AS (
    UPDATE workflow_executions e
    SET status = 'running', started_at = clock_timestamp()
    FROM dormant
    WHERE e.id = dormant.id AND e.status = 'pending'
)
SELECT * FROM claimed ORDER BY priority, created_at, id";

pub(super) async fn claim<C: ConnectionTrait>(
    db: &C,
    command: ClaimTasks,
) -> Result<ClaimedTasks, DatabaseError> {
    let values = [
        Uuid::from(command.agent).into(),
        i64::from(command.limit).into(),
        command.lease.as_secs_f64().into(),
    ];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, CLAIM, values);
    // Outside a transaction the statement is its own commit.
    let rows = db
        .query_all_raw(statement)
        .await
        .map_err(DatabaseError::of_commit)?;
    let tasks = rows
        .iter()
        .map(|row| tasks::Model::from_query_result(row, ""))
        .collect::<Result<_, _>>()?;
    Ok(ClaimedTasks { tasks })
}
