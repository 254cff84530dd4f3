//! Defining a workflow.

use entity::{AgentId, GoalId, WorkflowId, WorkflowTriggerType, workflows};
use sea_orm::{ConnectionTrait, EntityTrait, Set, TransactionTrait, TryInsertResult};
use serde_json::{Value, json};

use super::error::WorkflowError;
use super::row;
use crate::error::DatabaseError;
use crate::idempotency::Conflict;
use crate::input::{Checks, InvalidInput, same_json};
use crate::operation;
use crate::transaction;

/// A workflow to define.
#[derive(Clone, Debug, PartialEq)]
pub struct DefineWorkflow {
    /// Made by the caller before the call.
    pub id: WorkflowId,
    /// At most 255 characters.
    pub name: String,
    /// Any length.
    pub description: Option<String>,
    /// What it works towards; not archived.
    pub goal: Option<GoalId>,
    /// Who answers for it; not archived.
    pub owner: AgentId,
    /// What n8n calls it; no two workflows share it. At most 255 characters.
    pub n8n_workflow_id: Option<String>,
    /// What starts it.
    pub trigger_type: WorkflowTriggerType,
    /// A JSON object with the details of that.
    pub trigger_config: Value,
    /// Whether it can be started.
    pub is_active: bool,
}

impl DefineWorkflow {
    /// An active workflow that is started by hand.
    pub fn new(owner: AgentId, name: impl Into<String>) -> Self {
        Self {
            id: WorkflowId::new(),
            name: name.into(),
            description: None,
            goal: None,
            owner,
            n8n_workflow_id: None,
            trigger_type: WorkflowTriggerType::Manual,
            trigger_config: json!({}),
            is_active: true,
        }
    }

    fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        checks.name("name", &self.name, 255);
        if let Some(description) = &self.description {
            checks.text("description", description, usize::MAX);
        }
        if let Some(n8n_workflow_id) = &self.n8n_workflow_id {
            checks.name("n8n_workflow_id", n8n_workflow_id, 255);
        }
        checks.json_object("trigger_config", &self.trigger_config);
        checks.finish()
    }

    fn made(&self, row: &workflows::Model) -> bool {
        row.name == self.name
            && row.description == self.description
            && row.goal_id == self.goal
            && row.owner_agent_id == self.owner
            && row.n8n_workflow_id == self.n8n_workflow_id
            && row.trigger_type == self.trigger_type
            && same_json(&row.trigger_config, &self.trigger_config)
    }

    fn row(&self) -> workflows::ActiveModel {
        workflows::ActiveModel {
            id: Set(self.id),
            name: Set(self.name.clone()),
            description: Set(self.description.clone()),
            goal_id: Set(self.goal),
            owner_agent_id: Set(self.owner),
            n8n_workflow_id: Set(self.n8n_workflow_id.clone()),
            trigger_type: Set(self.trigger_type),
            trigger_config: Set(self.trigger_config.clone()),
            is_active: Set(self.is_active),
            ..Default::default()
        }
    }
}

/// Defines a workflow. The same command again returns it as it is; one that has been given another name, owner, goal or trigger
/// since is a conflict.
///
/// Three statements, one more with a goal; one for a repetition. Locks the owner and the goal, so that neither is archived
/// meanwhile.
///
/// # Errors
///
/// [`WorkflowError::Taken`], for which one more statement is sent, and the refusals of what it refers to.
pub async fn define<C>(db: &C, command: DefineWorkflow) -> Result<workflows::Model, WorkflowError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "workflows.define");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = insert(&transaction, &command).await;
    match transaction::finish(transaction, outcome).await {
        Err(WorkflowError::Database(DatabaseError::Duplicate { constraint })) => {
            Err(row::taken(db, command.n8n_workflow_id, constraint).await)
        }
        outcome => outcome,
    }
}

async fn insert<C: ConnectionTrait>(
    db: &C,
    command: &DefineWorkflow,
) -> Result<workflows::Model, WorkflowError> {
    if let Some(first) = replay(db, command).await? {
        return Ok(first);
    }
    row::owner(db, command.owner).await?;
    if let Some(goal) = command.goal {
        row::goal(db, goal).await?;
    }
    let inserted = workflows::Entity::insert_many([command.row()])
        .on_conflict_do_nothing_on([workflows::Column::Id])
        .exec_with_returning_many(db)
        .await
        .map_err(DatabaseError::from)?;
    let workflow = match inserted {
        TryInsertResult::Inserted(mut rows) => rows.pop(),
        TryInsertResult::Empty | TryInsertResult::Conflicted => None,
    };
    match workflow {
        Some(workflow) => Ok(workflow),
        // The same command in another transaction was first.
        None => replay(db, command)
            .await?
            .ok_or_else(|| DatabaseError::Serialization.into()),
    }
}

async fn replay<C: ConnectionTrait>(
    db: &C,
    command: &DefineWorkflow,
) -> Result<Option<workflows::Model>, WorkflowError> {
    match row::find(db, command.id).await? {
        Some(row) if !command.made(&row) => Err(Conflict {
            id: command.id.into(),
        }
        .into()),
        found => Ok(found),
    }
}
