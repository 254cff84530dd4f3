//! What happened between a customer and the shop.

use chrono::{DateTime, TimeDelta, Utc};
use entity::CustomerId;
use rstest::rstest;
use sea_orm::DatabaseConnection;
use service::PageRequest;
use service::customers::{self as operations, Event, GetError, ListTimeline};
use tests::{Engine, TestDatabase, rows};

use super::customer;
use crate::shop::counting;

fn at(minute: i64) -> DateTime<Utc> {
    let noon: DateTime<Utc> = "2026-11-01T12:00:00Z".parse().unwrap();
    noon + TimeDelta::minutes(minute)
}

async fn happened(db: &DatabaseConnection, table: &str, id: CustomerId, column: &'static str, minute: i64) {
    let mut row = rows::prepare(db, table, [("customer_id", id.into())]).await;
    row.set(column, at(minute));
    row.insert(db, table).await.unwrap();
}

/// A life with many things at one instant, of all kinds.
async fn live(db: &DatabaseConnection, id: CustomerId) {
    for minute in [0, 3, 3, 5] {
        happened(db, "orders", id, "created_at", minute).await;
        happened(db, "customer_interactions", id, "created_at", minute).await;
    }
    happened(db, "email_subscribers", id, "subscribed_at", 3).await;
    let mut row = rows::prepare(db, "email_subscribers", [("customer_id", id.into())]).await;
    row.set("subscribed_at", at(3));
    row.set("unsubscribed_at", at(5));
    row.set("status", "unsubscribed");
    row.insert(db, "email_subscribers").await.unwrap();
    let membership = rows::insert(db, "customer_segment_members", [("customer_id", id.into())]).await;
    for (status, minute) in [
        ("active", 3),
        ("completed", 3),
        ("draft", 4),
        ("cancelled", 4),
        ("paused", 9),
    ] {
        let segment = membership.value("segment_id");
        let mut row = rows::prepare(db, "campaigns", [("target_segment_id", segment)]).await;
        row.set("status", status);
        row.set("created_at", at(minute));
        row.insert(db, "campaigns").await.unwrap();
    }
    rows::insert(db, "campaigns", []).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn everything_appears_once_newest_first_whatever_the_size_of_the_pages(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let id = customer(&db, "bob@example.com").await.id;
    live(&db, id).await;
    live(&db, customer(&db, "eve@example.com").await.id).await;
    let page = PageRequest {
        after: None,
        limit: 100,
    };
    statements.sent();
    let whole = operations::timeline(&db, ListTimeline { customer: id, page })
        .await
        .unwrap();
    assert_eq!(statements.sent(), 5);
    assert_eq!((whole.items.len(), whole.next), (14, None));
    assert!(whole.items.is_sorted_by(|a, b| a.at >= b.at && a.key() < b.key()));
    let kinds = |kind: fn(&Event) -> bool| whole.items.iter().filter(|entry| kind(&entry.event)).count();
    assert_eq!(kinds(|event| matches!(event, Event::Ordered(_))), 4);
    assert_eq!(kinds(|event| matches!(event, Event::Contacted(_))), 4);
    assert_eq!(kinds(|event| matches!(event, Event::Subscribed(_))), 2);
    assert_eq!(kinds(|event| matches!(event, Event::Unsubscribed(_))), 1);
    assert_eq!(kinds(|event| matches!(event, Event::Targeted(_))), 3);
    for limit in [1, 2, 3, 5, 13] {
        let mut page = PageRequest { after: None, limit };
        let mut seen = Vec::new();
        loop {
            let part = operations::timeline(&db, ListTimeline { customer: id, page })
                .await
                .unwrap();
            seen.extend(part.items);
            match part.next {
                Some(after) => page.after = Some(after),
                None => break,
            }
        }
        assert_eq!(seen, whole.items, "pages of {limit}");
    }
    let customer = CustomerId::new();
    let error = operations::timeline(&db, ListTimeline { customer, page })
        .await
        .unwrap_err();
    assert!(matches!(error, GetError::NotFound { .. }), "{error:?}");
}
