//! What a campaign may do in which state.

use entity::CampaignStatus;
use entity::CampaignStatus::{Active, Cancelled, Completed, Draft, Paused, Scheduled};

/// Whether a campaign may go from one state to another. What stays where it is does not move, so no state leads to itself.
pub(super) fn is_legal(from: CampaignStatus, to: CampaignStatus) -> bool {
    match (from, to) {
        (Draft, Scheduled | Active | Cancelled)
        | (Scheduled, Draft | Active | Cancelled)
        | (Active, Paused | Completed | Cancelled)
        | (Paused, Active | Completed | Cancelled) => true,
        (Draft, Draft | Paused | Completed)
        | (Scheduled, Scheduled | Paused | Completed)
        | (Active, Draft | Scheduled | Active)
        | (Paused, Draft | Scheduled | Paused)
        | (Completed | Cancelled, Draft | Scheduled | Active | Paused | Completed | Cancelled) => false,
    }
}

/// Whether it has begun: its audience is frozen, and with it what led there.
pub(super) fn has_begun(status: CampaignStatus) -> bool {
    match status {
        Draft | Scheduled => false,
        Active | Paused | Completed | Cancelled => true,
    }
}

/// Whether nothing more happens to it.
pub(super) fn is_closed(status: CampaignStatus) -> bool {
    match status {
        Draft | Scheduled | Active | Paused => false,
        Completed | Cancelled => true,
    }
}

/// Whether money may be spent on it. Bills come before the first day and after the last one; a draft has nobody's approval, and
/// what is cancelled costs nothing more.
pub(super) fn may_spend(status: CampaignStatus) -> bool {
    match status {
        Scheduled | Active | Paused | Completed => true,
        Draft | Cancelled => false,
    }
}

/// Whether its recipients may be read: while it is planned, to see whom it would reach, and while it runs.
pub(super) fn may_mail(status: CampaignStatus) -> bool {
    match status {
        Draft | Scheduled | Active => true,
        Paused | Completed | Cancelled => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_moves() {
        const STATES: [CampaignStatus; 6] = [Draft, Scheduled, Active, Paused, Completed, Cancelled];
        // A row for each state it comes from, a column for each it goes to, both in the order of STATES.
        const TABLE: [&str; 6] = [
            "-xx--x", // draft
            "x-x--x", // scheduled
            "---xxx", // active
            "--x-xx", // paused
            "------", // completed
            "------", // cancelled
        ];
        for (from, row) in STATES.into_iter().zip(TABLE) {
            for (to, cell) in STATES.into_iter().zip(row.chars()) {
                assert_eq!(is_legal(from, to), cell == 'x', "{from:?} to {to:?}");
            }
        }
    }
}
