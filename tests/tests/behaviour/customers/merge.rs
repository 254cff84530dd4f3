//! Two records of one person.

use entity::{CustomerId, customer_interactions, email_subscribers, orders, transactions};
use rstest::rstest;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter};
use service::customers::{
    self as operations, MergeCustomers, MergeError, Moved, RegisterCustomer, UpdateCustomer,
};
use service::segments::of_customer;
use service::{Class, Classified, transaction};
use tests::{Engine, TestDatabase, rows};

use super::{ann, customer, registered};
use crate::race::behind;
use crate::shop::amount;

/// Gives a customer one of everything, and a membership with this score in each segment.
async fn furnish(db: &DatabaseConnection, id: CustomerId, segments: &[(uuid::Uuid, &str)]) {
    let of = || [("customer_id", id.into())];
    for table in [
        "orders",
        "transactions",
        "customer_interactions",
        "email_subscribers",
    ] {
        rows::insert(db, table, of()).await;
    }
    for (segment, score) in segments {
        let mut row = rows::prepare(db, "customer_segment_members", of()).await;
        row.set("segment_id", *segment);
        row.set("score", amount(score));
        row.insert(db, "customer_segment_members").await.unwrap();
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_survivor_has_everything_and_the_other_is_gone(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let from = RegisterCustomer {
        accepts_marketing: true,
        vip_status: true,
        ..ann()
    };
    let from = registered(db, from).await;
    let into = RegisterCustomer {
        first_name: Some("Anne".into()),
        tags: vec!["old".into(), "trade".into()],
        ..RegisterCustomer::new("anne@example.com")
    };
    let into = registered(db, into).await;
    let mut segments = Vec::new();
    for _ in 0..3 {
        segments.push(rows::insert(db, "customer_segments", []).await.id());
    }
    furnish(
        db,
        from.id,
        &[(segments[0], "90"), (segments[1], "10"), (segments[2], "30")],
    )
    .await;
    furnish(db, into.id, &[(segments[0], "40"), (segments[1], "20")]).await;
    let command = MergeCustomers::new(from.id, into.id);
    let merged = operations::merge(db, command).await.unwrap();
    let moved = Moved {
        orders: 1,
        transactions: 1,
        interactions: 1,
        memberships: 3,
        subscriptions: 1,
    };
    assert_eq!(merged.moved, moved);
    let expected = entity::customers::Model {
        shopify_customer_id: from.shopify_customer_id.clone(),
        last_name: from.last_name.clone(),
        company: from.company.clone(),
        phone: from.phone.clone(),
        tags: ["old", "trade", "newsletter"].into_iter().collect(),
        accepts_marketing: false,
        vip_status: true,
        created_at: from.created_at,
        updated_at: merged.customer.updated_at,
        ..into.clone()
    };
    assert_eq!(merged.customer, expected);
    assert_eq!(operations::find(db, from.id).await.unwrap(), None);
    let scores: Vec<_> = of_customer(db, into.id)
        .await
        .unwrap()
        .into_iter()
        .map(|of| (of.segment.id.as_uuid(), of.membership.score))
        .collect();
    let mut expected: Vec<_> = segments.into_iter().zip(["90", "20", "30"].map(amount)).collect();
    expected.sort_unstable();
    assert_eq!(scores, expected);
    let of = orders::Entity::find()
        .filter(orders::Column::CustomerId.eq(into.id))
        .count(db)
        .await
        .unwrap();
    assert_eq!(of, 2);
    let of = email_subscribers::Column::CustomerId.eq(into.id);
    assert_eq!(
        email_subscribers::Entity::find()
            .filter(of)
            .count(db)
            .await
            .unwrap(),
        2
    );
    let again = operations::merge(db, command).await.unwrap();
    assert_eq!(again, merged, "the same command again");
    let other = MergeCustomers {
        from: into.id,
        into: from.id,
        ..command
    };
    let error = operations::merge(db, other).await.unwrap_err();
    assert!(matches!(error, MergeError::Conflict(_)), "{error:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_merges_with_nobody_or_with_itself(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let bob = customer(db, "bob@example.com").await;
    let absent = CustomerId::new();
    let error = operations::merge(db, MergeCustomers::new(bob.id, bob.id))
        .await
        .unwrap_err();
    assert!(matches!(error, MergeError::Invalid(_)), "{error:?}");
    for (from, into) in [(bob.id, absent), (absent, bob.id)] {
        let error = operations::merge(db, MergeCustomers::new(from, into))
            .await
            .unwrap_err();
        assert!(
            matches!(&error, MergeError::NotFound { customers } if customers == &[absent]),
            "{error:?}"
        );
    }
    let eve = customer(db, "eve@example.com").await;
    furnish(db, eve.id, &[]).await;
    let outer = transaction::begin(db).await.unwrap();
    operations::merge(&outer, MergeCustomers::new(eve.id, bob.id))
        .await
        .unwrap();
    outer.rollback().await.unwrap();
    assert_eq!(operations::get(db, eve.id).await.unwrap(), eve, "rolled back");
    let of = transactions::Column::CustomerId.eq(eve.id);
    assert_eq!(
        transactions::Entity::find().filter(of).count(db).await.unwrap(),
        1
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_merge_into_each_other_one_does(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let a = customer(db, "a@example.com").await.id;
    let b = customer(db, "b@example.com").await.id;
    // No orders: their locks would be enough to keep the merges apart.
    for id in [a, b] {
        for table in ["customer_interactions", "email_subscribers"] {
            rows::insert(db, table, [("customer_id", id.into())]).await;
        }
    }
    let gate = "UPDATE customers SET phone = phone";
    let outcomes = behind(db, gate, 8, |n| {
        let db = db.clone();
        let command = match n % 2 {
            0 => MergeCustomers::new(a, b),
            _ => MergeCustomers::new(b, a),
        };
        async move { operations::merge(&db, command).await }
    })
    .await;
    let mut survivors = Vec::new();
    for outcome in outcomes {
        match outcome {
            Ok(merged) => survivors.push(merged.customer.id),
            Err(MergeError::NotFound { .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(survivors.len(), 1);
    let of = customer_interactions::Column::CustomerId.eq(survivors[0]);
    let kept = customer_interactions::Entity::find().filter(of);
    assert_eq!(kept.count(db).await.unwrap(), 2);
    let of = email_subscribers::Column::CustomerId.eq(survivors[0]);
    assert_eq!(
        email_subscribers::Entity::find()
            .filter(of)
            .count(db)
            .await
            .unwrap(),
        2
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_merge_drops_no_tag_and_is_refused_when_they_are_too_many(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let tagged = async |email: &str, numbers: std::ops::Range<usize>| {
        let command = RegisterCustomer {
            tags: numbers.map(|n| format!("tag {n}")).collect(),
            ..RegisterCustomer::new(email)
        };
        registered(db, command).await.id
    };
    let into = tagged("into@example.com", 0..200).await;
    let from = tagged("from@example.com", 100..251).await;
    let error = operations::merge(db, MergeCustomers::new(from, into))
        .await
        .unwrap_err();
    assert_eq!(error.class(), Class::Refused);
    assert!(
        matches!(error, MergeError::TooManyTags { tags: 251, max: 250 }),
        "{error:?}"
    );
    let fewer = UpdateCustomer {
        remove_tags: vec!["tag 0".into()],
        ..UpdateCustomer::new(into)
    };
    operations::update(db, fewer).await.unwrap();
    let merged = operations::merge(db, MergeCustomers::new(from, into))
        .await
        .unwrap();
    assert_eq!(merged.customer.tags.0.len(), 250);
}
