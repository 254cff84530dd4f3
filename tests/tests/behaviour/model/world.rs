//! The model: a shop as one would explain it, in whole cents and maps.

use std::collections::BTreeMap;

use super::command::{Command, Fate, From, PLACES};
use super::order::{Line, Order, Status};

/// What a command led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    /// There is nothing that the command could be about.
    Nothing,
    /// Which variants are short, by index.
    Short(Vec<usize>),
    Refused(&'static str),
}

/// Available and reserved.
pub(super) type Shelf = (i64, i64);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct World {
    pub(super) stock: BTreeMap<(usize, usize), Shelf>,
    pub(super) orders: Vec<Order>,
    /// How many commands went through that can be sent again.
    pub(super) repeatable: usize,
}

pub(super) struct Expected {
    pub(super) outcome: Outcome,
    pub(super) world: World,
}

impl World {
    /// What the command must lead to.
    pub(super) fn expect(&self, command: &Command) -> Expected {
        let mut world = self.clone();
        let outcome = world.apply(command);
        if outcome == Outcome::Done {
            if command.carries_an_id() {
                world.repeatable += 1;
            }
            Expected { outcome, world }
        } else {
            Expected {
                outcome,
                world: self.clone(),
            }
        }
    }

    fn apply(&mut self, command: &Command) -> Outcome {
        match command {
            Command::Adjust { variant, place, by } => self.adjust(*variant, *place, *by),
            Command::Place {
                lines,
                from,
                discount,
                shipping,
            } => self.place(lines, *from, *discount, *shipping),
            Command::Again { .. } | Command::Twisted { .. } if self.repeatable == 0 => Outcome::Nothing,
            Command::Again { .. } => Outcome::Done,
            Command::Twisted { .. } => Outcome::Refused("conflict"),
            Command::Confirm { order }
            | Command::Complete { order }
            | Command::Cancel { order }
            | Command::Pay { order, .. }
            | Command::FulfilAll { order }
            | Command::Fulfil { order, .. }
            | Command::RefundLines { order, .. }
            | Command::RefundAmount { order, .. } => {
                let Some(n) = self.nth(*order) else {
                    return Outcome::Nothing;
                };
                let mut order = self.orders[n].clone();
                let outcome = self.on(&mut order, command);
                self.orders[n] = order;
                outcome
            }
        }
    }

    pub(super) fn nth(&self, order: usize) -> Option<usize> {
        order.checked_rem(self.orders.len())
    }

    fn adjust(&mut self, variant: usize, place: usize, by: i64) -> Outcome {
        let shelf = self.stock.entry((variant, place)).or_default();
        shelf.0 += by;
        if shelf.0 < 0 {
            Outcome::Short(vec![variant])
        } else {
            Outcome::Done
        }
    }

    fn place(&mut self, wanted: &[(usize, i64)], from: From, discount: i64, shipping: i64) -> Outcome {
        let mut pieces: BTreeMap<usize, i64> = BTreeMap::new();
        for (variant, quantity) in wanted {
            *pieces.entry(*variant).or_default() += quantity;
        }
        let mut lines = Vec::new();
        let mut short = Vec::new();
        for (variant, quantity) in pieces {
            match self.take(variant, quantity, from) {
                Some(taken) => lines.extend(taken),
                None => short.push(variant),
            }
        }
        if !short.is_empty() {
            return Outcome::Short(short);
        }
        let order = Order {
            status: Status::Pending,
            lines,
            discount,
            shipping,
            paid: 0,
            refunded: 0,
        };
        if discount > order.subtotal() {
            return Outcome::Refused("discount");
        }
        self.orders.push(order);
        Outcome::Done
    }

    /// Reserves the pieces: from the place that is named, or from the first that has them all, or from each in turn.
    fn take(&mut self, variant: usize, quantity: i64, from: From) -> Option<Vec<Line>> {
        let free = |world: &Self, place| world.stock.get(&(variant, place)).map_or(0, |shelf| shelf.0);
        let shares: Vec<(Option<usize>, i64)> = match from {
            From::NoStock => vec![(None, quantity)],
            From::Place(place) => vec![(Some(place), quantity)],
            From::Anywhere => match (0..PLACES.len()).find(|place| free(self, *place) >= quantity) {
                Some(place) => vec![(Some(place), quantity)],
                None => {
                    let first = free(self, 0);
                    let shares = [(Some(0), first), (Some(1), quantity - first)];
                    shares.into_iter().filter(|(_, share)| *share > 0).collect()
                }
            },
        };
        let mut lines = Vec::new();
        for (place, quantity) in shares {
            if let Some(place) = place {
                let shelf = self
                    .stock
                    .get_mut(&(variant, place))
                    .filter(|shelf| shelf.0 >= quantity)?;
                *shelf = (shelf.0 - quantity, shelf.1 + quantity);
            }
            lines.push(Line {
                variant,
                place,
                quantity,
                sent: 0,
                returned: 0,
                dropped: 0,
            });
        }
        Some(lines)
    }

