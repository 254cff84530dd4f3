//! A moment that has another value already: refused, kept or overwritten.

use chrono::TimeDelta;
use entity::KpiId;
use rstest::rstest;
use sea_orm::ConnectionTrait;
use serde_json::json;
use service::analytics::measurements::{
    Conflicting, NewMeasurement, OnConflict, RecordError, RecordMeasurements, Recorded, record,
};
use service::transaction;
use tests::{Engine, TestDatabase};

use super::{at, kpi, measured, stored};
use crate::race;
use crate::shop::amount;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn another_value_is_refused_kept_or_overwritten(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let orders = kpi(db, "orders").await;
    let send = async |on_conflict, values: &[(&str, &str)]| {
        let measurements = values
            .iter()
            .map(|(moment, value)| measured(orders, moment, value));
        let command = RecordMeasurements {
            measurements: measurements.collect(),
            on_conflict,
        };
        record(db, command).await
    };
    let values = async || -> Vec<String> {
        let rows = stored(db).await;
        rows.iter().map(|row| row.value.normalize().to_string()).collect()
    };
    let (first, second) = ("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z");
    send(OnConflict::Refuse, &[(first, "1")]).await.unwrap();

    let error = send(OnConflict::Refuse, &[(first, "2"), (second, "2")])
        .await
        .unwrap_err();
    let RecordError::Conflicts { conflicts } = error else {
        panic!("{error:?}")
    };
    let expected = Conflicting {
        kpi: orders,
        measured_at: at(first),
        recorded: amount("1"),
        given: amount("2"),
    };
    assert_eq!(conflicts, [expected]);
    assert_eq!(values().await, ["1"], "all or nothing");

    let counts = |inserted, unchanged, conflicting| Recorded {
        inserted,
        unchanged,
        conflicting,
    };
    let kept = send(OnConflict::Keep, &[(first, "2"), (second, "2")])
        .await
        .unwrap();
    assert_eq!(
        (kept, values().await),
        (counts(1, 0, 1), vec!["1".into(), "2".into()])
    );
    let replaced = send(OnConflict::Overwrite, &[(first, "3"), (second, "2")])
        .await
        .unwrap();
    assert_eq!(
        (replaced, values().await),
        (counts(0, 1, 1), vec!["3".into(), "2".into()])
    );

    // Within one batch the same rules hold.
    let third = "2026-03-03T00:00:00Z";
    let twice = [(third, "5"), (third, "6"), (third, "5")];
    let error = send(OnConflict::Refuse, &twice).await.unwrap_err();
    assert!(matches!(error, RecordError::Conflicts { conflicts } if conflicts.len() == 1));
    assert_eq!(send(OnConflict::Keep, &twice).await.unwrap(), counts(1, 1, 1));
    assert_eq!(values().await[2], "5");
    assert_eq!(
        send(OnConflict::Overwrite, &[(third, "7"), (third, "8")])
            .await
            .unwrap()
            .conflicting,
        2
    );
    assert_eq!(values().await[2], "8");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn another_period_or_other_metadata_is_other_content(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let orders = kpi(db, "orders").await;
    let plain = measured(orders, "2026-03-01T00:00:00Z", "1");
    let send = async |measurement: &NewMeasurement, on_conflict| {
        let measurements = vec![measurement.clone()];
        record(
            db,
            RecordMeasurements {
                measurements,
                on_conflict,
            },
        )
        .await
    };
    send(&plain, OnConflict::Refuse).await.unwrap();
    let dated = NewMeasurement {
        period_start: Some(at("2026-02-28T00:00:00Z")),
        ..plain.clone()
    };
    let told = NewMeasurement {
        metadata: json!({ "source": "till" }),
        ..plain
    };
    for other in [dated, told] {
        let error = send(&other, OnConflict::Refuse).await.unwrap_err();
        assert!(matches!(error, RecordError::Conflicts { .. }));
        assert_eq!(send(&other, OnConflict::Overwrite).await.unwrap().conflicting, 1);
        let row = stored(db).await.remove(0);
        assert_eq!(
            (row.period_start, row.metadata),
            (other.period_start, other.metadata)
        );
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_batch_leaves_the_callers_transaction_usable(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let orders = kpi(db, "orders").await;
    let one = |value| RecordMeasurements {
        measurements: vec![measured(orders, "2026-03-01T00:00:00Z", value)],
        ..Default::default()
    };
    let together = transaction::begin(db).await.unwrap();
    record(&together, one("1")).await.unwrap();
    record(&together, one("2")).await.unwrap_err();
    assert_eq!(record(&together, one("1")).await.unwrap().unchanged, 1);
    together.rollback().await.unwrap();
    assert_eq!(stored(db).await, []);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_record_one_moment_at_once_one_is_first(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let orders = kpi(db, "orders").await;
    let outcomes = race::behind(db, "UPDATE kpis SET is_active = is_active", 8, |n| {
        let db = db.clone();
        async move {
            let value = if n % 2 == 0 { "1" } else { "2" };
            let measurements = vec![measured(orders, "2026-03-01T00:00:00Z", value)];
            record(
                &db,
                RecordMeasurements {
                    measurements,
                    ..Default::default()
                },
            )
            .await
        }
    })
    .await;
    let count = |wanted: &dyn Fn(&Recorded) -> bool| {
        outcomes
            .iter()
            .flatten()
            .filter(|recorded| wanted(recorded))
            .count()
    };
    assert_eq!(count(&|recorded| recorded.inserted == 1), 1, "{outcomes:?}");
    assert_eq!(count(&|recorded| recorded.unchanged == 1), 3, "{outcomes:?}");
    let refused = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Err(RecordError::Conflicts { .. })));
    assert_eq!(refused.count(), 4, "{outcomes:?}");
    assert_eq!(stored(db).await.len(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn batches_that_overwrite_the_same_moments_do_not_wait_in_a_circle(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let orders = kpi(db, "orders").await;
    // Written the last first, so that who reads the table from its beginning meets them in another order than who follows the
    // index: on PostgreSQL a large batch does the one and a small batch the other.
    let fill: Vec<_> = (0..2_000).rev().map(|n| moment(orders, n, 0)).collect();
    for batch in fill.chunks(500) {
        let measurements = batch.to_vec();
        record(
            db,
            RecordMeasurements {
                measurements,
                ..Default::default()
            },
        )
        .await
        .unwrap();
    }
    db.execute_unprepared("ANALYZE").await.unwrap();
    let outcomes = race::behind(db, "UPDATE kpi_measurements SET value = value", 12, |n| {
        let step = if n % 2 == 0 { 1 } else { 100 };
        let command = RecordMeasurements {
            measurements: (0..2_000)
                .step_by(step)
                .map(|at| moment(orders, at, n as i64 + 1))
                .collect(),
            on_conflict: OnConflict::Overwrite,
        };
        let db = db.clone();
        async move { record(&db, command).await }
    })
    .await;
    for outcome in outcomes {
        outcome.unwrap();
    }
}

fn moment(kpi: KpiId, n: i64, value: i64) -> NewMeasurement {
    NewMeasurement::new(
        kpi,
        at("2026-02-01T00:00:00Z") + TimeDelta::minutes(n),
        value.into(),
    )
}
