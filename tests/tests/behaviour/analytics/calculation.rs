//! What a KPI's calculation comes to.

use std::time::Duration;

use entity::KpiId;
use rstest::rstest;
use service::analytics::calculation::{
    Calculate, CalculateError, Compute, ComputeError, Found, calculate, compute,
};
use service::analytics::measurements::{OnConflict, RecordError};
use tests::{Engine, TestDatabase};

use super::{at, calculated, kpi, stored};
use crate::shop::amount;

/// Gives SQL text, what it comes to on PostgreSQL, and on SQLite.
type Numbers = [(&'static str, &'static str); 9];

const NUMBERS: Numbers = [
    ("SELECT 42", "42"),
    ("SELECT count(*) FROM kpis;", "9"),
    ("SELECT 0.1 + 0.2", "0.3"),
    ("SELECT CAST(2 AS numeric) / 3", "0.6667"),
    ("SELECT CAST(-0.5 AS double precision)", "-0.5"),
    (
        "WITH n AS (SELECT 1.00005 AS n) SELECT n FROM n -- rounded",
        "1.0001",
    ),
    ("SELECT avg(n) FROM (SELECT 1 AS n UNION ALL SELECT 2) t", "1.5"),
    ("SELECT CAST(9999999999.9999 AS numeric)", "9999999999.9999"),
    (
        "SELECT (SELECT count(*) FROM kpis WHERE name = 'it''s; fine')",
        "0",
    ),
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_calculation_comes_to_one_number(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut kpis = Vec::new();
    for (n, (sql, _)) in NUMBERS.iter().enumerate() {
        // SQLite divides integers that were cast to numeric as integers.
        let sql = match engine {
            Engine::Postgres => (*sql).to_owned(),
            Engine::Sqlite => sql.replace("CAST(2 AS numeric)", "CAST(2 AS real)"),
        };
        kpis.push(calculated(db, &format!("kpi {n}"), &sql).await);
    }
    for (kpi, (sql, expected)) in kpis.into_iter().zip(NUMBERS) {
        let found = calculate(db, Calculate::new(kpi)).await.unwrap();
        assert_eq!(found.value, amount(expected), "{sql}");
    }
    assert_eq!(stored(db).await, [], "nothing is recorded");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_one_number_is_refused(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let text = match engine {
        Engine::Postgres => "TEXT",
        Engine::Sqlite => "TEXT",
    };
    let other = |type_name: &str| Found::Other {
        type_name: type_name.into(),
    };
    for (sql, expected) in [
        ("SELECT id FROM kpis WHERE 1 = 0", Found::NoRow),
        ("SELECT 1 UNION ALL SELECT 2", Found::SeveralRows),
        ("SELECT 1, 2", Found::Columns(2)),
        ("SELECT CAST(NULL AS integer)", Found::Null),
        ("SELECT max(value) FROM kpi_measurements", Found::Null),
        ("SELECT CAST('1' AS text)", other(text)),
        ("SELECT 10000000000", Found::TooLarge),
        ("SELECT -9999999999.99995", Found::TooLarge),
    ] {
        let kpi = calculated(db, sql, sql).await;
        let error = calculate(db, Calculate::new(kpi)).await.unwrap_err();
        let CalculateError::NotOneNumber { found } = error else {
            panic!("{sql}: {error:?}")
        };
        assert_eq!(found, expected, "{sql}");
    }
    let infinite = match engine {
        Engine::Postgres => "SELECT CAST('infinity' AS numeric)",
        Engine::Sqlite => "SELECT 9e999",
    };
    let kpi = calculated(db, "infinite", infinite).await;
    let error = calculate(db, Calculate::new(kpi)).await.unwrap_err();
    assert!(
        matches!(
            error,
            CalculateError::NotOneNumber {
                found: Found::NotFinite
            }
        ),
        "{error:?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_kpi_that_cannot_be_calculated_says_why(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let plain = kpi(db, "plain").await;
    let error = calculate(db, Calculate::new(plain)).await.unwrap_err();
    assert!(matches!(error, CalculateError::NoCalculation { kpi } if kpi == plain));
    let absent = KpiId::new();
    let error = calculate(db, Calculate::new(absent)).await.unwrap_err();
    assert!(matches!(error, CalculateError::UnknownKpi { kpi } if kpi == absent));
    let broken = calculated(db, "broken", "SELECT amount FROM nowhere").await;
    let error = calculate(db, Calculate::new(broken)).await.unwrap_err();
    let CalculateError::Failed { message } = error else {
        panic!("{error:?}")
    };
    assert!(message.contains("nowhere"), "{message}");
    for limit in [Duration::ZERO, Duration::from_secs(3_601)] {
        let command = Calculate { kpi: broken, limit };
        assert!(matches!(
            calculate(db, command).await,
            Err(CalculateError::Invalid(_))
        ));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_calculation_that_takes_too_long_is_ended(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let endless = calculated(
        db,
        "endless",
        "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n",
    )
    .await;
    let limit = Duration::from_millis(300);
    let started = std::time::Instant::now();
    let error = calculate(db, Calculate { kpi: endless, limit })
        .await
        .unwrap_err();
    assert!(
        matches!(error, CalculateError::TimedOut { limit: l } if l == limit),
        "{error:?}"
    );
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_computed_is_recorded_for_its_moment(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let count = calculated(db, "kpis", "SELECT count(*) FROM kpis").await;
    let moment = at("2026-03-01T00:00:00Z");
    let first = compute(db, Compute::new(count, moment)).await.unwrap();
    assert_eq!((first.value, first.recorded.inserted), (amount("1"), 1));
    let again = compute(db, Compute::new(count, moment)).await.unwrap();
    assert_eq!(again.recorded.unchanged, 1);
    kpi(db, "another").await;
    let error = compute(db, Compute::new(count, moment)).await.unwrap_err();
    assert!(
        matches!(error, ComputeError::Record(RecordError::Conflicts { .. })),
        "{error:?}"
    );
    let nobody = Compute::new(KpiId::new(), moment);
    let error = compute(db, nobody).await.unwrap_err();
    assert!(
        matches!(error, ComputeError::Calculate(CalculateError::UnknownKpi { .. })),
        "{error:?}"
    );
    let overwriting = Compute {
        on_conflict: OnConflict::Overwrite,
        ..Compute::new(count, moment).within(Duration::from_secs(5))
    };
    assert_eq!(compute(db, overwriting).await.unwrap().value, amount("2"));
    let rows = stored(db).await;
    assert_eq!(
        (rows.len(), rows[0].value, rows[0].measured_at),
        (1, amount("2"), moment)
    );
}
