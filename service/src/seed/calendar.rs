//! When things happen: how many orders a day brings, and at which times.
//!
//! A day's share of the orders follows the growth of the shop, the season of the year, the day of the week, and the days that
//! every shop knows by name. All in whole numbers, so that every machine comes to the same calendar.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};

use super::dice::{Of, Source};
use crate::finance::cents::apportion;

/// Orders by hour of the day: people buy in the evening.
const HOURS: [u64; 24] = [
    8, 4, 2, 1, 1, 2, 5, 12, 20, 28, 34, 38, 42, 40, 36, 34, 36, 42, 50, 58, 62, 54, 36, 18,
];
const HOUR: u64 = 3_600_000;

/// Orders by month, in percent of an ordinary one.
const SEASON: [u64; 12] = [82, 86, 96, 100, 104, 94, 84, 86, 98, 108, 128, 132];

/// A day of the shop, and what had happened before it.
#[derive(Clone, Debug)]
pub(super) struct Day {
    pub(super) date: NaiveDate,
    /// Orders before this day.
    pub(super) first_order: u64,
    pub(super) orders: u64,
    /// Customers before this day.
    pub(super) first_customer: u64,
    /// Customers who register with their first order.
    pub(super) buyers: u64,
    /// Customers who register and buy nothing that day.
    pub(super) visitors: u64,
}

/// The time that is filled.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    /// Every day, in order; never empty.
    pub(super) days: Vec<Day>,
    source: Source,
}

impl Calendar {
    /// Spreads `orders` over the `months` before `until`.
    pub(super) fn new(source: &Source, orders: u64, from: NaiveDate, until: NaiveDate) -> Self {
        let dates: Vec<_> = from.iter_days().take_while(|date| *date < until).collect();
        let length = dates.len() as u64;
        let weights: Vec<_> = (0..)
            .zip(&dates)
            .map(|(n, date)| u128::from(weight(n, length, *date)))
            .collect();
        let (mut first_order, mut first_customer) = (0, 0);
        let days = apportion(orders, &weights)
            .into_iter()
            .zip(dates)
            .zip(0..)
            .map(|((orders, date), n)| {
                // A young shop lives on strangers.
                let strangers = 850 - 350 * n / length.max(1);
                let buyers = (orders * strangers).div_ceil(1_000);
                let visitors = orders / 12;
                let day = Day {
                    date,
                    first_order,
                    orders,
                    first_customer,
                    buyers,
                    visitors,
                };
                first_order += orders;
                first_customer += buyers + visitors;
                day
            })
            .collect();
        Self {
            days,
            source: source.clone(),
        }
    }

    pub(super) fn from(&self) -> DateTime<Utc> {
        self.days
            .first()
            .map_or(DateTime::UNIX_EPOCH, |day| start(day.date))
    }

    /// The first instant that is not filled.
    pub(super) fn until(&self) -> DateTime<Utc> {
        let last = self.days.last();
        last.map_or(DateTime::UNIX_EPOCH, |day| start(day.date + Days::new(1)))
    }

    /// The day, or the first of the shop if that comes after it.
    pub(super) fn no_earlier(&self, date: NaiveDate) -> NaiveDate {
        date.max(self.from().date_naive())
    }

    /// The last instant that is filled, as precisely as ids are.
    pub(super) fn last_instant(&self) -> DateTime<Utc> {
        self.until() - TimeDelta::milliseconds(1)
    }

    /// When the `j`-th order of a day was placed: later than the one before, and early enough to be paid for on that day.
    pub(super) fn order_time(&self, day: &Day, j: u64) -> DateTime<Utc> {
        const GRAIN: u64 = 1 << 20;
        let jitter = self.source.of(Of::Clock, day.first_order + j).below(GRAIN);
        let all: u64 = HOURS.iter().sum();
        let place = u128::from(j * GRAIN + jitter) * u128::from(all * HOUR);
        let mut left = u64::try_from(place / u128::from(day.orders.max(1) * GRAIN)).unwrap_or(0);
        for (hour, weight) in (0..).zip(HOURS) {
            if left < weight * HOUR {
                let within = if hour == 23 { left * 2 / 3 } else { left };
                return after(start(day.date), hour * HOUR + within / weight);
            }
            left -= weight * HOUR;
        }
        after(start(day.date), 24 * HOUR - HOUR / 3)
    }

