//! Rows of `workflows`: what they refer to, and writing one.

use entity::{AgentId, GoalId, GoalStatus, WorkflowId, goals, workflows};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::agents::unfit;
use super::error::WorkflowError;
use crate::error::DatabaseError;

/// Locks the owner-to-be against being archived. One statement.
pub(super) async fn owner<C: ConnectionTrait>(db: &C, agent: AgentId) -> Result<(), WorkflowError> {
    let unfit = unfit(db, [agent]).await?;
    if !unfit.unknown.is_empty() {
        Err(WorkflowError::UnknownAgent { agent })
    } else if !unfit.archived.is_empty() {
        Err(WorkflowError::ArchivedAgent { agent })
    } else {
        Ok(())
    }
}

/// Locks the goal against being archived. One statement.
pub(super) async fn goal<C: ConnectionTrait>(db: &C, goal: GoalId) -> Result<(), WorkflowError> {
    let status = goals::Entity::find_by_id(goal)
        .select_only()
        .column(goals::Column::Status)
        .lock(LockType::Share)
        .into_tuple::<GoalStatus>()
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    match status {
        None => Err(WorkflowError::UnknownGoal { goal }),
        Some(GoalStatus::Archived) => Err(WorkflowError::ArchivedGoal { goal }),
        Some(GoalStatus::Active | GoalStatus::Inactive) => Ok(()),
    }
}

/// The workflow as the transaction sees it. One statement.
pub(super) async fn find<C: ConnectionTrait>(
    db: &C,
    id: WorkflowId,
) -> Result<Option<workflows::Model>, DatabaseError> {
    Ok(workflows::Entity::find_by_id(id).one(db).await?)
}

/// Changes the workflow and reads it back: `updated_at` is a trigger's. Two statements.
pub(super) async fn write<C: ConnectionTrait>(
    db: &C,
    id: WorkflowId,
    row: workflows::ActiveModel,
) -> Result<workflows::Model, WorkflowError> {
    if sea_orm::ActiveModelTrait::is_changed(&row) {
        workflows::Entity::update_many()
            .set(row)
            .filter(workflows::Column::Id.eq(id))
            .exec(db)
            .await
            .map_err(DatabaseError::from)?;
    }
    find(db, id).await?.ok_or(WorkflowError::NotFound { id })
}

/// Whose is the id of n8n that the database found taken. One statement.
pub(super) async fn taken<C: ConnectionTrait>(
    db: &C,
    n8n_workflow_id: Option<String>,
    constraint: String,
) -> WorkflowError {
    let Some(n8n_workflow_id) = n8n_workflow_id else {
        return DatabaseError::Duplicate { constraint }.into();
    };
    let owner = workflows::Entity::find()
        .select_only()
        .column(workflows::Column::Id)
        .filter(workflows::Column::N8nWorkflowId.eq(n8n_workflow_id.as_str()))
        .into_tuple()
        .one(db)
        .await;
    match owner {
        Ok(Some(owner)) => WorkflowError::Taken {
            n8n_workflow_id,
            owner,
        },
        // Whoever had it has given it up in the meantime.
        Ok(None) => DatabaseError::Changed { table: "workflows" }.into(),
        Err(error) => DatabaseError::from(error).into(),
    }
}
