//! What is ordered, and what becomes of its pieces.

use chrono::NaiveDate;

use super::fate::Fate;
use super::percent;
use crate::seed::calendar::is_black_friday;
use crate::seed::dice::Dice;
use crate::seed::shop::Shop;

/// A line of an order; amounts in cents.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Its place among the offers.
    pub(super) offer: usize,
    pub(super) each: i64,
    pub(super) quantity: i32,
    pub(super) discount: i64,
    pub(super) tax: i64,
    pub(super) fulfilled: i32,
    pub(super) returned: i32,
    pub(super) cancelled: i32,
}

impl Line {
    pub(super) fn price(&self) -> i64 {
        self.each * i64::from(self.quantity)
    }

    pub(super) fn total(&self) -> i64 {
        self.price() - self.discount + self.tax
    }

    /// Pieces that are owed, and reserved.
    pub(super) const fn open(&self) -> i32 {
        self.quantity - self.fulfilled - self.cancelled
    }
}

/// One to four different pictures, rarely more than one of each.
pub(super) fn fill(shop: &Shop, dice: &mut Dice, date: NaiveDate) -> Vec<Line> {
    let offers = &shop.catalogue.offers;
    let discount = match dice.below(100) {
        _ if is_black_friday(date) => 2_500,
        0..8 => 1_000,
        8..11 => 1_500,
        _ => 0,
    };
    let tax = if dice.chance(600) { 725 } else { 0 };
    let wanted = match dice.below(100) {
        0..58 => 1,
        58..85 => 2,
        85..96 => 3,
        _ => 4,
    };
    let mut lines: Vec<Line> = Vec::with_capacity(wanted);
    for _ in 0..wanted {
        // Of two that catch the eye, the one that hangs further in front: some sell well and many little.
        let offer = dice.index(offers.len()).min(dice.index(offers.len()));
        if lines.iter().any(|line| line.offer == offer) {
            continue;
        }
        let quantity = if dice.chance(120) { dice.count(2, 4) } else { 1 };
        let price = offers[offer].price * i64::from(quantity);
        let off = percent(price, discount);
        lines.push(Line {
            offer,
            each: offers[offer].price,
            quantity,
            discount: off,
            tax: percent(price - off, tax),
            fulfilled: 0,
            returned: 0,
            cancelled: 0,
        });
    }
    // The order of an order's lines is that of its variants.
    lines.sort_by_key(|line| offers[line.offer].id);
    lines
}

/// Sends, cancels and takes back what the order's fate says.
pub(super) fn follow(dice: &mut Dice, lines: &mut [Line], fate: Fate) {
    let everything_returns = dice.chance(400);
    match fate {
        Fate::Placed | Fate::Confirmed { in_part: None, .. } => {}
        Fate::Confirmed { in_part: Some(_), .. } => {
            let pieces: i32 = lines.iter().map(|line| line.quantity).sum();
            if let (Some(first), 2..) = (lines.first_mut(), pieces) {
                first.fulfilled = 1;
            }
        }
        Fate::Cancelled { paid, .. } => {
            for line in lines {
                line.cancelled = line.quantity;
                line.returned = if paid.is_some() { line.quantity } else { 0 };
            }
        }
        Fate::Completed { returned, .. } => {
            let coming_back = match returned {
                None => 0,
                Some(_) if everything_returns => lines.len(),
                Some(_) => 1,
            };
            for (n, line) in lines.iter_mut().enumerate() {
                line.fulfilled = line.quantity;
                line.returned = if n < coming_back { line.quantity } else { 0 };
            }
        }
    }
}
