//! KPIs against their targets.

use entity::KpiId;
use rstest::rstest;
use service::analytics::kpis::{DefineKpi, define};
use service::analytics::measurements::{
    Better, OnConflict, ShowStatus, Standing, StatusError, record_all, status,
};
use tests::{Engine, TestDatabase};

use super::{at, kpi, measured};
use crate::shop::{amount, counting};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_latest_values_are_held_against_their_targets(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let mut kpis = Vec::new();
    for name in ["revenue", "returns", "visits", "never"] {
        let command = DefineKpi {
            target_value: Some(amount("100")),
            ..DefineKpi::new(name, "sales")
        };
        kpis.push(define(&db, command).await.unwrap().kpi.id);
    }
    kpis.push(kpi(&db, "aimless").await);
    let rows = vec![
        measured(kpis[0], "2026-03-01T00:00:00Z", "5"),
        measured(kpis[0], "2026-03-02T00:00:00Z", "95.5"),
        measured(kpis[0], "2026-03-04T00:00:00Z", "5"),
        measured(kpis[1], "2026-03-02T00:00:00Z", "99"),
        measured(kpis[2], "2026-02-27T00:00:00Z", "50.0001"),
        measured(kpis[4], "2026-03-02T00:00:00Z", "1"),
    ];
    record_all(&db, rows, OnConflict::Refuse).await.unwrap();
    statements.sent();
    let mut query = ShowStatus::new(kpis.clone(), at("2026-03-02T12:00:00Z"));
    query.kpis[1].1 = Better::Lower;
    let shown = status(&db, query.clone()).await.unwrap();
    assert_eq!(statements.sent(), 1);
    let found: Vec<_> = shown
        .iter()
        .map(|kpi| (kpi.kpi, kpi.standing, kpi.overdue))
        .collect();
    let expected = [
        (kpis[0], Standing::AtRisk, false),
        (kpis[1], Standing::OnTarget, false),
        (kpis[2], Standing::Off, true),
        (kpis[3], Standing::NotMeasured, true),
        (kpis[4], Standing::NoTarget, false),
    ];
    assert_eq!(found, expected);
    assert_eq!(shown[2].value, Some(amount("50.0001")));
    assert_eq!(shown[0].measured_at, Some(at("2026-03-02T00:00:00Z")));
    assert_eq!(
        (shown[0].name.as_str(), shown[0].target),
        ("revenue", Some(amount("100")))
    );

    let absent = KpiId::new();
    query.kpis.push((absent, Better::Higher));
    let error = status(&db, query.clone()).await.unwrap_err();
    assert!(matches!(error, StatusError::UnknownKpis { kpis } if kpis == [absent]));
    query.tolerance = amount("1.5");
    assert!(matches!(status(&db, query).await, Err(StatusError::Invalid(_))));
    let none = ShowStatus::new([], at("2026-03-02T12:00:00Z"));
    assert_eq!(status(&db, none).await.unwrap(), []);
}
