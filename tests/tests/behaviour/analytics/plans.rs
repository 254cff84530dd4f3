//! Every list has an index that serves it: the planner of PostgreSQL reads none of 100 000 rows in vain.

use entity::{AgentId, KpiId};
use sea_orm::ConnectionTrait;
use service::PageRequest;
use service::analytics::kpis::{self, ListKpis};
use service::analytics::measurements::{
    self, Aggregate, Every, ListMeasurements, ShowSeries, ShowStatus, Tz, series, status,
};
use service::analytics::reports::{self, ListReports, ReportsFor, find_by_recipient};
use tests::{Engine, TestDatabase};

use super::at;
use crate::plan::Watched;

const AGENT: &str = "00000000-0000-7000-8000-000000000007";
const KPI: &str = "00000000-0000-7000-8000-000000000009";

const AGENTS: &str = "INSERT INTO agents (id, name, type) SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'agent ' || n, 'specialist'
     FROM generate_series(0, 100) n";

/// 100 000 KPIs and measurements; the agent owns few of them.
const KPIS: [&str; 4] = [
    "INSERT INTO kpis (name, category, owner_agent_id, is_active)
     SELECT 'kpi ' || n, 'category ' || n % 500,
            CASE WHEN n % 1000 = 0 THEN ('00000000-0000-7000-8000-' || lpad((n / 1000)::text, 12, '0'))::uuid END, n % 100 <> 0
     FROM generate_series(1, 100000) n",
    "INSERT INTO kpis (id, name, category) VALUES ('00000000-0000-7000-8000-000000000009', 'measured', 'measured')",
    "INSERT INTO kpi_measurements (kpi_id, measured_at, value)
     SELECT '00000000-0000-7000-8000-000000000009', '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 minute', n
     FROM generate_series(1, 50000) n",
    "INSERT INTO kpi_measurements (kpi_id, measured_at, value) SELECT id, '2026-01-01T00:00:00Z', 1 FROM kpis LIMIT 50000",
];

/// 100 000 reports; the agent wrote and gets few of them.
const REPORTS: [&str; 1] = [
    "INSERT INTO reports (name, type, created_by_agent_id, recipient_agents, content, generated_at, sent_at)
     SELECT 'report ' || n, 'type ' || n % 200, ('00000000-0000-7000-8000-' || lpad((n % 100)::text, 12, '0'))::uuid,
            jsonb_build_array('00000000-0000-7000-8000-' || lpad((n % 1000)::text, 12, '0')), '{}',
            '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 minute',
            CASE WHEN n % 500 <> 0 THEN now() END
     FROM generate_series(1, 100000) n",
];

async fn filled(rows: &[&str]) -> Option<Watched> {
    let database = TestDatabase::migrated(Engine::Postgres).await?;
    for statement in [AGENTS].iter().chain(rows) {
        database.connection().execute_unprepared(statement).await.unwrap();
    }
    Some(Watched::of(database).await)
}

fn holds(plan: &str, index: &str) {
    assert!(!plan.contains("Seq Scan"), "{plan}");
    assert!(plan.contains(index), "no {index}: {plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_serves_every_list_of_kpis_and_measurements() {
    let Some(watched) = filled(&KPIS).await else {
        return;
    };
    let db = &watched.db;
    let owner: AgentId = AGENT.parse().unwrap();
    for (query, index) in [
        (ListKpis::default(), "kpis_pkey"),
        (
            ListKpis {
                category: Some("category 7".into()),
                ..Default::default()
            },
            "idx_kpis_category_id",
        ),
        (
            ListKpis {
                owner: Some(owner),
                ..Default::default()
            },
            "idx_kpis_owner_agent_id",
        ),
        (
            ListKpis {
                active: Some(false),
                ..Default::default()
            },
            "idx_kpis_is_active_id",
        ),
    ] {
        kpis::list(db, query).await.unwrap();
        holds(&watched.plan().await, index);
    }
    let kpi: KpiId = KPI.parse().unwrap();
    measurements::list(db, ListMeasurements::latest(kpi))
        .await
        .unwrap();
    holds(&watched.plan().await, "idx_kpi_measurements_kpi_id_measured_at");
    let query = ShowSeries {
        kpi,
        from: at("2026-01-01T00:00:00Z"),
        until: at("2026-01-31T00:00:00Z"),
        every: Every::Day,
        zone: Tz::UTC,
        aggregate: Aggregate::Average,
    };
    series(db, query).await.unwrap();
    holds(&watched.plan().await, "idx_kpi_measurements_kpi_id_measured_at");
    status(db, ShowStatus::new([kpi], at("2026-01-31T00:00:00Z")))
        .await
        .unwrap();
    let plan = watched.plan().await;
    holds(&plan, "idx_kpi_measurements_kpi_id_measured_at");
    assert!(!plan.contains("Sort"), "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_serves_every_list_of_reports() {
    let Some(watched) = filled(&REPORTS).await else {
        return;
    };
    let db = &watched.db;
    let agent: AgentId = AGENT.parse().unwrap();
    for (query, index) in [
        (ListReports::default(), "idx_reports_generated_at_id"),
        (
            ListReports {
                kind: Some("type 7".into()),
                ..Default::default()
            },
            "idx_reports_type_generated_at_id",
        ),
        (
            ListReports {
                author: Some(agent),
                ..Default::default()
            },
            "idx_reports_author_generated_at_id",
        ),
        (
            ListReports {
                unsent: true,
                ..Default::default()
            },
            "idx_reports_unsent",
        ),
    ] {
        reports::list(db, query).await.unwrap();
        let plan = watched.plan().await;
        holds(&plan, index);
        assert!(!plan.contains("Sort"), "{plan}");
    }
    let query = ReportsFor {
        recipient: agent,
        page: PageRequest::default(),
    };
    assert_eq!(find_by_recipient(db, query).await.unwrap().items.len(), 50);
    holds(&watched.plan().await, "idx_reports_");
}
