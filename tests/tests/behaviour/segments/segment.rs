//! Making, changing, archiving and finding segments.

use entity::{CustomerSegmentId, CustomerSegmentType, customer_segments};
use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use service::segments::{
    self as operations, ArchiveSegment, CreateSegment, ListSegments, SegmentError, UpdateSegment,
};
use service::{Class, Classified, PageRequest, transaction};
use tests::{Engine, TestDatabase};

use super::segment;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_segment_is_created_once_under_its_id(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let criteria = json!({ "field": "vip_status", "eq": true });
    let command = CreateSegment {
        description: Some("the good ones".into()),
        ..CreateSegment::new("VIPs", CustomerSegmentType::Commercial, criteria)
    };
    let first = operations::create(db, command.clone()).await.unwrap();
    assert_eq!(first.segment.id, command.id);
    assert!(first.segment.is_active);
    assert_eq!(operations::create(db, command.clone()).await.unwrap(), first);
    assert_eq!(operations::get(db, command.id).await.unwrap(), first.segment);
    let other = CreateSegment {
        description: None,
        ..command.clone()
    };
    let error = operations::create(db, other).await.unwrap_err();
    assert!(matches!(error, SegmentError::Conflict(_)), "{error:?}");
    let other = CreateSegment {
        id: CustomerSegmentId::new(),
        ..command
    };
    let error = operations::create(db, other).await.unwrap_err();
    assert!(
        matches!(error, SegmentError::NameTaken { owner } if owner == first.segment.id),
        "{error:?}"
    );
    let command = CreateSegment::new(" ", CustomerSegmentType::Online, json!({ "all": [] }));
    let error = operations::create(db, command).await.unwrap_err();
    assert!(matches!(error, SegmentError::Invalid(_)), "{error:?}");
    let command = CreateSegment::new("x", CustomerSegmentType::Online, json!({ "all": 1 }));
    let error = operations::create(db, command).await.unwrap_err();
    assert_eq!(error.class(), Class::Refused);
    assert_eq!(error.to_string(), "criteria.all: should be a list");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_segment_is_changed_archived_and_brought_back(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let all = segment(db, "all", json!({ "all": [] })).await;
    let none = segment(db, "none", json!({ "any": [] })).await;
    let command = UpdateSegment {
        name: Some("everybody".into()),
        segment_type: Some(CustomerSegmentType::Residential),
        ..UpdateSegment::new(all.id)
    };
    let changed = operations::update(db, command).await.unwrap().segment;
    let expected = customer_segments::Model {
        name: "everybody".into(),
        r#type: CustomerSegmentType::Residential,
        ..all.clone()
    };
    assert_eq!(changed, expected);
    let command = UpdateSegment {
        name: Some("none".into()),
        ..UpdateSegment::new(all.id)
    };
    let error = operations::update(db, command).await.unwrap_err();
    assert!(
        matches!(error, SegmentError::NameTaken { owner } if owner == none.id),
        "{error:?}"
    );
    let command = UpdateSegment {
        criteria: Some(json!({})),
        ..UpdateSegment::new(all.id)
    };
    let error = operations::update(db, command).await.unwrap_err();
    assert!(matches!(error, SegmentError::Criteria(_)), "{error:?}");
    for _ in 0..2 {
        let archived = operations::archive(db, ArchiveSegment { id: all.id })
            .await
            .unwrap();
        assert!(!archived.segment.is_active);
    }
    let listed = operations::list(db, ListSegments::default()).await.unwrap();
    assert_eq!(listed.items, std::slice::from_ref(&none));
    let page = PageRequest {
        after: None,
        limit: 1,
    };
    let first = operations::list(
        db,
        ListSegments {
            archived_too: true,
            page,
        },
    )
    .await
    .unwrap();
    assert_eq!((first.items[0].id, first.next), (all.id, Some(all.id)));
    let command = UpdateSegment {
        is_active: Some(true),
        ..UpdateSegment::new(all.id)
    };
    assert!(operations::update(db, command).await.unwrap().segment.is_active);
    let id = CustomerSegmentId::new();
    for error in [
        operations::update(db, UpdateSegment::new(id)).await.unwrap_err(),
        operations::archive(db, ArchiveSegment { id }).await.unwrap_err(),
        operations::get(db, id).await.unwrap_err(),
    ] {
        assert!(
            matches!(error, SegmentError::NotFound { id: asked } if asked == id),
            "{error:?}"
        );
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_segment_belongs_to_the_callers_transaction(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let kept = segment(db, "kept", json!({ "all": [] })).await;
    let outer = transaction::begin(db).await.unwrap();
    let command = CreateSegment::new("gone", CustomerSegmentType::Online, json!({ "all": [] }));
    operations::create(&outer, command).await.unwrap();
    let taken = CreateSegment::new("kept", CustomerSegmentType::Online, json!({ "all": [] }));
    operations::create(&outer, taken).await.unwrap_err();
    operations::archive(&outer, ArchiveSegment { id: kept.id })
        .await
        .unwrap();
    outer.rollback().await.unwrap();
    assert_eq!(operations::get(db, kept.id).await.unwrap(), kept);
    assert_eq!(customer_segments::Entity::find().count(db).await.unwrap(), 1);
}
