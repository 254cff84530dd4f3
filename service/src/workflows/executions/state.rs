//! The moves of an execution.

use entity::WorkflowExecutionStatus::{self, Cancelled, Failed, Pending, Running, Succeeded};

/// Whether an execution may go from one status to another: `pending → running → succeeded | failed | cancelled`.
#[must_use]
pub const fn may_move(from: WorkflowExecutionStatus, to: WorkflowExecutionStatus) -> bool {
    match (from, to) {
        (Pending, Running) | (Running, Succeeded | Failed | Cancelled) => true,
        (Pending, Pending | Succeeded | Failed | Cancelled)
        | (Running, Pending | Running)
        | (Succeeded | Failed | Cancelled, Pending | Running | Succeeded | Failed | Cancelled) => false,
    }
}

/// Whether nothing can happen to it any more.
#[must_use]
pub const fn is_finished(status: WorkflowExecutionStatus) -> bool {
    match status {
        Pending | Running => false,
        Succeeded | Failed | Cancelled => true,
    }
}

/// What is not finished.
pub(crate) const OPEN: [WorkflowExecutionStatus; 2] = [Pending, Running];

/// What is finished.
pub(crate) const FINISHED: [WorkflowExecutionStatus; 3] = [Succeeded, Failed, Cancelled];

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn the_table_of_moves_is_this_one() {
        let legal = [
            (Pending, Running),
            (Running, Succeeded),
            (Running, Failed),
            (Running, Cancelled),
        ];
        for from in WorkflowExecutionStatus::iter() {
            for to in WorkflowExecutionStatus::iter() {
                assert_eq!(may_move(from, to), legal.contains(&(from, to)), "{from} → {to}");
            }
            assert_eq!(OPEN.contains(&from), !is_finished(from));
            assert_eq!(FINISHED.contains(&from), is_finished(from));
        }
    }
}
