//! What the agents run, each run of it, and the tasks of a run.
//!
//! Owns `workflows`, `workflow_executions` and `tasks`.
//!
//! History is not erased by accident: a workflow that ever ran cannot be deleted (`fk_workflow_executions_workflow_id` says
//! RESTRICT), and [`delete`] says how many runs stand in the way. An execution takes its tasks with it (CASCADE). An agent that
//! owns a workflow or is assigned a task stays (NO ACTION).
//!
//! Locks are taken from parent to child: agents, goal, workflow, execution, task, those of one table by id.
//!
//! `workflow_executions` is partitioned by month on PostgreSQL, and the month is read from the id, a UUIDv7: id and `created_at`
//! come from the same instant, or the partition's window refuses the row.

pub(crate) mod agents;
pub(crate) mod clock;
mod define;
mod delete;
mod error;
pub mod executions;
mod find;
mod row;
pub mod tasks;
mod update;

pub use define::{DefineWorkflow, define};
pub use delete::{DeleteError, DeleteWorkflow, DeletedWorkflow, delete};
pub use error::WorkflowError;
pub use find::{GetWorkflow, ListWorkflows, get, list};
pub use update::{
    HandOverWorkflow, HandedOverWorkflow, LinkWorkflow, SwitchWorkflow, UpdateWorkflow, activate, deactivate,
    hand_over, link, update,
};
