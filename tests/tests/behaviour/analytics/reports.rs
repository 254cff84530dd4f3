//! Reports: built, stored and sent once.

use entity::{AgentId, KpiId, ReportId, reports};
use rstest::rstest;
use sea_orm::{DatabaseConnection, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use service::analytics::measurements::{Aggregate, Better, Every, OnConflict, Tz, record_all};
use service::analytics::reports::{
    self as operations, BuildReport, MarkSent, ReportError, ReportSeries, StoreReport, build, mark_sent,
    store,
};
use service::transaction;
use tests::{Engine, TestDatabase, rows};

use super::{at, kpi, measured};
use crate::race;

pub(super) async fn agent(db: &DatabaseConnection) -> AgentId {
    rows::insert(db, "agents", []).await.id().into()
}

pub(super) fn monthly(n: u32, recipients: Vec<AgentId>) -> StoreReport {
    StoreReport {
        recipients,
        ..StoreReport::new(
            format!("report {n}"),
            if n.is_multiple_of(2) { "even" } else { "odd" },
            json!({ "n": n }),
            at(&format!("2026-03-{n:02}T00:00:00Z")),
        )
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_stored_once_under_its_id(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (author, reader) = (agent(db).await, agent(db).await);
    let command = StoreReport {
        author: Some(author),
        ..monthly(1, vec![reader, author, reader])
    };
    let first = store(db, command.clone()).await.unwrap().report;
    assert_eq!(
        first.recipient_agents.0,
        [reader.to_string(), author.to_string()],
        "each once"
    );
    assert_eq!(store(db, command.clone()).await.unwrap().report, first);
    assert_eq!(operations::get(db, first.id).await.unwrap(), first);
    let other = StoreReport {
        content: json!({ "n": 2 }),
        ..command.clone()
    };
    assert!(
        matches!(store(db, other).await, Err(ReportError::Conflict(conflict)) if conflict.id == first.id.as_uuid())
    );
    let nobody = AgentId::new();
    let error = store(db, monthly(2, vec![reader, nobody])).await.unwrap_err();
    assert!(matches!(error, ReportError::UnknownAgents { agents } if agents == [nobody]));
    let wrong = StoreReport::new(" ", "k".repeat(51), json!("\0"), at("2026-03-01T00:00:00Z"));
    let Err(ReportError::Invalid(input)) = store(db, wrong).await else {
        panic!()
    };
    let fields: Vec<_> = input
        .problems
        .iter()
        .map(|problem| problem.field.as_str())
        .collect();
    assert_eq!(fields, ["name", "kind", "content"]);
    assert_eq!(reports::Entity::find().count(db).await.unwrap(), 1);

    let together = transaction::begin(db).await.unwrap();
    let gone = store(&together, monthly(3, vec![reader])).await.unwrap().report;
    store(&together, monthly(3, vec![nobody])).await.unwrap_err();
    assert_eq!(operations::get(&together, gone.id).await.unwrap(), gone);
    together.rollback().await.unwrap();
    let error = operations::get(db, gone.id).await.unwrap_err();
    assert!(matches!(error, ReportError::NotFound { id } if id == gone.id));
}

fn performance(kpis: &[KpiId]) -> BuildReport {
    BuildReport {
        series: Some(ReportSeries {
            from: at("2026-03-01T12:00:00Z"),
            until: at("2026-03-03T12:00:00Z"),
            every: Every::Day,
            zone: Tz::Europe__Berlin,
            aggregate: Aggregate::Sum,
        }),
        ..BuildReport::new(
            "performance",
            "daily",
            kpis.iter().copied(),
            at("2026-03-03T12:00:00Z"),
        )
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_built_from_what_was_measured(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let reader = agent(db).await;
    let kpis = [kpi(db, "orders").await, kpi(db, "visits").await];
    let measurements = vec![
        measured(kpis[0], "2026-03-01T09:00:00Z", "1"),
        measured(kpis[0], "2026-03-01T10:00:00Z", "2.5"),
        measured(kpis[1], "2026-03-02T23:30:00Z", "7"),
        measured(kpis[1], "2026-03-04T00:00:00Z", "9"),
    ];
    record_all(db, measurements, OnConflict::Refuse).await.unwrap();
    let command = BuildReport {
        recipients: vec![reader],
        ..performance(&kpis)
    };
    let report = build(db, command.clone()).await.unwrap().report;
    let values = |kpi: usize| -> Vec<Value> {
        let buckets = report.content["series"][kpi]["buckets"].as_array().unwrap();
        buckets.iter().map(|bucket| bucket["value"].clone()).collect()
    };
    assert_eq!(values(0), [json!("3.5"), Value::Null, Value::Null]);
    assert_eq!(values(1), [Value::Null, Value::Null, json!("7")]);
    assert_eq!(
        report.content["status"][1]["value"],
        json!("7"),
        "{:#}",
        report.content
    );
    assert_eq!(report.content["status"][0]["standing"], json!("no_target"));
    assert_eq!(
        report.content["definition"]["series"]["zone"],
        json!("Europe/Berlin")
    );

    // What is measured later does not change a report that was built.
    record_all(
        db,
        vec![measured(kpis[0], "2026-03-02T10:00:00Z", "4")],
        OnConflict::Refuse,
    )
    .await
    .unwrap();
    assert_eq!(build(db, command.clone()).await.unwrap().report, report);
    let mut other = command.clone();
    other.kpis[0].1 = Better::Lower;
    assert!(matches!(build(db, other).await, Err(ReportError::Conflict(_))));

    let absent = KpiId::new();
    let error = build(db, performance(&[kpis[0], absent])).await.unwrap_err();
    assert!(matches!(error, ReportError::UnknownKpis { kpis } if kpis == [absent]));
    let mut long = performance(&kpis);
    long.series.as_mut().unwrap().every = Every::Hour;
    long.series.as_mut().unwrap().until = at("2027-03-03T12:00:00Z");
    assert!(matches!(
        build(db, long.clone()).await,
        Err(ReportError::TooManyBuckets { .. })
    ));
    long.series.as_mut().unwrap().until = at("2026-05-20T12:00:00Z");
    assert!(
        matches!(build(db, long).await, Err(ReportError::Invalid(_))),
        "too large"
    );
    assert!(matches!(
        build(db, performance(&[])).await,
        Err(ReportError::Invalid(_))
    ));
    assert_eq!(reports::Entity::find().count(db).await.unwrap(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_sent_once(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = store(db, monthly(5, vec![])).await.unwrap().report.id;
    let early = MarkSent {
        id,
        at: at("2026-03-04T00:00:00Z"),
    };
    let error = mark_sent(db, early).await.unwrap_err();
    assert!(
        matches!(error, ReportError::NotYetGenerated { generated_at, .. } if generated_at == at("2026-03-05T00:00:00Z"))
    );
    let command = MarkSent {
        id,
        at: at("2026-03-06T00:00:00.1234567Z"),
    };
    let sent = mark_sent(db, command).await.unwrap().report;
    assert_eq!(sent.sent_at, Some(at("2026-03-06T00:00:00.123456Z")));
    assert_eq!(mark_sent(db, command).await.unwrap().report, sent);
    let later = MarkSent {
        id,
        at: at("2026-03-07T00:00:00Z"),
    };
    let error = mark_sent(db, later).await.unwrap_err();
    assert!(matches!(error, ReportError::AlreadySent { sent_at, .. } if Some(sent_at) == sent.sent_at));
    let id = ReportId::new();
    assert!(matches!(
        mark_sent(db, MarkSent { id, ..later }).await,
        Err(ReportError::NotFound { .. })
    ));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_senders_one_has_sent_it(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = store(db, monthly(5, vec![])).await.unwrap().report.id;
    let outcomes = race::behind(db, "UPDATE reports SET name = name", 8, |n| {
        let db = db.clone();
        let at = at("2026-03-06T00:00:00Z") + chrono::TimeDelta::seconds(n as i64);
        async move { mark_sent(&db, MarkSent { id, at }).await }
    })
    .await;
    let (sent, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(sent.len(), 1);
    let when = sent[0].as_ref().unwrap().report.sent_at;
    for error in refused {
        assert!(matches!(error, Err(ReportError::AlreadySent { sent_at, .. }) if Some(sent_at) == when));
    }
}
