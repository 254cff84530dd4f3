//! The numbers of statements that the README of `service` states.

use entity::AgentId;
use rstest::rstest;
use service::analytics::calculation::{Calculate, Compute, calculate, compute};
use service::analytics::kpis::{
    self, DefineKpi, ListKpis, SetKpiActive, UpdateKpi, define, set_active, update,
};
use service::analytics::measurements::{
    self, Aggregate, Every, ListMeasurements, NewMeasurement, OnConflict, RecordMeasurements, ShowSeries,
    ShowStatus, Tz, record, record_all, series, status,
};
use service::analytics::reports::{
    self, BuildReport, ListReports, MarkSent, ReportSeries, ReportsFor, StoreReport, build,
    find_by_recipient, mark_sent, store,
};
use tests::{Engine, TestDatabase, rows};

use super::{at, calculated, measured};
use crate::shop::counting;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn kpis_send_what_their_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let command = DefineKpi::new("orders", "sales");
    let id = command.id;
    define(&db, command.clone()).await.unwrap();
    assert_eq!(statements.sent(), 1, "define");
    define(&db, command).await.unwrap();
    assert_eq!(statements.sent(), 2, "define, again");
    let unit = Some(Some("pieces".into()));
    update(
        &db,
        UpdateKpi {
            unit,
            ..UpdateKpi::new(id)
        },
    )
    .await
    .unwrap();
    assert_eq!(statements.sent(), 1, "update");
    set_active(&db, SetKpiActive { id, active: false }).await.unwrap();
    assert_eq!(statements.sent(), 1, "set_active");
    kpis::get(&db, id).await.unwrap();
    kpis::list(&db, ListKpis::default()).await.unwrap();
    assert_eq!(statements.sent(), 2, "get and list");
    let count = calculated(&db, "kpis", "SELECT count(*) FROM kpis").await;
    statements.sent();
    calculate(&db, Calculate::new(count)).await.unwrap();
    assert_eq!(statements.sent(), 1, "calculate");
    compute(&db, Compute::new(count, at("2026-03-01T00:00:00Z")))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 2, "compute");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn measurements_send_what_their_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let kpi = super::kpi(&db, "orders").await;
    statements.sent();
    let send = async |value: &str, on_conflict| {
        let measurements = (1..=9)
            .map(|day| measured(kpi, &format!("2026-03-0{day}T00:00:00Z"), value))
            .collect();
        record(
            &db,
            RecordMeasurements {
                measurements,
                on_conflict,
            },
        )
        .await
        .unwrap();
        statements.sent()
    };
    assert_eq!(send("1", OnConflict::Refuse).await, 1, "record");
    assert_eq!(send("1", OnConflict::Refuse).await, 2, "record, again");
    assert_eq!(send("2", OnConflict::Keep).await, 2, "record, keeping");
    assert_eq!(send("2", OnConflict::Overwrite).await, 3, "record, overwriting");
    let many = (0..9_000).map(|n| {
        let moment = at("2026-04-01T00:00:00Z") + chrono::TimeDelta::minutes(n);
        NewMeasurement::new(kpi, moment, n.into())
    });
    record_all(&db, many, OnConflict::Refuse).await.unwrap();
    let batches = if engine == Engine::Postgres { 1 } else { 5 };
    assert_eq!(statements.sent(), batches, "record_all");
    measurements::list(&db, ListMeasurements::latest(kpi))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 1, "list");
    series(
        &db,
        ShowSeries {
            kpi,
            from: at("2026-03-01T00:00:00Z"),
            until: at("2026-05-01T00:00:00Z"),
            every: Every::Day,
            zone: Tz::UTC,
            aggregate: Aggregate::Last,
        },
    )
    .await
    .unwrap();
    assert_eq!(statements.sent(), 1, "series");
    status(&db, ShowStatus::new([kpi], at("2026-05-01T00:00:00Z")))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 1, "status");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn reports_send_what_their_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let recipient: AgentId = rows::insert(&db, "agents", []).await.id().into();
    let first = super::kpi(&db, "orders").await;
    let second = super::kpi(&db, "visits").await;
    statements.sent();
    let now = at("2026-03-01T00:00:00Z");
    let command = StoreReport {
        recipients: vec![recipient],
        ..StoreReport::new("march", "monthly", serde_json::json!({}), now)
    };
    let id = command.id;
    store(&db, command).await.unwrap();
    assert_eq!(statements.sent(), 2, "store");
    let series = ReportSeries {
        from: now,
        until: at("2026-03-08T00:00:00Z"),
        every: Every::Day,
        zone: Tz::UTC,
        aggregate: Aggregate::Sum,
    };
    let command = BuildReport {
        recipients: vec![recipient],
        series: Some(series),
        ..BuildReport::new("march", "monthly", [first, second], now)
    };
    build(&db, command.clone()).await.unwrap();
    assert_eq!(statements.sent(), 5, "build");
    build(&db, command).await.unwrap();
    assert_eq!(statements.sent(), 1, "build, again");
    mark_sent(&db, MarkSent { id, at: now }).await.unwrap();
    assert_eq!(statements.sent(), 1, "mark_sent");
    let page = service::PageRequest::default();
    reports::get(&db, id).await.unwrap();
    reports::list(&db, ListReports::default()).await.unwrap();
    find_by_recipient(&db, ReportsFor { recipient, page })
        .await
        .unwrap();
    assert_eq!(statements.sent(), 3, "get, list and find_by_recipient");
}
