//! One number that a measurement can hold, or what there was instead.

use std::fmt;

use rust_decimal::prelude::FromPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// What a calculation gave instead of one number.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found {
    /// No row.
    NoRow,
    /// More than one row.
    SeveralRows,
    /// A row of so many columns.
    Columns(usize),
    /// NULL.
    Null,
    /// A value of this type.
    Other {
        /// The engine's name of the type.
        type_name: String,
    },
    /// An infinity or NaN.
    NotFinite,
    /// A number with more than ten digits before the point.
    TooLarge,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRow => f.write_str("no row"),
            Self::SeveralRows => f.write_str("several rows"),
            Self::Columns(n) => write!(f, "{n} columns"),
            Self::Null => f.write_str("NULL"),
            Self::Other { type_name } => write!(f, "a value of type {type_name}"),
            Self::NotFinite => f.write_str("a number that is not finite"),
            Self::TooLarge => f.write_str("a number that is too large"),
        }
    }
}

/// The number as a measurement holds it: rounded half away from zero to four decimals.
pub(super) fn as_measured(number: Decimal) -> Result<Decimal, Found> {
    let max = Decimal::new(99_999_999_999_999, 4);
    let rounded = number.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero);
    if rounded.abs() > max {
        Err(Found::TooLarge)
    } else {
        Ok(rounded.normalize())
    }
}

/// A float, as its shortest decimal form says it.
pub(super) fn of_float(number: f64) -> Result<Decimal, Found> {
    if !number.is_finite() {
        return Err(Found::NotFinite);
    }
    as_measured(Decimal::from_f64(number).ok_or(Found::TooLarge)?)
}

/// PostgreSQL's binary `numeric`, of any length: the driver's decoding refuses what does not fit 28 digits, and an average may
/// have more decimals than that.
pub(super) fn of_numeric(bytes: &[u8]) -> Result<Decimal, Found> {
    let mut words = bytes
        .chunks_exact(2)
        .map(|pair| i16::from_be_bytes([pair[0], pair[1]]));
    let mut word = || words.next().unwrap_or_default();
    let (count, weight, sign, _scale) = (word(), word(), word(), word());
    let negative = match sign as u16 {
        0x0000 => false,
        0x4000 => true,
        _ => return Err(Found::NotFinite),
    };
    if count > 0 && weight > 4 {
        return Err(Found::TooLarge);
    }
    // Eight decimals: four to keep, and the next four decide the rounding.
    let mut units: i128 = 0;
    for i in 0..count {
        let power = i32::from(weight) - i32::from(i) + 2;
        if let Ok(power) = u32::try_from(power) {
            units += i128::from(word()) * 10_000_i128.pow(power);
        }
    }
    let units = if negative { -units } else { units };
    as_measured(Decimal::from_i128_with_scale(units, 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn numeric(weight: i16, sign: u16, digits: &[i16]) -> Result<Decimal, Found> {
        let head = [digits.len() as i16, weight, sign as i16, 0];
        let bytes: Vec<u8> = head
            .iter()
            .chain(digits)
            .flat_map(|word| word.to_be_bytes())
            .collect();
        of_numeric(&bytes)
    }

    #[test]
    fn a_number_is_rounded_half_away_from_zero() {
        assert_eq!(as_measured(decimal("1.00005")), Ok(decimal("1.0001")));
        assert_eq!(as_measured(decimal("-1.00005")), Ok(decimal("-1.0001")));
        assert_eq!(of_float(0.1 + 0.2), Ok(decimal("0.3")));
        assert_eq!(
            as_measured(decimal("9999999999.9999")),
            Ok(decimal("9999999999.9999"))
        );
        assert_eq!(as_measured(decimal("9999999999.99995")), Err(Found::TooLarge));
        for tiny in [1e-30, 1e-300, -1e-300, f64::from_bits(1)] {
            assert_eq!(of_float(tiny), Ok(Decimal::ZERO), "{tiny:e}");
        }
        assert_eq!(of_float(1e300), Err(Found::TooLarge));
        assert_eq!(of_float(f64::INFINITY), Err(Found::NotFinite));
        assert_eq!(of_float(f64::NAN), Err(Found::NotFinite));
    }

    #[test]
    fn a_numeric_of_any_length_is_read() {
        assert_eq!(numeric(0, 0, &[]), Ok(Decimal::ZERO));
        assert_eq!(numeric(0, 0, &[12, 5000]), Ok(decimal("12.5")));
        assert_eq!(numeric(1, 0x4000, &[1, 2, 3]), Ok(decimal("-10002.0003")));
        let third = [3333; 20];
        assert_eq!(numeric(-1, 0, &third), Ok(decimal("0.3333")));
        assert_eq!(numeric(-2, 0, &[5000]), Ok(decimal("0.0001")));
        assert_eq!(numeric(-9, 0, &[1]), Ok(Decimal::ZERO));
        assert_eq!(numeric(3, 0, &[1]), Err(Found::TooLarge));
        assert_eq!(numeric(99, 0, &[1]), Err(Found::TooLarge));
        assert_eq!(numeric(0, 0xC000, &[]), Err(Found::NotFinite));
        assert_eq!(numeric(0, 0xD000, &[]), Err(Found::NotFinite));
    }
}
