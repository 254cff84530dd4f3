//! Cells to values: texts that fit their column, prices, counts.

use csv::StringRecord;
use rust_decimal::Decimal;

use crate::import::shopify::refusal::{NumberProblem, RefusalReason};

/// The first price that `decimal(10,2)` cannot hold.
const PRICE_LIMIT: i64 = 100_000_000;

/// A trimmed cell.
pub(crate) fn cell(row: &StringRecord, column: usize) -> &str {
    row.get(column).unwrap_or_default().trim()
}

/// Checks a text against its column: at most `limit` characters, none of them NUL.
pub(crate) fn text<'a>(column: &'static str, value: &'a str, limit: usize) -> Result<&'a str, RefusalReason> {
    if value.contains('\0') {
        return Err(RefusalReason::NulCharacter { column });
    }
    let length = value.chars().count();
    if length > limit {
        return Err(RefusalReason::TooLong {
            column,
            length,
            limit,
        });
    }
    Ok(value)
}

/// A price or cost in the shop's currency: digits with at most two decimals that count, not negative.
pub(crate) fn price(column: &'static str, value: &str) -> Result<Decimal, RefusalReason> {
    let refused = |problem| RefusalReason::InvalidPrice {
        column,
        value: value.to_owned(),
        problem,
    };
    let digits = number(value).map_err(refused)?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if !all_digits(whole) || !(fraction.is_empty() || all_digits(fraction)) {
        return Err(refused(NumberProblem::NotANumber));
    }
    let cents = fraction.trim_end_matches('0');
    if cents.len() > 2 {
        return Err(refused(NumberProblem::TooPrecise));
    }
    let whole: i64 = whole.parse().map_err(|_| refused(NumberProblem::TooLarge))?;
    if whole >= PRICE_LIMIT {
        return Err(refused(NumberProblem::TooLarge));
    }
    let cents: i64 = format!("{cents:0<2}")
        .parse()
        .map_err(|_| refused(NumberProblem::NotANumber))?;
    Ok(Decimal::new(whole * 100 + cents, 2))
}

/// A number of pieces: a whole number, not negative.
pub(crate) fn count(column: &'static str, value: &str) -> Result<i32, RefusalReason> {
    let refused = |problem| RefusalReason::InvalidCount {
        column,
        value: value.to_owned(),
        problem,
    };
    let digits = number(value).map_err(refused)?;
    if !all_digits(digits) {
        return Err(refused(NumberProblem::NotANumber));
    }
    digits.parse().map_err(|_| refused(NumberProblem::TooLarge))
}

/// Tells a missing and a negative number from everything else.
fn number(value: &str) -> Result<&str, NumberProblem> {
    if value.is_empty() {
        return Err(NumberProblem::Missing);
    }
    match value.strip_prefix('-') {
        Some(rest) if rest.starts_with(|first: char| first.is_ascii_digit()) => Err(NumberProblem::Negative),
        Some(_) => Err(NumberProblem::NotANumber),
        None => Ok(value),
    }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(value: &str) -> NumberProblem {
        match price("Variant Price", value) {
            Err(RefusalReason::InvalidPrice { problem, .. }) => problem,
            other => panic!("{value:?} gave {other:?}"),
        }
    }

    #[test]
    fn a_price_has_two_decimals_that_count() {
        for (value, cents) in [
            ("550.92", 55092),
            ("0.00", 0),
            ("7", 700),
            ("7.", 700),
            ("7.5", 750),
            ("1.990000", 199),
        ] {
            assert_eq!(
                price("Variant Price", value),
                Ok(Decimal::new(cents, 2)),
                "{value}"
            );
        }
        assert_eq!(
            price("Variant Price", "99999999.99"),
            Ok(Decimal::new(9_999_999_999, 2))
        );
    }

    #[test]
    fn a_price_that_is_no_price_says_why() {
        assert_eq!(problem(""), NumberProblem::Missing);
        for value in [
            "free", "$5", "1,000.00", "1e3", "+5", ".5", "1.2.3", "-", "NaN", "5 ", "٣",
        ] {
            assert_eq!(problem(value), NumberProblem::NotANumber, "{value}");
        }
        assert_eq!(problem("-0.01"), NumberProblem::Negative);
        assert_eq!(problem("0.001"), NumberProblem::TooPrecise);
        assert_eq!(problem("100000000"), NumberProblem::TooLarge);
        assert_eq!(problem("99999999999999999999999"), NumberProblem::TooLarge);
    }

    #[test]
    fn a_count_is_a_whole_number() {
        assert_eq!(count("Available", "2147483647"), Ok(i32::MAX));
        for value in ["2147483648", "-1", "1.0", "some"] {
            assert!(count("Available", value).is_err(), "{value}");
        }
    }

    #[test]
    fn a_text_is_measured_in_characters() {
        assert_eq!(text("Title", "žluť", 4), Ok("žluť"));
        assert!(matches!(
            text("Title", "žluť", 3),
            Err(RefusalReason::TooLong { length: 4, .. })
        ));
        assert!(matches!(
            text("Title", "a\0", 9),
            Err(RefusalReason::NulCharacter { .. })
        ));
    }
}
