//! Days without midnights, hours that come twice, and every zone there is.

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
