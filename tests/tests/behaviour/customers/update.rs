//! Changing what is known of a customer.

use entity::CustomerId;
use rstest::rstest;
use service::customers::{self as operations, RegisterCustomer, UniqueField, UpdateCustomer, UpdateError};
use service::input::Rule;
use tests::{Engine, TestDatabase};

use super::{ann, customer, registered};
use crate::race::behind;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_update_changes_what_it_names_and_nothing_else(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let before = registered(db, ann()).await;
    let unchanged = operations::update(db, UpdateCustomer::new(before.id))
        .await
        .unwrap();
    assert_eq!(unchanged.customer, before);
    let command = UpdateCustomer {
        email: Some("A.Leeuwenhoek@Example.com".into()),
        company: Some(None),
        add_tags: vec!["gallery".into(), "trade".into()],
        remove_tags: vec!["newsletter".into()],
        accepts_marketing: Some(true),
        ..UpdateCustomer::new(before.id)
    };
    let after = operations::update(db, command).await.unwrap().customer;
    let expected = entity::customers::Model {
        email: "a.leeuwenhoek@example.com".into(),
        company: None,
        tags: vec!["trade".to_owned(), "gallery".into()].into(),
        accepts_marketing: true,
        updated_at: after.updated_at,
        ..before
    };
    assert_eq!(after, expected);
    assert!(after.updated_at > after.created_at);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_update_is_refused_for_what_others_have_and_for_nobody(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let before = registered(db, ann()).await;
    let bob = customer(db, "bob@example.com").await.id;
    let command = UpdateCustomer {
        email: Some("bob@example.com".into()),
        first_name: Some(Some("Bob".into())),
        ..UpdateCustomer::new(before.id)
    };
    let error = operations::update(db, command).await.unwrap_err();
    let UpdateError::Taken { taken } = error else {
        panic!("{error:?}")
    };
    assert_eq!((taken[0].field, taken[0].owner), (UniqueField::Email, bob));
    assert_eq!(
        operations::get(db, before.id).await.unwrap(),
        before,
        "rolled back"
    );
    let id = CustomerId::new();
    let error = operations::update(db, UpdateCustomer::new(id)).await.unwrap_err();
    assert!(matches!(error, UpdateError::NotFound { id: asked } if asked == id));
    let command = UpdateCustomer {
        tags: Some(vec![]),
        add_tags: vec!["x".into()],
        ..UpdateCustomer::new(before.id)
    };
    let error = operations::update(db, command).await.unwrap_err();
    let UpdateError::Invalid(input) = error else {
        panic!("{error:?}")
    };
    assert!(matches!(input.problems[0].rule, Rule::Conflicts { .. }));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn tags_that_many_add_at_once_are_all_there(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = registered(db, RegisterCustomer::new("bob@example.com")).await.id;
    let outcomes = behind(db, "UPDATE customers SET phone = phone", 12, |n| {
        let db = db.clone();
        let command = UpdateCustomer {
            add_tags: vec![format!("tag-{n}")],
            ..UpdateCustomer::new(id)
        };
        async move { operations::update(&db, command).await }
    })
    .await;
    for outcome in outcomes {
        outcome.unwrap();
    }
    assert_eq!(operations::get(db, id).await.unwrap().tags.len(), 12);
}
