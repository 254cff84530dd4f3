//! Times and days as far as PostgreSQL knows them: beyond what chrono can hold, and without end.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sqlx::error::BoxDynError;
use sea_orm::sqlx::postgres::{PgTypeInfo, PgValueRef};
use sea_orm::sqlx::{Decode, Postgres, Type};

const MICROSECONDS: i64 = 1_000_000;
const MICROSECONDS_OF_A_DAY: i128 = 86_400 * MICROSECONDS as i128;

/// From 1970 to 2000.
const DAYS_TO_2000: i32 = 10_957;
const MICROSECONDS_TO_2000: i64 = DAYS_TO_2000 as i64 * 86_400 * MICROSECONDS;

/// A time: microseconds since 2000, in UTC; the first and the last one are the infinities. PostgreSQL sends it like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Instant(i64);

/// A day, by its number since 2000; the first and the last one are the infinities. PostgreSQL sends it like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day(i32);

impl Instant {
    /// Microseconds since 1970, where 64 bits hold them.
    pub(super) fn since_1970(self) -> Option<i64> {
        match self.0 {
            i64::MIN | i64::MAX => None,
            since_2000 => since_2000.checked_add(MICROSECONDS_TO_2000),
        }
    }
}

impl Day {
    /// Days since 1970, where 32 bits hold them.
    pub(super) fn since_1970(self) -> Option<i32> {
        match self.0 {
            i32::MIN | i32::MAX => None,
            since_2000 => since_2000.checked_add(DAYS_TO_2000),
        }
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_micros().saturating_sub(MICROSECONDS_TO_2000))
    }
}

impl From<NaiveDate> for Day {
    fn from(day: NaiveDate) -> Self {
        let since_1970 = day.signed_duration_since(NaiveDate::default()).num_days();
        // All days of chrono are within 32 bits.
        Self(i32::try_from(since_1970).map_or(i32::MAX, |days| days.saturating_sub(DAYS_TO_2000)))
    }
}

/// `2026-11-22T15:53:00.123000Z`; beyond RFC 3339 as PostgreSQL reads it: a year of more digits, `… BC`, `infinity`.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            i64::MAX => return f.write_str("infinity"),
            i64::MIN => return f.write_str("-infinity"),
            _ => {}
        }
        let since_1970 = i128::from(self.0) + i128::from(MICROSECONDS_TO_2000);
        let date = Date::of(since_1970.div_euclid(MICROSECONDS_OF_A_DAY) as i64);
        let time = since_1970.rem_euclid(MICROSECONDS_OF_A_DAY) as i64;
        let (seconds, microseconds) = (time / MICROSECONDS, time % MICROSECONDS);
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        write!(
            f,
            "{date}T{hours:02}:{minutes:02}:{:02}.{microseconds:06}Z{}",
            seconds % 60,
            date.era()
        )
    }
}

/// `2026-11-22`, and beyond four digits as [`Instant`].
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            i32::MAX => return f.write_str("infinity"),
            i32::MIN => return f.write_str("-infinity"),
            _ => {}
        }
        let date = Date::of(i64::from(self.0) + i64::from(DAYS_TO_2000));
        write!(f, "{date}{}", date.era())
    }
}

/// A day of the Gregorian calendar, continued into the past; the year before 1 is 0.
struct Date {
    year: i64,
    month: i64,
    day: i64,
}

impl Date {
    /// Of a number of days since 1970. Counts in eras of 400 years that begin on a first of March, so that a leap day is the last
    /// day of its year.
    fn of(days: i64) -> Self {
        const ERA: i64 = 146_097;
        let days = days + 719_468;
        let (era, day_of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let is_next_year = month >= 10;
        Self {
            year: year_of_era + era * 400 + i64::from(is_next_year),
            month: if is_next_year { month - 9 } else { month + 3 },
            day,
        }
    }

    fn era(&self) -> &'static str {
        if self.year < 1 { " BC" } else { "" }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = if self.year < 1 { 1 - self.year } else { self.year };
        write!(f, "{year:04}-{:02}-{:02}", self.month, self.day)
    }
}

// sqlx adds what it reads to the year 2000 in chrono, which panics where chrono ends.
impl Type<Postgres> for Instant {
    fn type_info() -> PgTypeInfo {
        <DateTime<Utc> as Type<Postgres>>::type_info()
    }
}

impl<'r> Decode<'r, Postgres> for Instant {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        <i64 as Decode<Postgres>>::decode(value).map(Self)
    }
}

impl Type<Postgres> for Day {
    fn type_info() -> PgTypeInfo {
        <NaiveDate as Type<Postgres>>::type_info()
    }
}

impl<'r> Decode<'r, Postgres> for Day {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        <i32 as Decode<Postgres>>::decode(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_chrono_cannot_hold_has_a_text() {
        assert_eq!(Instant(i64::MAX).to_string(), "infinity");
        assert_eq!(Instant(i64::MIN).to_string(), "-infinity");
        assert_eq!(Day(i32::MAX).to_string(), "infinity");
        // The first and the last that PostgreSQL takes.
        assert_eq!(
            Instant(9_223_371_331_199_999_999).to_string(),
            "294276-12-31T23:59:59.999999Z"
        );
        assert_eq!(
            Instant(-211_813_488_000_000_000).to_string(),
            "4714-11-24T00:00:00.000000Z BC"
        );
        assert_eq!(Day(2_145_031_948).to_string(), "5874897-12-31");
        assert_eq!(Day(-2_451_545).to_string(), "4714-11-24 BC");
        assert_eq!(Instant(9_223_371_331_199_999_999).since_1970(), None);
        assert_eq!(Day(i32::MIN).since_1970(), None);
    }

    proptest! {
        #[test]
        fn what_chrono_can_hold_is_as_chrono_writes_it(micros in -62_135_596_800_000_000_i64..253_402_300_800_000_000) {
            let at = DateTime::from_timestamp_micros(micros).unwrap();
            let instant = Instant::from(at);
            prop_assert_eq!(instant.to_string(), at.to_rfc3339_opts(SecondsFormat::Micros, true));
            prop_assert_eq!(instant.since_1970(), Some(micros));
            let day = Day::from(at.date_naive());
            prop_assert_eq!(day.to_string(), at.date_naive().to_string());
            prop_assert_eq!(day.since_1970().map(i64::from), Some(micros.div_euclid(86_400_000_000)));
        }
    }
}
