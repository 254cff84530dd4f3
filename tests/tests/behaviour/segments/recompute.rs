//! Bringing members up to date.

use entity::customer_segment_members::{self, Column};
use entity::{CustomerSegmentId, customer_segments};
use rstest::rstest;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, Set};
use serde_json::json;
use service::customers::UpdateCustomer;
use service::segments::{self as operations, ArchiveSegment, RecomputeSegment, Recomputed, SegmentError};
use service::transaction;
use tests::{Engine, TestDatabase};

use super::{now, recomputed, segment};
use crate::customers::customer;
use crate::shop::amount;

async fn tag(db: &DatabaseConnection, customer: &entity::customers::Model, tags: &[&str]) {
    let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    let command = UpdateCustomer {
        tags: Some(tags),
        ..UpdateCustomer::new(customer.id)
    };
    service::customers::update(db, command).await.unwrap();
}

async fn members(
    db: &DatabaseConnection,
    segment: &customer_segments::Model,
) -> Vec<customer_segment_members::Model> {
    let members = customer_segment_members::Entity::find().filter(Column::SegmentId.eq(segment.id));
    members.all(db).await.unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn only_the_difference_is_written(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut people = Vec::new();
    for name in ["ann", "bob", "eve"] {
        people.push(customer(db, &format!("{name}@example.com")).await);
    }
    let criteria = json!({
        "field": "tags", "contains": "trade",
        "score": { "base": 90, "add": [{ "when": { "field": "tags", "contains": "loud" }, "points": -33.25 }] },
    });
    let trade = segment(db, "trade", criteria).await;
    let other = segment(db, "other", json!({ "all": [] })).await;
    recomputed(db, &other).await;
    assert_eq!(recomputed(db, &trade).await, Recomputed::default());
    tag(db, &people[0], &["trade"]).await;
    tag(db, &people[1], &["trade"]).await;
    let joined = Recomputed {
        joined: 2,
        members: 2,
        ..Recomputed::default()
    };
    assert_eq!(recomputed(db, &trade).await, joined);
    assert!(
        members(db, &trade)
            .await
            .iter()
            .all(|row| row.score == amount("90") && row.assigned_at == now())
    );
    let later = RecomputeSegment {
        id: trade.id,
        now: now() + chrono::TimeDelta::days(1),
    };
    let unchanged = operations::recompute(db, later).await.unwrap();
    assert_eq!(
        unchanged,
        Recomputed {
            members: 2,
            ..Recomputed::default()
        }
    );
    tag(db, &people[0], &[]).await;
    tag(db, &people[1], &["trade", "loud"]).await;
    tag(db, &people[2], &["trade"]).await;
    let changed = operations::recompute(db, later).await.unwrap();
    assert_eq!(
        changed,
        Recomputed {
            joined: 1,
            left: 1,
            rescored: 1,
            members: 2
        }
    );
    let stayed = members(db, &trade)
        .await
        .into_iter()
        .find(|row| row.customer_id == people[1].id)
        .unwrap();
    assert_eq!(
        (stayed.score, stayed.assigned_at),
        (amount("56.75"), now()),
        "a member since then"
    );
    assert_eq!(members(db, &other).await.len(), 3, "others keep theirs");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn archived_unknown_and_unreadable_segments_are_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    customer(db, "ann@example.com").await;
    let all = segment(db, "all", json!({ "all": [] })).await;
    let outer = transaction::begin(db).await.unwrap();
    let command = RecomputeSegment {
        id: all.id,
        now: now(),
    };
    assert_eq!(operations::recompute(&outer, command).await.unwrap().joined, 1);
    outer.rollback().await.unwrap();
    assert_eq!(members(db, &all).await, [], "rolled back");
    recomputed(db, &all).await;
    operations::archive(db, ArchiveSegment { id: all.id })
        .await
        .unwrap();
    let error = operations::recompute(db, command).await.unwrap_err();
    assert!(
        matches!(error, SegmentError::Archived { id } if id == all.id),
        "{error:?}"
    );
    assert_eq!(members(db, &all).await.len(), 1, "its members stay");
    let id = CustomerSegmentId::new();
    let error = operations::recompute(db, RecomputeSegment { id, now: now() })
        .await
        .unwrap_err();
    assert!(matches!(error, SegmentError::NotFound { .. }), "{error:?}");
    let broken = customer_segments::ActiveModel {
        criteria: Set(json!({ "sql": "DROP TABLE customers" })),
        is_active: Set(true),
        ..Default::default()
    };
    let rows = customer_segments::Entity::update_many().set(broken);
    rows.filter(customer_segments::Column::Id.eq(all.id))
        .exec(db)
        .await
        .unwrap();
    let error = operations::recompute(db, command).await.unwrap_err();
    assert!(matches!(error, SegmentError::Criteria(_)), "{error:?}");
}
