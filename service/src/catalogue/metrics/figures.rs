//! The figures of a product in a period, and what follows from them.

use entity::ProductId;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::input::Checks;

/// What one product did. Counts are zero or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProductFigures {
    /// Which product.
    pub product: ProductId,
    /// How often its page was seen.
    pub views: i32,
    /// How often it was put in a cart.
    pub add_to_carts: i32,
    /// How many purchases contained it.
    pub purchases: i32,
    /// What they brought, in the shop's currency, with at most two decimals.
    pub revenue: Decimal,
}

impl ProductFigures {
    /// Purchases per view, rounded half up to four decimals.
    ///
    /// Unknown without views, and when there are more purchases than views: then the views were not all counted (blocked
    /// trackers, sales elsewhere), and a rate would be an invention.
    #[must_use]
    pub fn conversion_rate(&self) -> Option<Decimal> {
        rate(self.views.into(), self.purchases.into())
    }

    /// Revenue per purchase, rounded half up to the cent; unknown without purchases.
    #[must_use]
    pub fn average_order_value(&self) -> Option<Decimal> {
        (self.purchases > 0).then(|| rounded(self.revenue / Decimal::from(self.purchases), 2))
    }

    pub(super) fn check(&self, checks: &mut Checks, path: &str) {
        checks.not_negative(format!("{path}.views"), self.views);
        checks.not_negative(format!("{path}.add_to_carts"), self.add_to_carts);
        checks.not_negative(format!("{path}.purchases"), self.purchases);
        checks.amount(format!("{path}.revenue"), self.revenue, (12, 2));
        if let Some(average) = self.average_order_value() {
            // The column of the average is two digits shorter than the one of the revenue.
            checks.amount(format!("{path}.revenue per purchase"), average, (10, 2));
        }
    }
}

pub(super) fn rate(views: i64, purchases: i64) -> Option<Decimal> {
    if views <= 0 || purchases > views {
        return None;
    }
    Some(rounded(Decimal::from(purchases) / Decimal::from(views), 4))
}

pub(super) fn rounded(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(views: i32, purchases: i32, cents: i64) -> ProductFigures {
        let product = ProductId::new();
        ProductFigures {
            product,
            views,
            add_to_carts: 0,
            purchases,
            revenue: Decimal::new(cents, 2),
        }
    }

    #[test]
    fn rates_are_rounded_half_up() {
        assert_eq!(
            figures(3, 2, 0).conversion_rate(),
            Some("0.6667".parse().unwrap())
        );
        assert_eq!(
            figures(80_000, 4, 0).conversion_rate(),
            Some("0.0001".parse().unwrap())
        );
        assert_eq!(
            figures(9, 8, 100).average_order_value(),
            Some("0.13".parse().unwrap())
        );
    }

    #[test]
    fn a_rate_that_nobody_knows_is_none() {
        assert_eq!(figures(0, 0, 0).conversion_rate(), None);
        assert_eq!(figures(2, 3, 900).conversion_rate(), None);
        assert_eq!(figures(7, 0, 0).average_order_value(), None);
        assert_eq!(figures(7, 0, 0).conversion_rate(), Some(Decimal::ZERO));
    }
}
