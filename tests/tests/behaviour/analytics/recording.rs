//! Measurements are recorded once, however many there are and however often they are sent.

use chrono::{DateTime, TimeDelta, Utc};
use entity::KpiId;
use rstest::rstest;
use serde_json::json;
use service::analytics::measurements::{
    Aggregate, Every, ListMeasurements, NewMeasurement, OnConflict, RecordError, RecordMeasurements,
    Recorded, SeriesError, ShowSeries, ShowStatus, StatusError, Tz, list, record, record_all, series, status,
};
use service::page::Direction;
use service::{PageRequest, transaction};
use tests::{Engine, TestDatabase};

use super::{at, kpi, measured, stored};
use crate::shop::amount;

fn command(measurements: Vec<NewMeasurement>) -> RecordMeasurements {
    RecordMeasurements {
        measurements,
        ..Default::default()
    }
}

fn counts(inserted: u64, unchanged: u64, conflicting: u64) -> Recorded {
    Recorded {
        inserted,
        unchanged,
        conflicting,
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_measurement_sent_again_is_recorded_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let orders = kpi(db, "orders").await;
    let visits = kpi(db, "visits").await;
    let full = NewMeasurement {
        period_start: Some(at("2026-03-01T00:00:00Z")),
        period_end: Some(at("2026-03-02T00:00:00Z")),
        metadata: json!({ "source": "till", "n": 2 }),
        ..measured(orders, "2026-03-02T00:00:00.123456789Z", "-1234567890.1234")
    };
    let both = vec![full.clone(), measured(visits, "2026-03-02T00:00:00Z", "3")];
    assert_eq!(record(db, command(both.clone())).await.unwrap(), counts(2, 0, 0));
    let mut again = both.clone();
    again.push(both[0].clone());
    again.push(measured(visits, "2026-03-03T00:00:00Z", "4"));
    assert_eq!(record(db, command(again)).await.unwrap(), counts(1, 3, 0));
    let rows = stored(db).await;
    assert_eq!(rows.len(), 3);
    let row = rows.iter().find(|row| row.kpi_id == orders).unwrap();
    assert_eq!(row.value, amount("-1234567890.1234"));
    assert_eq!(row.measured_at, at("2026-03-02T00:00:00.123456Z"));
    assert_eq!(
        (row.period_start, row.period_end, &row.metadata),
        (full.period_start, full.period_end, &full.metadata)
    );
    assert_eq!(record(db, command(vec![])).await.unwrap(), counts(0, 0, 0));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_column_does_not_hold_is_refused_with_its_place(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let orders = kpi(db, "orders").await;
    let wrong = NewMeasurement {
        period_start: Some(at("2026-03-02T00:00:00Z")),
        period_end: Some(at("2026-03-01T00:00:00Z")),
        metadata: json!([1]),
        ..measured(orders, "2026-03-02T00:00:00Z", "10000000000")
    };
    let fine = measured(orders, "2026-03-02T00:00:00Z", "0.00001");
    let Err(RecordError::Invalid(input)) = record(db, command(vec![fine, wrong])).await else {
        panic!()
    };
    let fields: Vec<_> = input
        .problems
        .iter()
        .map(|problem| problem.field.as_str())
        .collect();
    assert_eq!(
        fields,
        [
            "measurements[0].value",
            "measurements[1].value",
            "measurements[1].period_end",
            "measurements[1].metadata"
        ]
    );
    let absent = KpiId::new();
    let mixed = vec![
        measured(orders, "2026-03-02T00:00:00Z", "1"),
        measured(absent, "2026-03-02T00:00:00Z", "1"),
    ];
    let error = record(db, command(mixed)).await.unwrap_err();
    assert!(matches!(error, RecordError::UnknownKpis { kpis } if kpis == [absent]));
    assert_eq!(stored(db).await, []);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_thousands_is_recorded_and_can_be_sent_again(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let orders = kpi(db, "orders").await;
    let minutes = move |n: i64| {
        (0..n).map(move |n| {
            let moment = at("2026-01-01T00:00:00Z") + TimeDelta::minutes(n);
            NewMeasurement::new(orders, moment, n.into())
        })
    };
    let first = record_all(db, minutes(4_500), OnConflict::Refuse).await.unwrap();
    assert_eq!(first, counts(4_500, 0, 0));
    let again = record_all(db, minutes(25_000), OnConflict::Refuse).await.unwrap();
    assert_eq!(again, counts(20_500, 4_500, 0));

    let together = transaction::begin(db).await.unwrap();
    let more = minutes(26_000);
    assert_eq!(
        record_all(&together, more, OnConflict::Refuse).await.unwrap(),
        counts(1_000, 25_000, 0)
    );
    together.rollback().await.unwrap();
    assert_eq!(stored(db).await.len(), 25_000);

    let query = ListMeasurements {
        until: Some(at("2026-01-01T00:05:00Z")),
        page: PageRequest {
            after: None,
            limit: 3,
        },
        ..ListMeasurements::latest(orders)
    };
    let page = list(db, query.clone()).await.unwrap();
    let values = |rows: &[entity::kpi_measurements::Model]| -> Vec<_> {
        rows.iter().map(|row| row.value.normalize().to_string()).collect()
    };
    assert_eq!(values(&page.items), ["4", "3", "2"]);
    let page = PageRequest {
        after: page.next,
        limit: 3,
    };
    assert_eq!(
        values(&list(db, ListMeasurements { page, ..query }).await.unwrap().items),
        ["1", "0"]
    );
    let forward = ListMeasurements {
        from: Some(at("2026-01-01T00:02:00Z")),
        until: Some(at("2026-01-01T00:04:00Z")),
        direction: Direction::Ascending,
        ..ListMeasurements::latest(orders)
    };
    assert_eq!(values(&list(db, forward).await.unwrap().items), ["2", "3"]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_interrupted_says_how_far_it_came(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let orders = kpi(db, "orders").await;
    let absent = KpiId::new();
    let bad = (0..10_001).map(move |n| {
        let kpi = if n == 10_000 { absent } else { orders };
        let moment = at("2026-01-01T00:00:00Z") + TimeDelta::seconds(n);
        NewMeasurement::new(kpi, moment, n.into())
    });
    let stopped = record_all(db, bad, OnConflict::Refuse).await.unwrap_err();
    assert_eq!(stopped.recorded, counts(10_000, 0, 0));
    assert!(matches!(stopped.error, RecordError::UnknownKpis { kpis } if kpis == [absent]));
    assert_eq!(stored(db).await.len(), 10_000);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_instant_that_only_one_engine_knows_is_refused_by_both(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let kpi = kpi(db, "visits").await;
    for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        let measurement = NewMeasurement::new(kpi, at, amount("1"));
        let error = record(db, command(vec![measurement])).await.unwrap_err();
        assert!(matches!(error, RecordError::Invalid(_)), "{error:?}");
        let query = ShowSeries {
            kpi,
            from: at,
            until: at,
            every: Every::Hour,
            zone: Tz::America__New_York,
            aggregate: Aggregate::Sum,
        };
        let error = series(db, query).await.unwrap_err();
        assert!(matches!(error, SeriesError::Invalid(_)), "{error:?}");
        let error = status(db, ShowStatus::new([kpi], at)).await.unwrap_err();
        assert!(matches!(error, StatusError::Invalid(_)), "{error:?}");
    }
    // Sent again with metadata that PostgreSQL spells otherwise.
    let measurement = NewMeasurement {
        metadata: json!({ "rows": 1e16 }),
        ..measured(kpi, "2026-01-01T00:00:00Z", "1")
    };
    for (inserted, unchanged) in [(1, 0), (0, 1)] {
        let recorded = record(db, command(vec![measurement.clone()])).await.unwrap();
        assert_eq!((recorded.inserted, recorded.unchanged), (inserted, unchanged));
    }
}