    /// Which of the day's new customers places the `j`-th order, if a new one does.
    pub(super) fn buyer(day: &Day, j: u64) -> Option<u64> {
        let before = j * day.buyers / day.orders;
        let then = (j + 1) * day.buyers / day.orders;
        (then > before).then_some(before)
    }

    /// Which order the day's `i`-th new customer places.
    pub(super) fn first_order_of(day: &Day, i: u64) -> u64 {
        ((i + 1) * day.orders).div_ceil(day.buyers.max(1)) - 1
    }

    /// The day on which that customer registered.
    pub(super) fn day_of_customer(&self, customer: u64) -> Option<&Day> {
        let after = self.days.partition_point(|day| day.first_customer <= customer);
        self.days.get(after.checked_sub(1)?)
    }

    /// The calendar months, each as the range of its days.
    pub(super) fn months(&self) -> Vec<std::ops::Range<usize>> {
        let mut months: Vec<std::ops::Range<usize>> = Vec::new();
        for (n, day) in self.days.iter().enumerate() {
            match months.last_mut() {
                Some(month) if day.date.day() > 1 => month.end = n + 1,
                _ => months.push(n..n + 1),
            }
        }
        months
    }
}

/// The first instant of a day.
pub(super) fn start(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

/// So many milliseconds later.
pub(super) fn after(instant: DateTime<Utc>, millis: u64) -> DateTime<Utc> {
    instant + TimeDelta::milliseconds(i64::try_from(millis).unwrap_or(0))
}

/// So many minutes later, or earlier.
pub(super) fn minutes(instant: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
    instant + TimeDelta::minutes(minutes)
}

/// The first day of the month.
pub(super) fn month_of(date: NaiveDate) -> NaiveDate {
    date.with_day(1).unwrap_or(date)
}

/// Whether everything is cheaper: from the Friday after Thanksgiving to the Monday after.
pub(super) fn is_black_friday(date: NaiveDate) -> bool {
    let Some(thanksgiving) = NaiveDate::from_weekday_of_month_opt(date.year(), 11, Weekday::Thu, 4) else {
        return false;
    };
    (1..=4).contains(&(date - thanksgiving).num_days())
}

fn weight(n: u64, length: u64, date: NaiveDate) -> u64 {
    let growth = 1_000 + 1_200 * n / length.max(1);
    let season = SEASON[date.month0() as usize % 12];
    let week = match date.weekday() {
        Weekday::Sun => 128,
        Weekday::Mon => 112,
        Weekday::Sat => 108,
        Weekday::Fri => 96,
        Weekday::Tue | Weekday::Wed | Weekday::Thu => 90,
    };
    let special = match (date.month(), date.day()) {
        _ if is_black_friday(date) => 380,
        // What is ordered later does not come before the feast.
        (12, 1..=16) => 140,
        (12, 22..=26) => 45,
        (2, 8..=13) | (5, 4..=11) => 130,
        _ => 100,
    };
    growth * season * week * special
}

/// Whole months before a day, the same day of the month where there is one.
pub(super) fn months_before(until: NaiveDate, months: u32) -> Option<NaiveDate> {
    until.checked_sub_months(Months::new(months))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(orders: u64) -> Calendar {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        Calendar::new(&Source::new(1), orders, day("2024-03-10"), day("2025-03-10"))
    }

    #[test]
    fn every_order_has_a_day_and_a_time_after_the_one_before() {
        let calendar = calendar(2_000);
        assert_eq!(calendar.days.iter().map(|day| day.orders).sum::<u64>(), 2_000);
        let mut last = calendar.from();
        for day in &calendar.days {
            for j in 0..day.orders {
                let at = calendar.order_time(day, j);
                assert!(at > last && at.date_naive() == day.date, "{at}");
                last = at;
            }
        }
        assert_eq!(calendar.months().len(), 13);
    }

    #[test]
    fn every_new_customer_places_one_first_order() {
        for day in &calendar(2_000).days {
            let buyers: Vec<_> = (0..day.orders).filter_map(|j| Calendar::buyer(day, j)).collect();
            assert_eq!(buyers, (0..day.buyers).collect::<Vec<_>>());
            for i in 0..day.buyers {
                assert_eq!(Calendar::buyer(day, Calendar::first_order_of(day, i)), Some(i));
            }
        }
    }

    #[test]
    fn black_friday_brings_more_than_any_other_day() {
        let calendar = calendar(20_000);
        let best = calendar.days.iter().max_by_key(|day| day.orders).unwrap();
        assert!(is_black_friday(best.date), "{}", best.date);
    }
}
