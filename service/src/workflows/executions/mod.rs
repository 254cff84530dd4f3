//! The runs of a workflow.
//!
//! An execution is started with its tasks, and moves `pending → running → succeeded | failed | cancelled`, by [`may_move`] and
//! by nothing else. It begins when [`begin`] says so or when its first task is claimed. It ends when [`finish`] says so, or when
//! its last task ends in a call that asks for it; then it has failed if any task has, has succeeded if any was completed, and was
//! cancelled otherwise. What is finished stays as it is until [`purge`] removes it.
//!
//! Its id is a UUIDv7 that the caller makes, and `created_at` is the instant in it: that is how the history is kept by month.

mod begin;
mod error;
mod finish;
mod get;
mod list;
mod purge;
pub(super) mod settle;
mod start;
pub(super) mod state;

pub use begin::{BeginExecution, begin};
pub use error::ExecutionError;
pub use finish::{ExecutionResult, FinishExecution, FinishedExecution, finish};
pub use get::{ExecutionWithTasks, GetExecution, get};
pub use list::{ListExecutions, list};
pub use purge::{PurgeError, PurgeExecutions, PurgedExecutions, purge};
pub use start::{StartError, StartExecution, StartedExecution, start};
pub use state::{is_finished, may_move};
