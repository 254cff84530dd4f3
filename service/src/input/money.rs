//! Decimals and currencies.

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::{Checks, Rule};
use crate::batch::MAX_ELEMENTS;

impl Checks {
    /// A code of ISO 4217 in capitals.
    pub(crate) fn currency(&mut self, field: impl Into<String>, code: &str) {
        if Currency::from_code(code).is_none() {
            self.refuse(field, Rule::UnknownCurrency);
        }
    }

    /// A number of a `decimal(_, scale)` column between two bounds, which are included.
    pub(crate) fn decimal_between(
        &mut self,
        field: impl Into<String>,
        value: Decimal,
        scale: u32,
        (min, max): (Decimal, Decimal),
    ) {
        if value.normalize().scale() > scale {
            self.refuse(field, Rule::TooManyDecimals { scale });
        } else if value < min || value > max {
            self.refuse(field, Rule::OutOfRange { min, max });
        }
    }

    /// A number of a `decimal(precision, scale)` column, of either sign.
    pub(crate) fn decimal(
        &mut self,
        field: impl Into<String>,
        value: Decimal,
        (precision, scale): (u32, u32),
    ) {
        let max = Decimal::from_i128_with_scale(10_i128.pow(precision) - 1, scale);
        self.decimal_between(field, value, scale, (-max, max));
    }

    /// A whole number between two bounds, which are included.
    pub(crate) fn between(&mut self, field: impl Into<String>, value: i32, (min, max): (i32, i32)) {
        if value < min || value > max {
            let (min, max) = (min.into(), max.into());
            self.refuse(field, Rule::OutOfRange { min, max });
        }
    }

    /// How many rows a batch may touch: at least one, and no more than a command may carry.
    pub(crate) fn batch_size(&mut self, field: impl Into<String>, value: u32) {
        if value == 0 || value as usize > MAX_ELEMENTS {
            let (min, max) = (Decimal::ONE, MAX_ELEMENTS.into());
            self.refuse(field, Rule::OutOfRange { min, max });
        }
    }

    /// A period whose end, if it has one, does not lie before its start.
    pub(crate) fn in_order<T: PartialOrd>(
        &mut self,
        field: impl Into<String>,
        start: Option<T>,
        end: Option<T>,
    ) {
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            self.refuse(field, Rule::EndsBeforeStart);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(check: impl FnOnce(&mut Checks)) -> Option<Rule> {
        let mut checks = Checks::default();
        check(&mut checks);
        let refusal = checks.finish().err()?;
        refusal.problems.into_iter().next().map(|problem| problem.rule)
    }

    #[test]
    fn a_currency_is_one_of_iso_4217() {
        assert_eq!(rule(|c| c.currency("currency", "USD")), None);
        assert_eq!(rule(|c| c.currency("currency", "JPY")), None);
        for code in ["usd", "XXZ", "", "US", "DOLLAR"] {
            assert_eq!(
                rule(|c| c.currency("currency", code)),
                Some(Rule::UnknownCurrency)
            );
        }
    }

    #[test]
    fn a_score_keeps_to_its_bounds_and_its_decimals() {
        let bounds = (Decimal::NEGATIVE_ONE, Decimal::ONE);
        let score = |text: &str| {
            let value = text.parse().unwrap();
            rule(|c| c.decimal_between("score", value, 2, bounds))
        };
        assert_eq!(score("-1.00"), None);
        assert_eq!(score("0.333"), Some(Rule::TooManyDecimals { scale: 2 }));
        let (min, max) = bounds;
        assert_eq!(score("1.01"), Some(Rule::OutOfRange { min, max }));
    }
}
