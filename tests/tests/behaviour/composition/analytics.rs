//! The operations of KPIs, measurements and reports.

use chrono::{TimeDelta, Utc};
use entity::{AgentId, KpiId, ReportId};
use sea_orm::DatabaseConnection;
use serde_json::json;
use service::analytics::kpis::{self, DefineKpi, SetKpiActive, UpdateKpi};
use service::analytics::measurements::{self, NewMeasurement, OnConflict, RecordMeasurements};
use service::analytics::reports::{self, BuildReport, MarkSent, StoreReport};

use super::case::{Case, case};
use crate::shop::amount;

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    let sales = kpi(db, "Sales").await;
    kpi(db, "Visits").await;
    let unknown = KpiId::new();
    let renamed = |name: &str| UpdateKpi {
        name: Some(name.into()),
        ..UpdateKpi::new(sales)
    };
    let active = false;
    let measured = |kpi| RecordMeasurements {
        measurements: vec![NewMeasurement::new(kpi, Utc::now(), amount("7"))],
        on_conflict: OnConflict::Refuse,
    };
    let mut cases = vec![
        case(
            kpis::define,
            DefineKpi::new("Returns", "sales"),
            DefineKpi::new("Sales", "sales"),
        ),
        case(kpis::update, renamed("Turnover"), renamed("Visits")),
        case(
            kpis::set_active,
            SetKpiActive { id: sales, active },
            SetKpiActive { id: unknown, active },
        ),
        case(measurements::record, measured(sales), measured(unknown)),
    ];
    cases.extend(reports(db, sales).await);
    cases
}

async fn reports(db: &DatabaseConnection, sales: KpiId) -> Vec<Case> {
    let now = Utc::now();
    let build = |kpi| BuildReport::new("Week", "sales", [kpi], now);
    let store = |author| StoreReport {
        author,
        ..StoreReport::new("Week", "sales", json!({}), now)
    };
    let stored = reports::store(db, store(None)).await.unwrap().report.id;
    let at = now + TimeDelta::hours(1);
    vec![
        case(reports::build, build(sales), build(KpiId::new())),
        case(reports::store, store(None), store(Some(AgentId::new()))),
        case(
            reports::mark_sent,
            MarkSent { id: stored, at },
            MarkSent {
                id: ReportId::new(),
                at,
            },
        ),
    ]
}

async fn kpi(db: &DatabaseConnection, name: &str) -> KpiId {
    let command = DefineKpi::new(name, "sales");
    kpis::define(db, command).await.unwrap().kpi.id
}
