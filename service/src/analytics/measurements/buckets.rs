//! Hours, days, weeks and months of a time zone, as instants.
//!
//! Clocks jump. A day begins at its first instant: at the later side of a gap that swallows midnight, at the earlier of two
//! midnights. So a day may have 23 or 25 hours, and an hour that comes twice is two buckets, of which each is an hour long.

use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, Months, NaiveDate, NaiveDateTime, TimeDelta, TimeZone,
    Timelike, Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// The most buckets of one series.
pub const MAX_BUCKETS: usize = 2_000;

/// How long the buckets of a series are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// From one full hour on the wall clock to the next.
    Hour,
    /// A calendar day.
    Day,
    /// From Monday to Sunday (ISO 8601).
    Week,
    /// A calendar month.
    Month,
}

/// The bounds of the buckets from the one that holds `from` to the one that holds the last instant before `until`: one more than
/// there are buckets. `None` when there are more than [`MAX_BUCKETS`], or a calendar ends.
pub(super) fn bounds(
    every: Every,
    zone: Tz,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> Option<Vec<DateTime<Utc>>> {
    let mut bounds = vec![start(every, zone, from)?];
    let mut last = bounds[0];
    while last < until {
        if bounds.len() > MAX_BUCKETS {
            return None;
        }
        last = next(every, zone, last)?;
        bounds.push(last);
    }
    Some(bounds)
}

/// The first instant of the bucket that holds `at`.
fn start(every: Every, zone: Tz, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let local = at.with_timezone(&zone).naive_local();
    match every {
        Every::Hour => {
            let into = TimeDelta::seconds(i64::from(local.minute() * 60 + local.second()))
                + TimeDelta::nanoseconds(i64::from(local.nanosecond() % 1_000_000_000));
            let full = at.checked_sub_signed(into)?;
            // The clock may have jumped since then.
            let began_at = full.with_timezone(&zone).naive_local();
            match began_at + into == local {
                true => Some(full),
                false => Some(jump(zone, full, at)),
            }
        }
        _ => {
            let first = first_day(every, local.date())?;
            let began = first_instant(zone, first)?;
            Some(began)
        }
    }
}

/// The first instant of the bucket after the one that begins at `begin`.
fn next(every: Every, zone: Tz, begin: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let local = begin.with_timezone(&zone).naive_local();
    if every == Every::Hour {
        let into = TimeDelta::seconds(i64::from(local.minute() * 60 + local.second()));
        let full = begin.checked_add_signed(TimeDelta::hours(1) - into)?;
        let there = full.with_timezone(&zone).naive_local();
        return match there - local == full - begin {
            true => Some(full),
            false => Some(jump(zone, begin, full)),
        };
    }
    let mut day = first_day(every, local.date())?;
    loop {
        day = match every {
            Every::Month => day.checked_add_months(Months::new(1))?,
            Every::Week => day.checked_add_days(Days::new(7))?,
            _ => day.checked_add_days(Days::new(1))?,
        };
        let began = first_instant(zone, day)?;
        // A day that a zone skipped when it moved across the date line has no instant of its own.
        if began > begin {
            return Some(began);
        }
    }
}

fn first_day(every: Every, day: NaiveDate) -> Option<NaiveDate> {
    match every {
        Every::Hour | Every::Day => Some(day),
        Every::Week => day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())),
        Every::Month => day.with_day(1),
    }
}

/// The first instant of a day.
fn first_instant(zone: Tz, day: NaiveDate) -> Option<DateTime<Utc>> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    match zone.from_local_datetime(&midnight) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => Some(at.to_utc()),
        MappedLocalTime::None => {
            // The gap holds midnight; no zone is further than 15 hours from UTC, and no gap longer than a day.
            let (before, after) = (midnight - TimeDelta::hours(40), midnight + TimeDelta::hours(40));
            Some(first_at_or_after(
                zone,
                midnight,
                before.and_utc(),
                after.and_utc(),
            ))
        }
    }
}

/// The first second between two instants whose local time is at least `local`, which holds at `after` and not at `before`.
fn first_at_or_after(
    zone: Tz,
    local: NaiveDateTime,
    mut before: DateTime<Utc>,
    mut after: DateTime<Utc>,
) -> DateTime<Utc> {
    while after - before > TimeDelta::seconds(1) {
        let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        if middle.with_timezone(&zone).naive_local() >= local {
            after = middle;
        } else {
            before = middle;
        }
    }
    after
}

