//! The moves of a goal.

use entity::GoalStatus::{self, Active, Archived, Inactive};

/// Whether a goal may go from one status to another: to and fro until it is archived, which is for good.
#[must_use]
pub const fn may_move(from: GoalStatus, to: GoalStatus) -> bool {
    match (from, to) {
        (Active, Inactive | Archived) | (Inactive, Active | Archived) => true,
        (Active, Active) | (Inactive, Inactive) | (Archived, Active | Inactive | Archived) => false,
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn the_table_of_moves_is_this_one() {
        let legal = [
            (Active, Inactive),
            (Active, Archived),
            (Inactive, Active),
            (Inactive, Archived),
        ];
        for from in GoalStatus::iter() {
            for to in GoalStatus::iter() {
                assert_eq!(may_move(from, to), legal.contains(&(from, to)), "{from} → {to}");
            }
        }
    }
}
