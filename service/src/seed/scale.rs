//! How large the shop is in money: by that its budgets, expenses and targets grow.

use super::calendar::Calendar;
use super::catalogue::Catalogue;

/// What the planned orders come to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scale {
    /// What an order brings in the mean, in cents; about.
    pub(super) order: i64,
    orders: i64,
    days: i64,
}

impl Scale {
    pub(super) fn new(catalogue: &Catalogue, calendar: &Calendar) -> Self {
        let orders: u64 = calendar.days.iter().map(|day| day.orders).sum();
        Self {
            // Two pieces all but one percent: 1.6 lines of 1.24, with what is taken off, put on and cancelled.
            order: catalogue.usual_price() * 198 / 100,
            orders: i64::try_from(orders).unwrap_or(i64::MAX),
            days: i64::try_from(calendar.days.len()).unwrap_or(1).max(1),
        }
    }

    /// What so many orders bring, in cents.
    pub(super) fn revenue(&self, orders: u64) -> i64 {
        self.order
            .saturating_mul(i64::try_from(orders).unwrap_or(i64::MAX))
    }

    /// What so many ordinary days bring, in cents.
    pub(super) fn revenue_of_days(&self, days: i64) -> i64 {
        let revenue =
            i128::from(self.order) * i128::from(self.orders) * i128::from(days) / i128::from(self.days);
        i64::try_from(revenue).unwrap_or(i64::MAX)
    }

    /// Orders of so many ordinary days, in hundredths.
    pub(super) fn orders_of_days(&self, days: i64) -> i64 {
        let orders = i128::from(self.orders) * 100 * i128::from(days) / i128::from(self.days);
        i64::try_from(orders).unwrap_or(i64::MAX)
    }
}

/// Two digits and zeros, as people set targets; at least `least`.
pub(super) fn rounded(amount: i64, least: i64) -> i64 {
    let mut step = 1;
    while amount / step >= 100 {
        step *= 10;
    }
    ((amount + step / 2) / step * step).max(least)
}

/// So many thousandths.
pub(super) fn thousandths(amount: i64, share: i64) -> i64 {
    i64::try_from(i128::from(amount) * i128::from(share) / 1_000).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_have_two_digits() {
        assert_eq!(rounded(54_321, 10), 54_000);
        assert_eq!(rounded(99_600, 10), 100_000);
        assert_eq!(rounded(42, 10), 42);
        assert_eq!(rounded(0, 10), 10);
    }

    #[test]
    fn a_share_of_much_is_no_overflow() {
        assert_eq!(thousandths(i64::MAX / 2, 2_000), i64::MAX - 1);
        assert_eq!(thousandths(2_000, 14), 28);
    }
}
