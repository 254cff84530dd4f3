//! What the work is for: a forest of goals, each with an owner and perhaps a number to reach by a date.
//!
//! Owns `goals`.
//!
//! Like the agents', the hierarchy (`goals.parent_goal_id`) has no circles (`chk_goals_parent_goal_id`, `chk_goals_acyclic`).
//! A goal does not delete what serves it: children, workflows and campaigns keep it from being deleted (NO ACTION), which leaves
//! `archived` as the way to retire a goal whose story is to stay readable.

mod archive;
mod create;
mod error;
mod find;
pub mod progress;
mod row;
mod state;
mod tree;
mod update;

pub use archive::{ArchiveGoal, ArchivedGoals, Subgoals, archive};
pub use create::{CreateGoal, create};
pub use error::GoalError;
pub use find::{GetGoal, ListGoals, get, list};
pub use progress::progress;
pub use state::may_move;
pub use tree::{ListSubgoals, PlacedGoal, ancestors, subtree};
pub use update::{MoveGoal, MovedGoal, UpdateGoal, move_subtree, update};
