//! What the work is for: a forest of goals, each with an owner and perhaps a number to reach by a date.
//!
//! Owns `goals`.
//!
//! Like the agents', the hierarchy (`goals.parent_goal_id`) has no circles (`chk_goals_parent_goal_id`, `chk_goals_acyclic`).
//! A goal does not delete what serves it: children, workflows and campaigns keep it from being deleted (NO ACTION), which leaves
//! `archived` as the way to retire a goal whose story is to stay readable.
