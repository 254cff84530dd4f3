//! An order of the model, and what it allows by itself.

use rust_decimal::Decimal;

use super::command::PRICES;
use super::world::Outcome;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Pending,
    Confirmed,
    Completed,
    Cancelled,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) variant: usize,
    pub(super) place: Option<usize>,
    pub(super) quantity: i64,
    pub(super) sent: i64,
    pub(super) returned: i64,
    /// Owed no more, by a cancellation or a refund of unsent pieces.
    pub(super) dropped: i64,
}

impl Line {
    pub(super) fn owed(&self) -> i64 {
        self.quantity - self.sent - self.dropped
    }

    fn cost(&self) -> i64 {
        PRICES[self.variant] * self.quantity
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) status: Status,
    pub(super) lines: Vec<Line>,
    pub(super) discount: i64,
    pub(super) shipping: i64,
    pub(super) paid: i64,
    pub(super) refunded: i64,
}

impl Order {
    pub(super) fn subtotal(&self) -> i64 {
        self.lines.iter().map(Line::cost).sum()
    }

    pub(super) fn total(&self) -> i64 {
        self.subtotal() - self.discount + self.shipping
    }

    /// What the goods cost of which so many pieces a line are given back, rounded to the cent.
    pub(super) fn worth(&self, pieces: impl Fn(&Line) -> i64) -> i64 {
        let goods = Decimal::new(self.total() - self.shipping, 2);
        let part = |line: &Line| Decimal::from(PRICES[line.variant] * pieces(line));
        let parts: Decimal = self.lines.iter().map(part).sum();
        let cents = (goods * parts / Decimal::from(self.subtotal())).round_dp(2) * Decimal::ONE_HUNDRED;
        i64::try_from(cents).unwrap()
    }

    pub(super) fn become_status(&mut self, to: Status) -> Outcome {
        use Status::{Cancelled, Completed, Confirmed, Pending};
        match (self.status, to) {
            (from, to) if from == to => Outcome::Done,
            (Pending, Confirmed | Cancelled) | (Confirmed, Completed | Cancelled) => {
                self.status = to;
                Outcome::Done
            }
            _ => Outcome::Refused("illegal move"),
        }
    }

    pub(super) fn complete(&mut self) -> Outcome {
        let unpaid = self.refunded == 0 && self.paid < self.total();
        let sent =
            self.lines.iter().all(|line| line.owed() == 0) && self.lines.iter().any(|line| line.sent > 0);
        if self.status == Status::Confirmed && (unpaid || !sent) {
            return Outcome::Refused("unfinished");
        }
        self.become_status(Status::Completed)
    }

    pub(super) fn pay(&mut self, amount: i64) -> Outcome {
        if amount == 0 {
            Outcome::Refused("invalid")
        } else if self.status == Status::Cancelled {
            Outcome::Refused("cancelled")
        } else if self.paid + amount > self.total() {
            Outcome::Refused("too much")
        } else {
            self.paid += amount;
            Outcome::Done
        }
    }

    pub(super) fn give_back(&mut self, amount: i64) -> Outcome {
        if amount == 0 {
            Outcome::Refused("invalid")
        } else if self.refunded + amount > self.paid {
            Outcome::Refused("too much")
        } else {
            self.refunded += amount;
            Outcome::Done
        }
    }
}
