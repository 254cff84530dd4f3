//! The month of a partition.

use std::fmt;

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, Utc};
use entity::SystemEventId;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::Partitioned;

/// A month of the calendar, in UTC: written `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Its first day.
    first: NaiveDate,
}

impl Month {
    /// The month that an instant lies in.
    #[must_use]
    pub fn of(instant: DateTime<Utc>) -> Self {
        let day = instant.date_naive();
        Self {
            first: day.with_day(1).unwrap_or(day),
        }
    }

    /// The month of a year, from 1 to 12; `None` for another number.
    #[must_use]
    pub fn new(year: i32, month: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, 1).map(|first| Self { first })
    }

    /// The month so many months later. The calendar ends in the year 262142; a month after that is that of its end.
    #[must_use]
    pub fn plus(self, months: u32) -> Self {
        let first = self.first.checked_add_months(Months::new(months));
        first.map_or_else(|| Self::of(DateTime::<Utc>::MAX_UTC), |first| Self { first })
    }

    /// Its first day.
    #[must_use]
    pub const fn first_day(self) -> NaiveDate {
        self.first
    }

    /// Its first instant.
    #[must_use]
    pub fn start(self) -> DateTime<Utc> {
        self.first.and_time(NaiveTime::MIN).and_utc()
    }

    /// The first instant after it.
    #[must_use]
    pub fn end(self) -> DateTime<Utc> {
        self.plus(1).start()
    }

    /// The lowest id of the month and the lowest after it: the bounds of its partition.
    #[must_use]
    pub fn ids(self) -> [Uuid; 2] {
        [self.start(), self.end()].map(|instant| SystemEventId::lowest(instant).as_uuid())
    }

    /// What the partition of this month is called: `system_events_y2026m11`.
    #[must_use]
    pub fn partition_of(self, table: Partitioned) -> String {
        format!(
            "{}_y{:04}m{:02}",
            table.table(),
            self.first.year(),
            self.first.month()
        )
    }

    /// The month of a partition with such a name.
    #[must_use]
    pub fn of_partition(table: Partitioned, name: &str) -> Option<Self> {
        let month = name.strip_prefix(table.table())?.strip_prefix("_y")?;
        let (year, month) = month.split_once('m')?;
        Self::new(year.parse().ok()?, month.parse().ok()?).filter(|month| month.partition_of(table) == name)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_is_named_after_its_month_and_the_month_is_read_from_the_name() {
        let month = Month::new(2026, 12).unwrap();
        let name = month.partition_of(Partitioned::Transactions);
        assert_eq!(name, "transactions_y2026m12");
        assert_eq!(Month::of_partition(Partitioned::Transactions, &name), Some(month));
        for other in [
            "transactions_default",
            "transactions_y2026m13",
            "transactions_y2026m1",
            "system_events_y2026m12",
        ] {
            assert_eq!(
                Month::of_partition(Partitioned::Transactions, other),
                None,
                "{other}"
            );
        }
    }

    #[test]
    fn a_month_reaches_to_the_first_instant_of_the_next() {
        let month = Month::of("2027-12-31T23:59:59.999Z".parse().unwrap());
        assert_eq!(month.to_string(), "2027-12");
        assert_eq!(month.end().to_string(), "2028-01-01 00:00:00 UTC");
        let [from, to] = month.ids();
        assert_eq!(SystemEventId::from(from).instant(), Some(month.start()));
        assert_eq!(SystemEventId::from(to).instant(), Some(month.end()));
    }
}
