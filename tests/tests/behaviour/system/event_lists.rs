//! Events are found by what they are, how bad they are, whose they are and when they happened.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{SystemEventId, SystemEventSeverity};
use rstest::rstest;
use sea_orm::DatabaseConnection;
use service::page::PageRequest;
use service::system::{self, AppendEvent, AppendMany, ListEvents};
use tests::{Engine, TestDatabase, rows};

const SEVERITIES: [SystemEventSeverity; 5] = [
    SystemEventSeverity::Debug,
    SystemEventSeverity::Info,
    SystemEventSeverity::Warning,
    SystemEventSeverity::Error,
    SystemEventSeverity::Critical,
];

fn hour(n: i64) -> DateTime<Utc> {
    "2026-10-31T22:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(n)
}

/// Ten events, one an hour, across the end of a month; the messages count them.
async fn history(db: &DatabaseConnection) -> entity::AgentId {
    let agent = rows::insert(db, "agents", []).await.id().into();
    let events = (0..10).map(|n| AppendEvent {
        id: SystemEventId::at(hour(n)),
        severity: SEVERITIES[usize::try_from(n).unwrap() % 5],
        source_agent: (n % 3 == 0).then_some(agent),
        ..AppendEvent::new(if n % 2 == 0 { "even" } else { "odd" }, n.to_string())
    });
    let events = events.collect();
    system::append_many(db, AppendMany { events }).await.unwrap();
    agent
}

async fn found(db: &DatabaseConnection, query: ListEvents) -> String {
    let page = system::list(db, query).await.unwrap();
    page.items.iter().map(|event| event.message.as_str()).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_newest_come_first_and_filters_combine(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agent = history(db).await;
    let all = ListEvents::default;
    assert_eq!(found(db, all()).await, "9876543210");
    let odd = ListEvents {
        event_type: Some("odd".into()),
        ..all()
    };
    assert_eq!(found(db, odd.clone()).await, "97531");
    for (severity, expected) in SEVERITIES
        .into_iter()
        .zip(["9876543210", "98764321", "987432", "9843", "94"])
    {
        let severity = Some(severity);
        assert_eq!(found(db, ListEvents { severity, ..all() }).await, expected);
    }
    let source_agent = Some(agent);
    assert_eq!(
        found(
            db,
            ListEvents {
                source_agent,
                ..all()
            }
        )
        .await,
        "9630"
    );
    let these = ListEvents {
        severity: Some(SystemEventSeverity::Warning),
        source_agent,
        from: Some(hour(1)),
        ..odd
    };
    assert_eq!(found(db, these).await, "93");
    let nul = ListEvents {
        event_type: Some("o\0dd".into()),
        ..all()
    };
    assert_eq!(found(db, nul).await, "");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_time_range_includes_its_start_and_not_its_end(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    history(db).await;
    let range = |from, to| ListEvents {
        from: Some(from),
        to: Some(to),
        ..ListEvents::default()
    };
    assert_eq!(found(db, range(hour(1), hour(4))).await, "321");
    let little = TimeDelta::microseconds(1);
    assert_eq!(found(db, range(hour(1) + little, hour(4) + little)).await, "432");
    assert_eq!(found(db, range(hour(4), hour(4))).await, "");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_without_gap(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    history(db).await;
    let mut pages = Vec::new();
    let mut after = None;
    loop {
        let page = system::list(
            db,
            ListEvents {
                severity: Some(SystemEventSeverity::Info),
                page: PageRequest { after, limit: 3 },
                ..ListEvents::default()
            },
        )
        .await
        .unwrap();
        pages.push(
            page.items
                .iter()
                .map(|event| event.message.as_str())
                .collect::<String>(),
        );
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(pages, ["987", "643", "21"]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_range_without_an_end_may_be_written_as_the_ends_of_time(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let event = AppendEvent::new("import.counted", "counted");
    let event = system::append(db, event).await.unwrap();
    let query = ListEvents {
        from: Some(DateTime::<Utc>::MIN_UTC),
        to: Some(DateTime::<Utc>::MAX_UTC),
        ..ListEvents::default()
    };
    let page = system::list(db, query).await.unwrap();
    assert_eq!(page.items, [event]);
}