    fn on(&mut self, order: &mut Order, command: &Command) -> Outcome {
        match command {
            Command::Confirm { .. } => order.become_status(Status::Confirmed),
            Command::Complete { .. } => order.complete(),
            Command::Cancel { .. } => self.cancel(order),
            Command::Pay { share, .. } => order.pay(order.total() * share / 100),
            Command::FulfilAll { .. } => {
                let all: Vec<_> = order.lines.iter().map(Line::owed).collect();
                if order.status == Status::Confirmed && all.iter().all(|owed| *owed == 0) {
                    return Outcome::Refused("nothing open");
                }
                self.fulfil(order, &all)
            }
            Command::Fulfil { line, quantity, .. } => {
                let mut pieces = vec![0; order.lines.len()];
                pieces[line % order.lines.len()] = *quantity;
                self.fulfil(order, &pieces)
            }
            Command::RefundLines { lines, .. } => self.refund(order, lines),
            Command::RefundAmount { share, .. } => order.give_back(order.total() * share / 100),
            Command::Adjust { .. }
            | Command::Place { .. }
            | Command::Again { .. }
            | Command::Twisted { .. } => Outcome::Nothing,
        }
    }

    fn cancel(&mut self, order: &mut Order) -> Outcome {
        if order.status != Status::Completed && order.lines.iter().any(|line| line.sent > 0) {
            return Outcome::Refused("sent");
        }
        let was = order.status;
        let outcome = order.become_status(Status::Cancelled);
        if outcome == Outcome::Done && was != Status::Cancelled {
            for line in &mut order.lines {
                let owed = line.owed();
                line.dropped += owed;
                self.free(line, owed);
            }
        }
        outcome
    }

    fn free(&mut self, line: &Line, pieces: i64) {
        if let Some(place) = line.place {
            let shelf = self.stock.get_mut(&(line.variant, place)).unwrap();
            *shelf = (shelf.0 + pieces, shelf.1 - pieces);
        }
    }

    fn fulfil(&mut self, order: &mut Order, pieces: &[i64]) -> Outcome {
        if order.status != Status::Confirmed {
            return Outcome::Refused("not confirmed");
        }
        if order
            .lines
            .iter()
            .zip(pieces)
            .any(|(line, pieces)| *pieces > line.owed())
        {
            return Outcome::Refused("too many");
        }
        for (line, pieces) in order.lines.iter_mut().zip(pieces) {
            line.sent += pieces;
            if let Some(place) = line.place {
                self.stock.get_mut(&(line.variant, place)).unwrap().1 -= pieces;
            }
        }
        Outcome::Done
    }

    fn refund(&mut self, order: &mut Order, wanted: &[(usize, i64, Fate)]) -> Outcome {
        let cancelled = order.status == Status::Cancelled;
        let before = order.clone();
        for (line, quantity, fate) in wanted {
            let n = line % order.lines.len();
            let line = &mut order.lines[n];
            if *fate == Fate::Unsent {
                let present = if cancelled {
                    line.quantity - line.returned
                } else {
                    line.owed()
                };
                if *quantity > present {
                    return Outcome::Refused("too many");
                }
                line.returned += quantity;
                if !cancelled {
                    line.dropped += quantity;
                    let line = line.clone();
                    self.free(&line, *quantity);
                }
            } else {
                // Of a living order, what was dropped was refunded and so counts as returned.
                let came_back = if cancelled {
                    0
                } else {
                    line.returned - line.dropped
                };
                if *quantity > line.sent - came_back {
                    return Outcome::Refused("too many");
                }
                line.returned += quantity;
                if *fate == Fate::Restocked {
                    let place = line.place.unwrap_or(0);
                    self.stock.entry((line.variant, place)).or_default().0 += quantity;
                }
            }
        }
        let worth = order.worth(|line| line.returned) - before.worth(|line| line.returned);
        if worth == 0 {
            return Outcome::Refused("nothing to refund");
        }
        order.give_back(worth)
    }

    /// What holds in every shop, whatever was sent to it.
    pub(super) fn assert_invariants(&self) {
        let mut owed: BTreeMap<(usize, usize), i64> = BTreeMap::new();
        for order in &self.orders {
            assert!(0 <= order.refunded && order.refunded <= order.paid && order.paid <= order.total());
            for line in &order.lines {
                assert!(line.owed() >= 0 && line.returned <= line.quantity, "{line:?}");
                if let Some(place) = line.place {
                    *owed.entry((line.variant, place)).or_default() += line.owed();
                }
            }
        }
        for (shelf, (available, reserved)) in &self.stock {
            assert!(*available >= 0);
            // What is reserved is what is owed, no more and no less.
            assert_eq!(*reserved, owed.get(shelf).copied().unwrap_or_default());
        }
    }
}
