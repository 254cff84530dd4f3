//! The numbers of statements that the README of `service` states for customers.

use chrono::Utc;
use rstest::rstest;
use service::PageRequest;
use service::customers::{
    self as operations, CustomerKey, DeleteCustomer, EraseCustomer, ListCustomers, ListInteractions,
    ListTimeline, MergeCustomers, RecordInteraction, RegisterCustomer, UpdateCustomer,
};
use tests::{Engine, TestDatabase, rows};

use super::{ann, customer};
use crate::shop::counting;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn customers_send_what_their_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let command = ann();
    let id = command.id;
    let held = u32::from(engine == Engine::Postgres);
    for expected in [3 + held, 2 + held] {
        operations::register(&db, command.clone()).await.unwrap();
        assert_eq!(statements.sent(), expected, "register");
    }
    let twin = RegisterCustomer::new("annelie@example.com");
    operations::register(&db, twin).await.unwrap_err();
    assert_eq!(statements.sent(), 2 + held, "register, refused");
    let moved = UpdateCustomer {
        email: Some("a.l@example.com".into()),
        ..UpdateCustomer::new(id)
    };
    let vip = UpdateCustomer {
        vip_status: Some(true),
        ..UpdateCustomer::new(id)
    };
    for (command, expected) in [(vip, 3), (moved, 4 + held), (UpdateCustomer::new(id), 1)] {
        operations::update(&db, command).await.unwrap();
        assert_eq!(statements.sent(), expected, "update");
    }
    operations::get(&db, CustomerKey::Email("a.l@example.com".into()))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 1, "get");
    operations::list(&db, ListCustomers::default()).await.unwrap();
    assert_eq!(statements.sent(), 1, "list");
    let call = RecordInteraction::new(id, "call", "phone", Utc::now());
    operations::record_interaction(&db, call).await.unwrap();
    assert_eq!(statements.sent(), 2, "record_interaction");
    let page = PageRequest::default();
    operations::interactions(&db, ListInteractions { customer: id, page })
        .await
        .unwrap();
    assert_eq!(statements.sent(), 1, "interactions");
    let page = PageRequest::default();
    operations::timeline(&db, ListTimeline { customer: id, page })
        .await
        .unwrap();
    assert_eq!(statements.sent(), 5, "timeline");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn customers_go_with_as_many_statements_whatever_they_have(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let mut ids = Vec::new();
    for n in 0..4 {
        let id = customer(&db, &format!("c{n}@example.com")).await.id;
        for _ in 0..3 {
            for table in [
                "orders",
                "transactions",
                "customer_interactions",
                "customer_segment_members",
            ] {
                rows::insert(&db, table, [("customer_id", id.into())]).await;
            }
        }
        ids.push(id);
    }
    let unsubscribed = [("customer_id", ids[3].into()), ("status", "unsubscribed".into())];
    rows::insert(&db, "email_subscribers", unsubscribed).await;
    statements.sent();
    operations::merge(&db, MergeCustomers::new(ids[0], ids[1]))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 13, "merge");
    operations::delete(&db, DeleteCustomer { id: ids[1] })
        .await
        .unwrap();
    assert_eq!(statements.sent(), 8, "delete");
    operations::erase(&db, EraseCustomer::new(ids[2])).await.unwrap();
    assert_eq!(statements.sent(), 42, "erase, nothing found");
    operations::erase(&db, EraseCustomer::new(ids[3])).await.unwrap();
    assert_eq!(statements.sent(), 44, "erase, unsubscribed");
}
