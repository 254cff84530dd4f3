//! What is known of content: how it did once it was published, and the lists of it.

use entity::{ContentId, ContentStatus};
use rstest::rstest;
use serde_json::{Map, Value, json};
use service::PageRequest;
use service::marketing::content::{self, CreateContent, ListContent, MetricsError, RecordMetrics};
use tests::{Engine, TestDatabase};

use super::writing::{go, text, written};
use super::{drafted, plan};

fn figures(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn figures_are_recorded_of_what_was_published(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = written(db, text()).await.id;
    let record = |value: Value| {
        let metrics = figures(value);
        async move { content::record_metrics(db, RecordMetrics { id, metrics }).await }
    };
    let error = record(json!({"opens": 1})).await.unwrap_err();
    assert!(matches!(
        error,
        MetricsError::Unpublished {
            status: ContentStatus::Draft,
            ..
        }
    ));
    for to in [
        ContentStatus::Review,
        ContentStatus::Approved,
        ContentStatus::Published,
    ] {
        go(db, id, to).await.unwrap();
    }
    record(json!({"opens": 1, "clicks": 2})).await.unwrap();
    for _ in 0..2 {
        let left = record(json!({"opens": 5, "clicks": null, "rate": 0.25}))
            .await
            .unwrap();
        assert_eq!(left.performance_metrics, json!({"opens": 5, "rate": 0.25}));
    }
    for wrong in [json!({}), json!({"opens": "a\0"})] {
        let error = record(wrong).await.unwrap_err();
        assert!(matches!(error, MetricsError::Invalid(_)), "{error:?}");
    }
    let large = json!({"page": "x".repeat(200_000)});
    record(large.clone()).await.unwrap();
    let error = record(json!({"other": large["page"]})).await.unwrap_err();
    assert!(
        matches!(error, MetricsError::Invalid(_)),
        "together they are too large"
    );
    let absent = ContentId::new();
    let metrics = figures(json!({"a": 1}));
    let error = content::record_metrics(db, RecordMetrics { id: absent, metrics })
        .await
        .unwrap_err();
    assert!(matches!(error, MetricsError::NotFound { id } if id == absent));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn content_is_listed_by_campaign_and_state(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let campaign = drafted(db, plan()).await.id;
    let mut ids = Vec::new();
    for n in 0..5 {
        let command = CreateContent {
            campaign: (n > 0).then_some(campaign),
            ..text()
        };
        ids.push(written(db, command).await.id);
    }
    go(db, ids[0], ContentStatus::Review).await.unwrap();
    go(db, ids[4], ContentStatus::Review).await.unwrap();
    let listed = |query: ListContent| async move {
        let page = content::list(db, query).await.unwrap();
        (page.items.iter().map(|c| c.id).collect::<Vec<_>>(), page.next)
    };
    let in_campaign = ListContent {
        campaign: Some(campaign),
        page: PageRequest {
            after: None,
            limit: 3,
        },
        ..Default::default()
    };
    let (first, next) = listed(in_campaign.clone()).await;
    assert_eq!((first, next), (ids[1..4].to_vec(), Some(ids[3])));
    let rest = ListContent {
        page: PageRequest {
            after: next,
            limit: 3,
        },
        ..in_campaign.clone()
    };
    assert_eq!(listed(rest).await, (vec![ids[4]], None));
    let reviewed = ListContent {
        status: Some(ContentStatus::Review),
        ..Default::default()
    };
    assert_eq!(listed(reviewed).await.0, [ids[0], ids[4]]);
    let both = ListContent {
        status: Some(ContentStatus::Review),
        ..in_campaign
    };
    assert_eq!(listed(both).await.0, [ids[4]]);
}
