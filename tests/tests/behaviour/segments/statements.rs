//! The numbers of statements that the README of `service` states for segments.

use rstest::rstest;
use serde_json::json;
use service::PageRequest;
use service::segments::{
    self as operations, ArchiveSegment, ListMembers, ListSegments, Preview, UpdateSegment, of_customer,
};
use tests::{Engine, TestDatabase};

use super::{now, recomputed, segment};
use crate::customers::customer;
use crate::shop::counting;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn segments_send_what_their_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let mut id = None;
    for n in 0..7 {
        id = Some(customer(&db, &format!("c{n}@example.com")).await.id);
    }
    statements.sent();
    let criteria = json!({ "all": [{ "field": "orders", "eq": 0 }, { "field": "net", "lt": 1 }] });
    let all = segment(&db, "all", criteria.clone()).await;
    assert_eq!(statements.sent(), 2, "create");
    assert_eq!(recomputed(&db, &all).await.joined, 7);
    let on = if engine == Engine::Postgres { 2 } else { 5 };
    assert_eq!(statements.sent(), on, "recompute");
    let change = UpdateSegment {
        description: Some(None),
        ..UpdateSegment::new(all.id)
    };
    for (command, expected) in [(change, 3), (UpdateSegment::new(all.id), 1)] {
        operations::update(&db, command).await.unwrap();
        assert_eq!(statements.sent(), expected, "update");
    }
    operations::archive(&db, ArchiveSegment { id: all.id })
        .await
        .unwrap();
    assert_eq!(statements.sent(), 3, "archive");
    operations::get(&db, all.id).await.unwrap();
    operations::list(&db, ListSegments::default()).await.unwrap();
    operations::preview(&db, Preview { criteria, now: now() })
        .await
        .unwrap();
    assert_eq!(statements.sent(), 3, "get, list, preview");
    let page = PageRequest::default();
    let members = operations::members(
        &db,
        ListMembers {
            segment: all.id,
            page,
        },
    )
    .await
    .unwrap();
    assert_eq!((members.items.len(), statements.sent()), (7, 1), "members");
    assert_eq!(of_customer(&db, id.unwrap()).await.unwrap().len(), 1);
    assert_eq!(statements.sent(), 1, "of_customer");
}
