//! The moves of a task.

use entity::TaskStatus::{self, Cancelled, Completed, Failed, InProgress, Pending};

/// Whether a task may go from one status to another.
///
/// `pending → in_progress` is a claim; `in_progress → pending` is a retry, or a lease that expired; the rest is how it ends.
#[must_use]
pub const fn may_move(from: TaskStatus, to: TaskStatus) -> bool {
    match (from, to) {
        (Pending, InProgress | Cancelled) | (InProgress, Pending | Completed | Failed | Cancelled) => true,
        (Pending, Pending | Completed | Failed)
        | (InProgress, InProgress)
        | (Completed | Failed | Cancelled, Pending | InProgress | Completed | Failed | Cancelled) => false,
    }
}

/// What somebody still has to work on.
pub(crate) const OPEN: [TaskStatus; 2] = [Pending, InProgress];

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn the_table_of_moves_is_this_one() {
        let legal = [
            (Pending, InProgress),
            (Pending, Cancelled),
            (InProgress, Pending),
            (InProgress, Completed),
            (InProgress, Failed),
            (InProgress, Cancelled),
        ];
        for from in TaskStatus::iter() {
            for to in TaskStatus::iter() {
                assert_eq!(may_move(from, to), legal.contains(&(from, to)), "{from} → {to}");
            }
            let leads_on = TaskStatus::iter().any(|to| may_move(from, to));
            assert_eq!(OPEN.contains(&from), leads_on, "{from}");
        }
    }
}
