//! What becomes of an order, by its age.

use chrono::{DateTime, Utc};

use crate::seed::calendar::minutes;
use crate::seed::dice::Dice;

type Instant = DateTime<Utc>;

/// What became of an order until the last day.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fate {
    /// Nothing yet.
    Placed,
    /// Paid; of a part perhaps some pieces are sent.
    Confirmed { paid: Instant, in_part: Option<Instant> },
    /// Given up, when nothing was sent; what was paid is given back.
    Cancelled {
        at: Instant,
        paid: Option<(Instant, Instant)>,
    },
    /// Paid and sent; some pieces may have come back.
    Completed {
        paid: Instant,
        done: Instant,
        returned: Option<Instant>,
    },
}

impl Fate {
    /// The first order of a shop is at least paid.
    pub(super) fn of(dice: &mut Dice, at: Instant, until: Instant, is_first: bool) -> Self {
        let age = (until - at).num_hours();
        let paid = minutes(at, dice.between(1, 12));
        let given_up = minutes(paid, dice.between(30, 900));
        let repaid = minutes(given_up, dice.between(5, 600));
        let done = minutes(at, dice.between(36 * 60, 70 * 60));
        let returned = minutes(done, dice.between(4 * 1_440, 24 * 1_440));
        let (is_given_up, was_paid) = (dice.chance(30) && !is_first, dice.chance(550));
        let (waits, comes_back) = (dice.chance(400), dice.chance(65));
        if paid >= until || (age < 12 && waits && !is_first) {
            Self::Placed
        } else if is_given_up && repaid < until {
            Self::Cancelled {
                at: given_up,
                paid: was_paid.then_some((paid, repaid)),
            }
        } else if age < 72 {
            let sent = minutes(at, 20 * 60);
            let in_part = (comes_back || waits) && sent < until;
            Self::Confirmed {
                paid,
                in_part: in_part.then_some(sent),
            }
        } else {
            Self::Completed {
                paid,
                done,
                returned: Some(returned).filter(|at| comes_back && *at < until),
            }
        }
    }

    /// When it was paid.
    pub(super) fn paid(&self) -> Option<Instant> {
        match self {
            Self::Placed | Self::Cancelled { paid: None, .. } => None,
            Self::Confirmed { paid, .. }
            | Self::Completed { paid, .. }
            | Self::Cancelled {
                paid: Some((paid, _)),
                ..
            } => Some(*paid),
        }
    }

    /// When money was given back.
    pub(super) fn refunded(&self) -> Option<Instant> {
        match self {
            Self::Completed { returned, .. } => *returned,
            Self::Cancelled { paid, .. } => paid.map(|(_, repaid)| repaid),
            Self::Placed | Self::Confirmed { .. } => None,
        }
    }

    pub(super) fn last_change(&self, placed: Instant) -> Instant {
        match self {
            Self::Placed => placed,
            Self::Confirmed { paid, in_part } => in_part.unwrap_or(*paid),
            Self::Cancelled { at, paid } => paid.map_or(*at, |(_, repaid)| repaid),
            Self::Completed { done, returned, .. } => returned.unwrap_or(*done),
        }
    }
}
