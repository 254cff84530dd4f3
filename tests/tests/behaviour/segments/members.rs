//! Pages of members, and the segments of a customer.

use entity::CustomerId;
use rstest::rstest;
use serde_json::json;
use service::PageRequest;
use service::customers::RegisterCustomer;
use service::segments::{self as operations, ListMembers};
use tests::{Engine, TestDatabase};

use super::{recomputed, segment};
use crate::shop::amount;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn members_run_by_score_and_among_equals_the_newest_first(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut ids: Vec<CustomerId> = Vec::new();
    for n in 0..7 {
        let command = RegisterCustomer {
            vip_status: n % 3 == 0,
            ..RegisterCustomer::new(format!("c{n}@example.com"))
        };
        ids.push(
            service::customers::register(db, command)
                .await
                .unwrap()
                .customer
                .id,
        );
    }
    let bonus = json!({ "when": { "field": "vip_status", "eq": true }, "points": 0.05 });
    let all = segment(
        db,
        "all",
        json!({ "all": [], "score": { "base": 33.3, "add": [bonus] } }),
    )
    .await;
    let vips = segment(db, "vips", json!({ "field": "vip_status", "eq": true })).await;
    recomputed(db, &all).await;
    recomputed(db, &vips).await;
    let mut page = PageRequest {
        after: None,
        limit: 2,
    };
    let mut seen = Vec::new();
    loop {
        let members = operations::members(
            db,
            ListMembers {
                segment: all.id,
                page,
            },
        )
        .await
        .unwrap();
        for member in &members.items {
            assert_eq!(member.customer.id, member.membership.customer_id);
        }
        seen.extend(
            members
                .items
                .into_iter()
                .map(|member| (member.customer.id, member.membership.score)),
        );
        match members.next {
            Some(after) => page.after = Some(after),
            None => break,
        }
    }
    let expected: Vec<_> = [6, 3, 0]
        .map(|n| (ids[n], amount("33.35")))
        .into_iter()
        .chain([5, 4, 2, 1].map(|n| (ids[n], amount("33.3"))))
        .collect();
    assert_eq!(seen, expected);
    let of = operations::of_customer(db, ids[3]).await.unwrap();
    let of: Vec<_> = of
        .into_iter()
        .map(|of| (of.segment.id, of.membership.score))
        .collect();
    assert_eq!(of, [(all.id, amount("33.35")), (vips.id, amount("50"))]);
    assert_eq!(operations::of_customer(db, ids[1]).await.unwrap().len(), 1);
}
