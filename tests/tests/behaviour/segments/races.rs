//! Many who bring one segment up to date at once.

use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use service::Classified;
use service::customers::RegisterCustomer;
use service::segments::{self as operations, RecomputeSegment, UpdateSegment};
use tests::{Engine, TestDatabase};

use super::{now, segment};
use crate::race::{behind, in_turn};

/// The members' key alone would see to this. What the segment's lock is for, the next race shows.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_recompute_at_once_one_writes_the_difference(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for n in 0..40 {
        let command = RegisterCustomer {
            vip_status: n % 2 == 0,
            ..RegisterCustomer::new(format!("c{n}@example.com"))
        };
        service::customers::register(db, command).await.unwrap();
    }
    let segment = segment(db, "moving", json!({ "field": "vip_status", "eq": true })).await;
    let command = RecomputeSegment {
        id: segment.id,
        now: now(),
    };
    operations::recompute(db, command).await.unwrap();
    let others = json!({ "field": "vip_status", "eq": false });
    let change = UpdateSegment {
        criteria: Some(others),
        ..UpdateSegment::new(segment.id)
    };
    operations::update(db, change).await.unwrap();
    let gate = "UPDATE customer_segments SET name = name";
    let outcomes = behind(db, gate, 12, |_| {
        let db = db.clone();
        async move { operations::recompute(&db, command).await }
    })
    .await;
    let (mut joined, mut left) = (0, 0);
    for outcome in outcomes {
        match outcome {
            Ok(changed) => {
                joined += changed.joined;
                left += changed.left;
                assert_eq!(changed.members, 20);
            }
            Err(error) => panic!("{error:?}, retryable: {}", error.is_retryable()),
        }
    }
    assert_eq!((joined, left), (20, 20));
}

/// A recompute that has been overtaken by other criteria must not have the last word. The gate holds the customers, so that the
/// first recompute stops at its first new member, while the second would have time to change the segment, were it not locked.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn members_are_those_of_the_last_criteria_however_slow_a_recompute_was(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    service::customers::register(db, RegisterCustomer::new("bob@example.com"))
        .await
        .unwrap();
    let segment = segment(db, "moving", json!({ "all": [] })).await;
    let command = RecomputeSegment {
        id: segment.id,
        now: now(),
    };
    let gate = match engine {
        Engine::Postgres => "SELECT id FROM customers FOR UPDATE",
        Engine::Sqlite => "UPDATE customers SET phone = phone",
    };
    let outcomes = in_turn(db, gate, 2, |n| {
        let db = db.clone();
        async move {
            if n == 1 {
                let nobody = UpdateSegment {
                    criteria: Some(json!({ "any": [] })),
                    ..UpdateSegment::new(command.id)
                };
                operations::update(&db, nobody).await.unwrap();
            }
            operations::recompute(&db, command).await
        }
    })
    .await;
    for outcome in outcomes {
        outcome.unwrap();
    }
    let members = entity::customer_segment_members::Entity::find()
        .count(db)
        .await
        .unwrap();
    assert_eq!(members, 0);
}
