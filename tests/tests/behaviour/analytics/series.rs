//! A KPI over time, in the hours, days, weeks and months of a time zone.

use entity::KpiId;
use rstest::rstest;
use service::analytics::measurements::{
    Aggregate, Bucket, Every, MAX_BUCKETS, NewMeasurement, OnConflict, SeriesError, ShowSeries, Tz,
    record_all, series,
};
use tests::{Engine, TestDatabase};

use super::{at, kpi, measured};
use crate::shop::amount;

fn days(kpi: KpiId, aggregate: Aggregate) -> ShowSeries {
    ShowSeries {
        kpi,
        from: at("2026-03-28T12:00:00Z"),
        until: at("2026-03-31T12:00:00Z"),
        every: Every::Day,
        zone: Tz::Europe__Berlin,
        aggregate,
    }
}

/// Values around the Sunday on which clocks go forward in Berlin.
fn around_the_gap(kpi: KpiId) -> Vec<NewMeasurement> {
    vec![
        measured(kpi, "2026-03-27T22:59:59.999999Z", "1000"),
        measured(kpi, "2026-03-27T23:00:00Z", "0.1"),
        measured(kpi, "2026-03-28T22:59:59.999999Z", "0.2"),
        measured(kpi, "2026-03-28T23:00:00Z", "-4"),
        measured(kpi, "2026-03-29T21:00:00Z", "1"),
        measured(kpi, "2026-03-29T21:59:59Z", "2.0002"),
        measured(kpi, "2026-03-31T21:59:59Z", "5"),
        measured(kpi, "2026-03-31T22:00:00Z", "1000"),
    ]
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn each_day_of_a_zone_is_a_bucket_also_an_empty_one(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let orders = kpi(db, "orders").await;
    let other = kpi(db, "visits").await;
    let mut rows = around_the_gap(orders);
    rows.push(measured(other, "2026-03-30T12:00:00Z", "77"));
    record_all(db, rows, OnConflict::Refuse).await.unwrap();
    for (aggregate, expected) in [
        (Aggregate::Sum, [Some("0.3"), Some("-0.9998"), None, Some("5")]),
        (
            Aggregate::Average,
            [Some("0.15"), Some("-0.3333"), None, Some("5")],
        ),
        (Aggregate::Minimum, [Some("0.1"), Some("-4"), None, Some("5")]),
        (Aggregate::Maximum, [Some("0.2"), Some("2.0002"), None, Some("5")]),
        (Aggregate::Last, [Some("0.2"), Some("2.0002"), None, Some("5")]),
        (Aggregate::Count, [Some("2"), Some("3"), Some("0"), Some("1")]),
    ] {
        let shown = series(db, days(orders, aggregate)).await.unwrap();
        let values: Vec<_> = shown.buckets.iter().map(|bucket| bucket.value).collect();
        assert_eq!(values, expected.map(|value| value.map(amount)), "{aggregate:?}");
        let counts: Vec<_> = shown.buckets.iter().map(|bucket| bucket.count).collect();
        assert_eq!(counts, [2, 3, 0, 1]);
        let short = Bucket {
            from: at("2026-03-28T23:00:00Z"),
            until: at("2026-03-29T22:00:00Z"),
            ..shown.buckets[1]
        };
        assert_eq!(shown.buckets[1], short, "23 hours");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn hours_weeks_and_months_add_up_to_the_same(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let orders = kpi(db, "orders").await;
    record_all(db, around_the_gap(orders), OnConflict::Refuse)
        .await
        .unwrap();
    for (every, from, until, buckets) in [
        (Every::Hour, "2026-03-27T22:30:00Z", "2026-03-31T22:30:00Z", 97),
        (Every::Week, "2026-03-27T12:00:00Z", "2026-03-31T12:00:00Z", 2),
        (Every::Month, "2026-03-27T12:00:00Z", "2026-04-01T12:00:00Z", 2),
    ] {
        let query = ShowSeries {
            from: at(from),
            until: at(until),
            every,
            ..days(orders, Aggregate::Sum)
        };
        let shown = series(db, query).await.unwrap();
        assert_eq!(shown.buckets.len(), buckets, "{every:?}");
        let sum: rust_decimal::Decimal = shown.buckets.iter().filter_map(|bucket| bucket.value).sum();
        assert_eq!(sum, amount("2004.3002"), "{every:?}");
        let joined = shown.buckets.windows(2).all(|pair| pair[0].until == pair[1].from);
        assert!(joined, "{every:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_series_that_cannot_be_is_refused(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let orders = kpi(db, "orders").await;
    let absent = KpiId::new();
    let error = series(db, days(absent, Aggregate::Sum)).await.unwrap_err();
    assert!(matches!(error, SeriesError::UnknownKpi { kpi } if kpi == absent));
    let long = ShowSeries {
        every: Every::Hour,
        until: at("2027-01-01T00:00:00Z"),
        ..days(orders, Aggregate::Sum)
    };
    let error = series(db, long).await.unwrap_err();
    assert!(matches!(error, SeriesError::TooManyBuckets { max } if max == MAX_BUCKETS));
    let backwards = ShowSeries {
        until: at("2026-01-01T00:00:00Z"),
        ..days(orders, Aggregate::Sum)
    };
    assert!(matches!(
        series(db, backwards).await,
        Err(SeriesError::Invalid(_))
    ));
    let longest = ShowSeries {
        from: at("2026-01-01T00:00:00Z"),
        until: at("2026-03-25T08:00:00Z"),
        every: Every::Hour,
        zone: Tz::UTC,
        ..days(orders, Aggregate::Average)
    };
    let shown = series(db, longest).await.unwrap();
    assert_eq!(shown.buckets.len(), MAX_BUCKETS);
    assert!(shown.buckets.iter().all(|bucket| bucket.value.is_none()));
    let nothing = ShowSeries {
        from: longest.until,
        ..longest
    };
    assert_eq!(series(db, nothing).await.unwrap().buckets, []);
}
