//! A task that is done.

use chrono::{DateTime, Utc};
use entity::{TaskStatus, tasks};
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, EntityTrait, TransactionTrait};
use serde_json::{Value, json};

use super::lease::{EndedTask, Lease, LeaseError, end};
use crate::idempotency::Conflict;
use crate::input::{Checks, same_json};
use crate::operation;
use crate::workflows::clock;

/// The task that a worker has done.
#[derive(Clone, Debug, PartialEq)]
pub struct CompleteTask {
    /// The attempt that the worker claimed.
    pub lease: Lease,
    /// A JSON object with what came of it.
    pub output: Value,
    /// Whether the execution ends when this was its last open task.
    pub finish_execution: bool,
}

impl CompleteTask {
    /// Done, without output, and the execution ends with its last task.
    #[must_use]
    pub fn new(lease: Lease) -> Self {
        Self {
            lease,
            output: json!({}),
            finish_execution: true,
        }
    }
}

/// Completes a task, if the lease of the attempt has not expired. The same command again returns the first outcome.
///
/// One statement; with `finish_execution` three, and then it locks the execution before the task, so that of two workers who
/// complete the last two tasks at the same moment the second ends the execution. That takes a caller's transaction, if there is
/// one, at READ COMMITTED (the default) or SERIALIZABLE: at REPEATABLE READ both could miss what the other did.
///
/// # Errors
///
/// [`LeaseError::Lost`] when the lease has expired, somebody else has claimed the task, or it was cancelled;
/// [`LeaseError::Conflict`] when this attempt completed it with another output; [`LeaseError::NotFound`].
pub async fn complete<C>(db: &C, command: CompleteTask) -> Result<EndedTask, LeaseError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.tasks.complete");
    let mut checks = Checks::default();
    checks.json_object("output", &command.output);
    checks.finish()?;
    use tasks::Column;
    let CompleteTask { lease, output, .. } = command;
    let update = tasks::Entity::update_many()
        .col_expr(Column::Status, Expr::value(TaskStatus::Completed))
        .col_expr(Column::OutputData, Expr::value(output.clone()))
        .col_expr(Column::ErrorMessage, Expr::value(Option::<String>::None))
        .col_expr(Column::LeaseExpiresAt, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(Column::CompletedAt, clock::now(db));
    let again = |row: &tasks::Model| match row.status {
        TaskStatus::Completed if same_json(&row.output_data, &output) => Ok(true),
        TaskStatus::Completed => Err(Conflict {
            id: lease.task.into(),
        }),
        _ => Ok(false),
    };
    end(db, lease, update, command.finish_execution, again).await
}
