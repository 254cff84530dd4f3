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
mod clock;
mod delete;
pub mod executions;
pub mod tasks;

pub use delete::{DeleteError, DeleteWorkflow, DeletedWorkflow, delete};
