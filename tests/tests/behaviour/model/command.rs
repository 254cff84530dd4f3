//! What may be sent to a shop. Numbers that name an order or a line are taken modulo how many there are.

use proptest::prelude::*;

/// How many variants a shop has.
pub(super) const VARIANTS: usize = 3;

/// Where its stock lies.
pub(super) const PLACES: [&str; 2] = ["main", "shop"];

/// What a variant costs, in cents: amounts that divide evenly and amounts that do not.
pub(super) const PRICES: [i64; VARIANTS] = [9_900, 1_999, 1];

/// Where a line's stock comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum From {
    Place(usize),
    Anywhere,
    NoStock,
}

/// What becomes of refunded pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Restocked,
    Lost,
    Unsent,
}

#[derive(Clone, Debug)]
pub(super) enum Command {
    Adjust {
        variant: usize,
        place: usize,
        by: i64,
    },
    Place {
        lines: Vec<(usize, i64)>,
        from: From,
        discount: i64,
        shipping: i64,
    },
    Confirm {
        order: usize,
    },
    Complete {
        order: usize,
    },
    Cancel {
        order: usize,
    },
    Pay {
        order: usize,
        share: i64,
    },
    FulfilAll {
        order: usize,
    },
    Fulfil {
        order: usize,
        line: usize,
        quantity: i64,
    },
    RefundLines {
        order: usize,
        lines: Vec<(usize, i64, Fate)>,
    },
    RefundAmount {
        order: usize,
        share: i64,
    },
    /// One of the commands that went through before, once more.
    Again {
        which: usize,
    },
    /// The id of one of them, with other content.
    Twisted {
        which: usize,
    },
}

impl Command {
    /// Whether it is known again by its id; the others set a status, and depend on the one that they find.
    pub(super) fn carries_an_id(&self) -> bool {
        !matches!(
            self,
            Self::Confirm { .. }
                | Self::Complete { .. }
                | Self::Cancel { .. }
                | Self::Again { .. }
                | Self::Twisted { .. }
        )
    }
}

pub(super) fn command() -> impl Strategy<Value = Command> {
    let order = 0..64_usize;
    let line = 0..4_usize;
    let fate = prop_oneof![Just(Fate::Restocked), Just(Fate::Lost), Just(Fate::Unsent)];
    let from = prop_oneof![
        2 => (0..PLACES.len()).prop_map(From::Place),
        3 => Just(From::Anywhere),
        1 => Just(From::NoStock),
    ];
    prop_oneof![
        4 => (0..VARIANTS, 0..PLACES.len(), -3..12_i64)
            .prop_map(|(variant, place, by)| Command::Adjust { variant, place, by }),
        6 => (prop::collection::vec((0..VARIANTS, 1..5_i64), 1..4), from, 0..3_000_i64, 0..2_i64)
            .prop_map(|(lines, from, discount, shipping)| Command::Place {
                lines,
                from,
                // Most orders have none, some more than they cost.
                discount: if discount % 3 == 0 { discount } else { 0 },
                shipping: shipping * 790,
            }),
        3 => order.clone().prop_map(|order| Command::Confirm { order }),
        2 => order.clone().prop_map(|order| Command::Complete { order }),
        2 => order.clone().prop_map(|order| Command::Cancel { order }),
        4 => (order.clone(), 1..130_i64).prop_map(|(order, share)| Command::Pay { order, share }),
        2 => order.clone().prop_map(|order| Command::FulfilAll { order }),
        4 => (order.clone(), line.clone(), 1..4_i64)
            .prop_map(|(order, line, quantity)| Command::Fulfil { order, line, quantity }),
        4 => (order.clone(), prop::collection::vec((line, 1..4_i64, fate), 1..3))
            .prop_map(|(order, lines)| Command::RefundLines { order, lines }),
        2 => (order, 1..130_i64).prop_map(|(order, share)| Command::RefundAmount { order, share }),
        2 => (0..64_usize).prop_map(|which| Command::Again { which }),
        1 => (0..64_usize).prop_map(|which| Command::Twisted { which }),
    ]
}
