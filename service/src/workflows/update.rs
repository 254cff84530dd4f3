//! Changing a workflow, switching it on and off, handing it over, and what it works towards.

use entity::{AgentId, GoalId, WorkflowId, WorkflowTriggerType, workflows};
use sea_orm::sea_query::LockType;
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect, Set, TransactionTrait};
use serde_json::Value;

use super::error::WorkflowError;
use super::row;
use crate::error::DatabaseError;
use crate::input::{Checks, InvalidInput};
use crate::operation;
use crate::transaction;

/// Changes to a workflow; what is `None` stays as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateWorkflow {
    /// Which one.
    pub id: WorkflowId,
    /// At most 255 characters.
    pub name: Option<String>,
    /// `Some(None)` removes it.
    pub description: Option<Option<String>>,
    /// What n8n calls it; `Some(None)` removes it. At most 255 characters.
    pub n8n_workflow_id: Option<Option<String>>,
    /// What starts it.
    pub trigger_type: Option<WorkflowTriggerType>,
    /// A JSON object, which replaces the one there is.
    pub trigger_config: Option<Value>,
}

impl UpdateWorkflow {
    /// No changes yet.
    #[must_use]
    pub const fn new(id: WorkflowId) -> Self {
        Self {
            id,
            name: None,
            description: None,
            n8n_workflow_id: None,
            trigger_type: None,
            trigger_config: None,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if let Some(name) = &self.name {
            checks.name("name", name, 255);
        }
        if let Some(Some(description)) = &self.description {
            checks.text("description", description, usize::MAX);
        }
        if let Some(Some(n8n_workflow_id)) = &self.n8n_workflow_id {
            checks.name("n8n_workflow_id", n8n_workflow_id, 255);
        }
        if let Some(config) = &self.trigger_config {
            checks.json_object("trigger_config", config);
        }
        checks.finish()
    }

    fn row(self) -> workflows::ActiveModel {
        let mut row = workflows::ActiveModel::default();
        macro_rules! set {
            ($($field:ident),*) => { $(if let Some(value) = self.$field { row.$field = Set(value); })* };
        }
        set!(name, description, n8n_workflow_id, trigger_type, trigger_config);
        row
    }
}

/// A workflow to switch on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwitchWorkflow {
    /// Which one.
    pub id: WorkflowId,
}

/// A workflow that gets another owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandOverWorkflow {
    /// Which one.
    pub id: WorkflowId,
    /// Who answers for it from now on; not archived.
    pub to: AgentId,
}

/// What [`hand_over`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedOverWorkflow {
    /// The workflow.
    pub workflow: workflows::Model,
    /// Who answered for it before; the same agent when nothing changed.
    pub from: AgentId,
}

/// A workflow that is to work towards a goal, or towards none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkWorkflow {
    /// Which one.
    pub id: WorkflowId,
    /// Not archived; `None` ends the link.
    pub goal: Option<GoalId>,
}

/// Changes a workflow. Two statements.
///
/// # Errors
///
/// [`WorkflowError::NotFound`]; [`WorkflowError::Taken`], for which one more statement is sent.
pub async fn update<C>(db: &C, command: UpdateWorkflow) -> Result<workflows::Model, WorkflowError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.update");
    command.check()?;
    let (id, n8n_workflow_id) = (command.id, command.n8n_workflow_id.clone().flatten());
    let transaction = transaction::begin(db).await?;
    let outcome = row::write(&transaction, id, command.row()).await;
    match transaction::finish(transaction, outcome).await {
        Err(WorkflowError::Database(DatabaseError::Duplicate { constraint })) => {
            Err(row::taken(db, n8n_workflow_id, constraint).await)
        }
        outcome => outcome,
    }
}

/// Lets a workflow be started. Two statements.
///
/// # Errors
///
/// [`WorkflowError::NotFound`].
pub async fn activate<C>(db: &C, command: SwitchWorkflow) -> Result<workflows::Model, WorkflowError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.activate");
    switch(db, command.id, true).await
}

/// Lets a workflow be started no more; what runs goes on. Starts that have begun come first. Two statements.
///
/// # Errors
///
/// [`WorkflowError::NotFound`].
pub async fn deactivate<C>(db: &C, command: SwitchWorkflow) -> Result<workflows::Model, WorkflowError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.deactivate");
    switch(db, command.id, false).await
}

async fn switch<C>(db: &C, id: WorkflowId, is_active: bool) -> Result<workflows::Model, WorkflowError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let row = workflows::ActiveModel {
        is_active: Set(is_active),
        ..Default::default()
    };
    let transaction = transaction::begin(db).await?;
    let outcome = row::write(&transaction, id, row).await;
    transaction::finish(transaction, outcome).await
}

/// Gives a workflow to another agent. Its goal, its history and its tasks stay where they are.
///
/// Four statements, two when it is that agent's already. Locks the agent, so that it is not archived meanwhile, then the workflow.
///
/// # Errors
///
/// [`WorkflowError::NotFound`], [`WorkflowError::UnknownAgent`], [`WorkflowError::ArchivedAgent`].
pub async fn hand_over<C>(db: &C, command: HandOverWorkflow) -> Result<HandedOverWorkflow, WorkflowError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.hand_over");
    let transaction = transaction::begin(db).await?;
    let outcome = give(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn give<C: ConnectionTrait>(
    db: &C,
    command: HandOverWorkflow,
) -> Result<HandedOverWorkflow, WorkflowError> {
    let HandOverWorkflow { id, to } = command;
    row::owner(db, to).await?;
    let workflow = workflows::Entity::find_by_id(id)
        .lock(LockType::NoKeyUpdate)
        .one(db)
        .await
        .map_err(DatabaseError::from)?
        .ok_or(WorkflowError::NotFound { id })?;
    let from = workflow.owner_agent_id;
    if from == to {
        return Ok(HandedOverWorkflow { workflow, from });
    }
    let row = workflows::ActiveModel {
        owner_agent_id: Set(to),
        ..Default::default()
    };
    let workflow = row::write(db, id, row).await?;
    Ok(HandedOverWorkflow { workflow, from })
}

/// Says which goal a workflow works towards, if any.
///
/// Three statements, two without a goal. Locks the goal, so that it is not archived meanwhile, then the workflow.
///
/// # Errors
///
/// [`WorkflowError::NotFound`], [`WorkflowError::UnknownGoal`], [`WorkflowError::ArchivedGoal`].
pub async fn link<C>(db: &C, command: LinkWorkflow) -> Result<workflows::Model, WorkflowError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.link");
    let transaction = transaction::begin(db).await?;
    let outcome = point_at(&transaction, command).await;
    transaction::finish(transaction, outcome).await
}

async fn point_at<C: ConnectionTrait>(
    db: &C,
    command: LinkWorkflow,
) -> Result<workflows::Model, WorkflowError> {
    if let Some(goal) = command.goal {
        row::goal(db, goal).await?;
    }
    let row = workflows::ActiveModel {
        goal_id: Set(command.goal),
        ..Default::default()
    };
    row::write(db, command.id, row).await
}
