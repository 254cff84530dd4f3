//! Amounts and percentages in hundredths, in which they are shared out and added up without a remainder.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use sea_orm::sea_query::{Expr, ExprTrait, Func};

/// A value of a column with two decimals, zero or more, in hundredths.
pub(super) fn of(value: Decimal) -> u64 {
    // Two decimals are what the column holds; SQLite's floating point may show more of them.
    (value * Decimal::ONE_HUNDRED).round().to_u64().unwrap_or(0)
}

/// The value of so many hundredths.
pub(crate) fn decimal(hundredths: u64) -> Decimal {
    Decimal::from_i128_with_scale(i128::from(hundredths), 2)
}

/// A column with two decimals in hundredths, as a whole number: SQLite adds up what it stores as floating point exactly, then.
pub(super) fn expr(column: Expr) -> Expr {
    Expr::expr(Func::round(column.mul(100))).cast_as("bigint")
}

/// The value for a column with two decimals of so many hundredths.
pub(super) fn column(hundredths: Expr) -> Expr {
    // Written out: a parameter would divide whole numbers on SQLite.
    hundredths.div(Expr::cust("100.0"))
}

/// Shares `total` out by weight, by the method of the largest remainder: each gets its quota rounded down, and what is left goes
/// one by one to the largest remainders, of equal ones to the earlier. The shares add up to `total` exactly.
///
/// Nothing is shared out among nobody, or when all weights are zero. `total` times the sum of the weights must fit 128 bits:
/// amounts and percentages take 40 bits, which leaves 88.
pub(crate) fn apportion(total: u64, weights: &[u128]) -> Vec<u64> {
    let sum: u128 = weights.iter().sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let total = u128::from(total);
    let mut shares: Vec<u64> = weights
        .iter()
        .map(|weight| u64::try_from(total * weight / sum).unwrap_or(u64::MAX))
        .collect();
    let mut by_remainder: Vec<(u128, usize)> = weights
        .iter()
        .enumerate()
        .map(|(i, weight)| (total * weight % sum, i))
        .collect();
    by_remainder.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let left = total - shares.iter().map(|share| u128::from(*share)).sum::<u128>();
    for (_, i) in by_remainder.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        shares[i] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_third_each_leaves_one_hundredth_which_the_first_gets() {
        assert_eq!(apportion(10_000, &[1, 1, 1]), [3_334, 3_333, 3_333]);
        assert_eq!(apportion(1, &[1, 2, 2]), [0, 1, 0]);
        assert_eq!(apportion(100, &[]), [0; 0]);
        assert_eq!(apportion(100, &[0, 0]), [0, 0]);
    }

    #[test]
    fn a_value_goes_through_hundredths_unchanged() {
        for text in ["0.00", "0.01", "100.00", "9999999999.99"] {
            let value: Decimal = text.parse().unwrap();
            assert_eq!(decimal(of(value)).to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn shares_add_up_and_stay_within_one_of_their_quota(
            total in 0..1_000_000_000_000_u64,
            weights in proptest::collection::vec(0..1_u128 << 70, 1..60),
        ) {
            let shares = apportion(total, &weights);
            let sum: u128 = weights.iter().sum();
            prop_assume!(sum > 0);
            prop_assert_eq!(shares.iter().sum::<u64>(), total);
            for (share, weight) in shares.iter().zip(&weights) {
                let quota = u128::from(total) * weight / sum;
                prop_assert!((quota..=quota + 1).contains(&u128::from(*share)));
                prop_assert!(*weight > 0 || *share == 0);
            }
        }
    }
}
