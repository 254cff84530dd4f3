//! Executions, tasks and leases.

use super::super::registry::{Check, Mend};

pub(super) const CHECKS: &[Check] = &[
    Check::each(
        "tasks.leases",
        "No task is held by a lease that expired more than five minutes ago.",
        [
            include_str!("../sql/tasks_leases.postgres.sql"),
            include_str!("../sql/tasks_leases.sqlite.sql"),
        ],
        Mend::Operation("workflows::tasks::release_expired"),
    )
    .warns(),
    Check::rows(
        "tasks.state",
        "A task's times, attempts and lease are those of its status.",
        include_str!("../sql/tasks_state.sql"),
        Mend::Decision(
            "correct the columns that contradict the status, or the status: a pending task with neither lease nor times is claimed anew",
        ),
    ),
    Check::rows(
        "executions.state",
        "An execution's times are those of its status.",
        include_str!("../sql/executions_state.sql"),
        Mend::Decision("correct started_at and completed_at, or the status, by the tasks of the execution"),
    ),
    Check::rows(
        "executions.open_tasks",
        "An execution that has ended has no task that is still to be done.",
        include_str!("../sql/executions_open_tasks.sql"),
        Mend::Operation("workflows::tasks::cancel"),
    ),
];