/// The first second after `before` at which the clock differs from that of `before`, which it does at `after`.
fn jump(zone: Tz, mut before: DateTime<Utc>, mut after: DateTime<Utc>) -> DateTime<Utc> {
    let offset = |at: DateTime<Utc>| at.with_timezone(&zone).naive_local() - at.naive_utc();
    let old = offset(before);
    // Transitions fall on whole seconds.
    before = before.with_nanosecond(0).unwrap_or(before);
    while after - before > TimeDelta::seconds(1) {
        let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        if offset(middle) == old {
            before = middle;
        } else {
            after = middle;
        }
    }
    after.with_nanosecond(0).unwrap_or(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn shown(every: Every, zone: Tz, from: &str, until: &str) -> Vec<String> {
        let bounds = bounds(every, zone, (at(from), at(until))).unwrap();
        bounds
            .iter()
            .map(|bound| bound.format("%m-%dT%H:%M").to_string())
            .collect()
    }

    #[test]
    fn a_day_is_as_long_as_the_clock_makes_it() {
        let spring = shown(
            Every::Day,
            Tz::Europe__Berlin,
            "2026-03-28T12:00:00Z",
            "2026-03-30T12:00:00Z",
        );
        assert_eq!(
            spring,
            ["03-27T23:00", "03-28T23:00", "03-29T22:00", "03-30T22:00"]
        );
        let autumn = shown(
            Every::Day,
            Tz::America__New_York,
            "2026-11-01T12:00:00Z",
            "2026-11-01T13:00:00Z",
        );
        assert_eq!(autumn, ["11-01T04:00", "11-02T05:00"]);
    }

    #[test]
    fn a_day_without_a_midnight_begins_after_the_gap() {
        // 2018-11-04 began at 01:00 in São Paulo, which is 03:00 UTC.
        let days = shown(
            Every::Day,
            Tz::America__Sao_Paulo,
            "2018-11-04T12:00:00Z",
            "2018-11-05T01:00:00Z",
        );
        assert_eq!(days, ["11-04T03:00", "11-05T02:00"]);
        // Of the two midnights of 2026-11-01 in Havana, the first counts.
        let days = shown(
            Every::Day,
            Tz::America__Havana,
            "2026-11-01T12:00:00Z",
            "2026-11-01T13:00:00Z",
        );
        assert_eq!(days, ["11-01T04:00", "11-02T05:00"]);
    }

    #[test]
    fn a_day_that_was_skipped_is_no_bucket() {
        // Samoa went from the 29th to the 31st of December 2011.
        let days = shown(
            Every::Day,
            Tz::Pacific__Apia,
            "2011-12-29T12:00:00Z",
            "2011-12-31T12:00:00Z",
        );
        assert_eq!(days, ["12-29T10:00", "12-30T10:00", "12-31T10:00", "01-01T10:00"]);
    }

    #[test]
    fn an_hour_that_comes_twice_is_two_buckets() {
        let hours = shown(
            Every::Hour,
            Tz::Europe__Berlin,
            "2026-10-25T00:30:00Z",
            "2026-10-25T02:10:00Z",
        );
        assert_eq!(
            hours,
            ["10-25T00:00", "10-25T01:00", "10-25T02:00", "10-25T03:00"]
        );
        let hours = shown(
            Every::Hour,
            Tz::Asia__Kolkata,
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:31:00Z",
        );
        assert_eq!(hours, ["12-31T23:30", "01-01T00:30", "01-01T01:30"]);
        // Lord Howe Island moves its clocks by half an hour: 2:00 to 2:30 on 2026-10-04, 15:30 UTC the day before.
        let hours = shown(
            Every::Hour,
            Tz::Australia__Lord_Howe,
            "2026-10-03T14:40:00Z",
            "2026-10-03T16:30:00Z",
        );
        assert_eq!(
            hours,
            ["10-03T14:30", "10-03T15:30", "10-03T16:00", "10-03T17:00"]
        );
        let hours = shown(
            Every::Hour,
            Tz::Australia__Lord_Howe,
            "2026-10-03T15:45:00Z",
            "2026-10-03T16:00:00Z",
        );
        assert_eq!(hours, ["10-03T15:30", "10-03T16:00"]);
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_their_first() {
        let weeks = shown(
            Every::Week,
            Tz::UTC,
            "2026-11-22T12:00:00Z",
            "2026-11-23T00:00:00Z",
        );
        assert_eq!(weeks, ["11-16T00:00", "11-23T00:00"]);
        let months = shown(
            Every::Month,
            Tz::Europe__Berlin,
            "2026-10-31T23:30:00Z",
            "2026-11-02T00:00:00Z",
        );
        assert_eq!(months, ["10-31T23:00", "11-30T23:00"]);
    }

    #[test]
    fn buckets_join_without_gaps_in_every_zone() {
        let (from, until) = (at("2026-01-01T00:00:00Z"), at("2026-12-31T00:00:00Z"));
        for zone in chrono_tz::TZ_VARIANTS {
            for every in [Every::Day, Every::Week, Every::Month] {
                let bounds = bounds(every, zone, (from, until)).unwrap();
                assert!(bounds.windows(2).all(|pair| pair[0] < pair[1]), "{zone}");
                for pair in bounds.windows(2) {
                    let last = pair[1] - TimeDelta::seconds(1);
                    assert_eq!(start(every, zone, last), Some(pair[0]), "{zone} {every:?} {last}");
                }
            }
        }
        assert_eq!(bounds(Every::Hour, Tz::UTC, (from, until)), None, "too many");
    }
}
