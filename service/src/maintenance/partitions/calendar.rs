//! Months read from ids and from texts.

use std::str::FromStr;

#[cfg(any(feature = "archive", test))]
use chrono::DateTime;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Deserializer, de};
use thiserror::Error;
#[cfg(any(feature = "archive", test))]
use uuid::Uuid;

use super::Month;

impl Month {
    /// The month in which a day lies.
    #[must_use]
    pub fn of_day(day: NaiveDate) -> Self {
        Self::of(day.and_time(NaiveTime::MIN).and_utc())
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus(1)
    }

    /// The month whose bounds hold an id: its first 48 bits are milliseconds, as in every UUIDv7. What is no UUIDv7 may lie below
    /// the lowest one of its millisecond, and then in the month before.
    #[cfg(any(feature = "archive", test))]
    pub(super) fn of_id(id: Uuid) -> Option<Self> {
        let milliseconds = i64::try_from(id.as_u128() >> 80).ok()?;
        let month = DateTime::from_timestamp_millis(milliseconds).map(Self::of)?;
        if id < month.ids()[0] {
            return month.first_day().pred_opt().map(Self::of_day);
        }
        Some(month)
    }
}

/// The text is no month such as `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("write a month as 2026-11")]
pub struct NoMonth;

impl FromStr for Month {
    type Err = NoMonth;

    fn from_str(text: &str) -> Result<Self, NoMonth> {
        let month = text
            .split_once('-')
            .and_then(|(year, month)| Self::new(year.parse().ok()?, month.parse().ok()?));
        month.filter(|month| month.to_string() == text).ok_or(NoMonth)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_lies_in_the_month_whose_bounds_hold_it() {
        let month: Month = "2024-02".parse().unwrap();
        let [lowest, next] = month.ids();
        assert_eq!(Month::of_id(lowest), Some(month));
        let last = Uuid::from_u128(next.as_u128() - 1);
        assert_eq!(Month::of_id(last), Some(month));
        assert_eq!(Month::of_id(next), Some(month.next()));
    }

    #[test]
    fn only_its_own_form_is_a_month() {
        for text in ["2024-13", "2024-1", "2024", ".2024-01.part", "+2024-01"] {
            assert_eq!(text.parse::<Month>(), Err(NoMonth), "{text}");
        }
    }
}
