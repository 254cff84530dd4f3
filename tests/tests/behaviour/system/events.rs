//! Events are written once, with what they report or not at all.

use entity::{AgentId, SystemEventId, SystemEventSeverity, agents, system_events};
use rstest::rstest;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::json;
use service::input::Rule;
use service::system::{self, AppendError, AppendEvent, AppendMany};
use service::transaction;
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

async fn count(db: &impl ConnectionTrait) -> u64 {
    system_events::Entity::find().count(db).await.unwrap()
}

async fn agent(db: &impl ConnectionTrait) -> AgentId {
    rows::insert(db, "agents", []).await.id().into()
}

fn event(agent: AgentId) -> AppendEvent {
    AppendEvent {
        severity: SystemEventSeverity::Error,
        source_agent: Some(agent),
        details: json!({ "attempt": 2, "ratio": 1.5 }),
        ..AppendEvent::new("import.failed", "the file ended early")
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_dated_by_its_id(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agent = agent(db).await;
    let long_ago = "2020-02-29T12:00:00.123Z".parse().unwrap();
    let command = AppendEvent {
        id: SystemEventId::at(long_ago),
        ..event(agent)
    };
    let written = system::append(db, command.clone()).await.unwrap();
    assert_eq!(written.created_at, long_ago);
    assert_eq!(written.id, command.id);
    assert_eq!(written.severity, SystemEventSeverity::Error);
    assert_eq!(written.source_agent_id, Some(agent));
    assert_eq!(written.details, command.details);
    let found = system_events::Entity::find_by_id(command.id)
        .one(db)
        .await
        .unwrap();
    assert_eq!(found, Some(written));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_again_is_written_once_and_another_under_its_id_is_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agent = agent(db).await;
    let command = event(agent);
    let first = system::append(db, command.clone()).await.unwrap();
    assert_eq!(system::append(db, command.clone()).await.unwrap(), first);
    let other = AppendEvent {
        message: "something else".into(),
        ..command.clone()
    };
    let error = system::append(db, other).await.unwrap_err();
    assert!(
        matches!(&error, AppendError::Conflict(conflict) if conflict.id == Uuid::from(command.id)),
        "{error:?}"
    );
    agents::Entity::delete_by_id(agent).exec(db).await.unwrap();
    let again = system::append(db, command).await.unwrap();
    assert_eq!(
        again.source_agent_id, None,
        "the agent has gone, the event stands"
    );
    assert_eq!(count(db).await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn many_are_written_together_in_the_order_given(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut events: Vec<_> = (0..2_000)
        .map(|n| AppendEvent::new("tick", format!("tick {n}")))
        .collect();
    events.reverse();
    system::append(db, events[7].clone()).await.unwrap();
    let command = AppendMany { events };
    let written = system::append_many(db, command.clone()).await.unwrap();
    let given: Vec<_> = command.events.iter().map(|event| event.id).collect();
    assert_eq!(written.iter().map(|event| event.id).collect::<Vec<_>>(), given);
    assert_eq!(system::append_many(db, command).await.unwrap(), written);
    assert_eq!(count(db).await, 2_000);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn one_bad_event_keeps_the_others_out(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let known = agent(db).await;
    let nobody = AgentId::new();
    let events = vec![event(known), event(nobody)];
    let error = system::append_many(db, AppendMany { events }).await.unwrap_err();
    assert!(
        matches!(&error, AppendError::UnknownAgents { agents } if *agents == [nobody]),
        "{error:?}"
    );
    let first = system::append(db, event(known)).await.unwrap();
    let events = vec![
        AppendEvent::new("other", "other"),
        AppendEvent {
            id: first.id,
            ..AppendEvent::new("other", "other")
        },
    ];
    let error = system::append_many(db, AppendMany { events }).await.unwrap_err();
    assert!(matches!(error, AppendError::Conflict(_)), "{error:?}");
    assert_eq!(count(db).await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_event_is_refused_field_by_field(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = SystemEventId::new();
    let bad = AppendEvent {
        id: Uuid::new_v4().into(),
        event_type: "x".repeat(101),
        message: " ".into(),
        details: json!([1]),
        ..AppendEvent::new("", "")
    };
    let twice = AppendEvent {
        id,
        ..AppendEvent::new("tick", "tick")
    };
    let events = vec![bad, twice.clone(), twice];
    let error = system::append_many(db, AppendMany { events }).await.unwrap_err();
    let AppendError::Invalid(invalid) = error else {
        panic!("{error:?}")
    };
    let problems: Vec<_> = invalid
        .problems
        .iter()
        .map(|problem| (problem.field.as_str(), &problem.rule))
        .collect();
    assert_eq!(
        problems,
        [
            ("events[0].id", &Rule::NotTimeOrdered),
            (
                "events[0].event_type",
                &Rule::TooLong {
                    max: 100,
                    actual: 101
                }
            ),
            ("events[0].message", &Rule::Blank),
            ("events[0].details", &Rule::NotAnObject),
            ("events[2].id", &Rule::Repeated),
        ]
    );
    let error = system::append_many(db, AppendMany { events: vec![] })
        .await
        .unwrap_err();
    assert!(matches!(error, AppendError::Invalid(_)), "{error:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_event_goes_with_the_transaction_that_reports_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let together = transaction::begin(db).await.unwrap();
    system::append(&together, AppendEvent::new("a", "a"))
        .await
        .unwrap();
    let error = system::append(&together, event(AgentId::new()))
        .await
        .unwrap_err();
    assert!(matches!(error, AppendError::UnknownAgents { .. }), "{error:?}");
    assert_eq!(count(&together).await, 1, "the transaction is still usable");
    together.rollback().await.unwrap();
    assert_eq!(count(db).await, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_sent_again_is_the_same_however_its_numbers_are_spelled(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let event = AppendEvent {
        details: json!({ "rows": 1e16, "share": -0.0, "list": [1e20] }),
        ..AppendEvent::new("import.counted", "counted")
    };
    let first = system::append(db, event.clone()).await.unwrap();
    assert_eq!(system::append(db, event.clone()).await.unwrap(), first);
    let other = AppendEvent {
        details: json!({ "rows": 1e17, "share": 0, "list": [1e20] }),
        ..event
    };
    let error = system::append(db, other).await.unwrap_err();
    assert!(matches!(error, AppendError::Conflict(_)), "{error:?}");
}
