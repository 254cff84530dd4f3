//! Contacts with customers.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{AgentId, CustomerId, customer_interactions};
use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use service::customers::{self as operations, ListInteractions, RecordError, RecordInteraction};
use service::input::Rule;
use service::{PageRequest, transaction};
use tests::{Engine, TestDatabase, rows};

use super::customer;
use crate::shop::amount;

fn noon() -> DateTime<Utc> {
    "2026-11-01T12:00:00.123456789Z".parse().unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_remembered_once_under_its_id(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let agent: AgentId = rows::insert(db, "agents", []).await.id().into();
    let id = customer(db, "bob@example.com").await.id;
    let command = RecordInteraction {
        agent: Some(agent),
        content: Some("Where is my canvas?".into()),
        sentiment_score: Some(amount("-0.75")),
        outcome: Some("resolved".into()),
        metadata: json!({"ticket": {"number": 7}}),
        ..RecordInteraction::new(id, "question", "chat", noon())
    };
    let first = operations::record_interaction(db, command.clone()).await.unwrap();
    assert_eq!(first.interaction.id, command.id);
    assert_eq!(first.interaction.sentiment_score, Some(amount("-0.75")));
    assert_eq!(
        first.interaction.created_at,
        "2026-11-01T12:00:00.123456Z".parse::<DateTime<Utc>>().unwrap()
    );
    let again = operations::record_interaction(db, command.clone()).await.unwrap();
    assert_eq!(again, first);
    let other = RecordInteraction {
        content: None,
        ..command
    };
    let error = operations::record_interaction(db, other).await.unwrap_err();
    assert!(matches!(error, RecordError::Conflict(_)), "{error:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_contact_with_nobody_or_by_nobody_is_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let nobody = CustomerId::new();
    let id = customer(db, "bob@example.com").await.id;
    let outer = transaction::begin(db).await.unwrap();
    let error =
        operations::record_interaction(&outer, RecordInteraction::new(nobody, "call", "phone", noon()))
            .await
            .unwrap_err();
    assert!(
        matches!(error, RecordError::UnknownCustomer { id } if id == nobody),
        "{error:?}"
    );
    let agent = AgentId::new();
    let command = RecordInteraction {
        agent: Some(agent),
        ..RecordInteraction::new(id, "call", "phone", noon())
    };
    let error = operations::record_interaction(&outer, command).await.unwrap_err();
    assert!(
        matches!(error, RecordError::UnknownAgent { id } if id == agent),
        "{error:?}"
    );
    let command = RecordInteraction {
        sentiment_score: Some(amount("1.01")),
        metadata: json!([1]),
        ..RecordInteraction::new(id, "", "c".repeat(51), noon())
    };
    let error = operations::record_interaction(&outer, command).await.unwrap_err();
    let RecordError::Invalid(input) = error else {
        panic!("{error:?}")
    };
    let rules: Vec<_> = input.problems.into_iter().map(|p| (p.field, p.rule)).collect();
    let bounds = Rule::OutOfRange {
        min: amount("-1"),
        max: amount("1"),
    };
    assert_eq!(
        rules,
        [
            ("interaction_type".into(), Rule::Blank),
            ("channel".into(), Rule::TooLong { max: 50, actual: 51 }),
            ("sentiment_score".into(), bounds),
            ("metadata".into(), Rule::NotAnObject),
        ]
    );
    let command = RecordInteraction::new(id, "call", "phone", noon());
    operations::record_interaction(&outer, command).await.unwrap();
    outer.rollback().await.unwrap();
    let kept = customer_interactions::Entity::find().count(db).await.unwrap();
    assert_eq!(kept, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_listed_newest_first_in_pages(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = customer(db, "bob@example.com").await.id;
    let other = customer(db, "eve@example.com").await.id;
    for (customer, minutes) in [(id, 3), (id, 1), (id, 1), (other, 2), (id, 0)] {
        let at = noon() + TimeDelta::minutes(minutes);
        let command = RecordInteraction::new(customer, "call", format!("line {minutes}"), at);
        operations::record_interaction(db, command).await.unwrap();
    }
    let mut page = PageRequest {
        after: None,
        limit: 1,
    };
    let mut channels = Vec::new();
    loop {
        let listed = operations::interactions(db, ListInteractions { customer: id, page })
            .await
            .unwrap();
        channels.extend(listed.items.into_iter().map(|row| row.channel));
        match listed.next {
            Some(after) => page.after = Some(after),
            None => break,
        }
    }
    assert_eq!(channels, ["line 3", "line 1", "line 1", "line 0"]);
}
