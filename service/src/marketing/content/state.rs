//! What may be done with content in which state.

use entity::ContentStatus;
use entity::ContentStatus::{Approved, Archived, Draft, Published, Review};

/// Whether content may go from one state to another. What stays where it is does not move, so no state leads to itself.
pub(super) fn is_legal(from: ContentStatus, to: ContentStatus) -> bool {
    match (from, to) {
        (Draft, Review | Archived)
        | (Review, Draft | Approved | Archived)
        | (Approved, Draft | Published | Archived)
        | (Published, Archived) => true,
        (Draft, Draft | Approved | Published)
        | (Review, Review | Published)
        | (Approved, Review | Approved)
        | (Published, Draft | Review | Approved | Published)
        | (Archived, Draft | Review | Approved | Published | Archived) => false,
    }
}

/// Whether it may still be edited: what was approved is what is published.
pub(super) fn is_editable(status: ContentStatus) -> bool {
    match status {
        Draft | Review => true,
        Approved | Published | Archived => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_moves() {
        const STATES: [ContentStatus; 5] = [Draft, Review, Approved, Published, Archived];
        // A row for each state it comes from, a column for each it goes to, both in the order of STATES.
        const TABLE: [&str; 5] = [
            "-x--x", // draft
            "x-x-x", // review
            "x--xx", // approved
            "----x", // published
            "-----", // archived
        ];
        for (from, row) in STATES.into_iter().zip(TABLE) {
            for (to, cell) in STATES.into_iter().zip(row.chars()) {
                assert_eq!(is_legal(from, to), cell == 'x', "{from:?} to {to:?}");
            }
        }
    }
}
