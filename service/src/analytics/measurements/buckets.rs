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
mod tests;
