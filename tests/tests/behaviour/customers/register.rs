//! Becoming a customer, once.

use entity::{CustomerId, customers};
use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use service::customers::{
    self as operations, CustomerKey, GetError, RegisterCustomer, RegisterError, UniqueField, UpdateCustomer,
};
use service::input::Rule;
use service::{Class, Classified, transaction};
use tests::{Engine, TestDatabase};

use super::{ann, customer, registered};
use crate::race::behind;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_found_by_everything_that_names_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let command = RegisterCustomer {
        email: "  Annelie@Example.COM ".into(),
        tags: vec!["trade".into(), "vip".into(), "trade".into()],
        ..ann()
    };
    let made = registered(db, command.clone()).await;
    assert_eq!(made.id, command.id);
    assert_eq!(made.email, "annelie@example.com");
    assert_eq!(*made.tags, ["trade", "vip"]);
    for key in [
        CustomerKey::Id(made.id),
        CustomerKey::Email("ANNELIE@example.com".into()),
        CustomerKey::ShopifyCustomerId("7000000000123".into()),
    ] {
        assert_eq!(operations::get(db, key).await.unwrap(), made);
    }
    for key in [
        CustomerKey::Id(CustomerId::new()),
        CustomerKey::Email("ann@example.com".into()),
        CustomerKey::Email("ann\0@example.com".into()),
        CustomerKey::ShopifyCustomerId("7".into()),
    ] {
        assert_eq!(operations::find(db, key.clone()).await.unwrap(), None);
        let error = operations::get(db, key.clone()).await.unwrap_err();
        assert!(matches!(error, GetError::NotFound { key: asked } if asked == key));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_same_registration_again_changes_nothing_and_another_under_its_id_is_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let first = registered(db, ann()).await;
    let command = RegisterCustomer {
        id: first.id,
        ..ann()
    };
    assert_eq!(registered(db, command.clone()).await, first);
    let other = RegisterCustomer {
        phone: None,
        ..command.clone()
    };
    let error = operations::register(db, other).await.unwrap_err();
    assert!(matches!(error, RegisterError::Conflict(conflict) if conflict.id == first.id.as_uuid()));
    let change = UpdateCustomer {
        vip_status: Some(true),
        ..UpdateCustomer::new(first.id)
    };
    let changed = operations::update(db, change).await.unwrap().customer;
    assert_eq!(
        registered(db, command).await,
        changed,
        "changed since, and left so"
    );
    assert_eq!(customers::Entity::find().count(db).await.unwrap(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_address_and_a_shopify_id_have_one_owner(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let annelie = registered(db, ann()).await.id;
    let bob = customer(db, "bob@example.com").await.id;
    let error = operations::register(
        db,
        RegisterCustomer {
            shopify_customer_id: Some("7000000000123".into()),
            ..RegisterCustomer::new("BOB@example.com")
        },
    )
    .await
    .unwrap_err();
    assert_eq!(error.class(), Class::Refused);
    assert!(!error.to_string().contains('@'), "{error}");
    let RegisterError::Taken { taken } = error else {
        panic!("{error:?}")
    };
    let fields: Vec<_> = taken.iter().map(|taken| (taken.field, taken.owner)).collect();
    assert_eq!(
        fields,
        [
            (UniqueField::Email, bob),
            (UniqueField::ShopifyCustomerId, annelie)
        ]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_column_does_not_hold_is_refused_with_its_field(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let command = RegisterCustomer {
        first_name: Some(" ".into()),
        phone: Some("1".repeat(51)),
        tags: vec!["a\0".into()],
        ..RegisterCustomer::new("nobody")
    };
    let error = operations::register(database.connection(), command)
        .await
        .unwrap_err();
    let RegisterError::Invalid(input) = error else {
        panic!("{error:?}")
    };
    let problems: Vec<_> = input.problems.into_iter().map(|p| (p.field, p.rule)).collect();
    assert_eq!(
        problems,
        [
            ("email".into(), Rule::NotAnEmail),
            ("first_name".into(), Rule::Blank),
            ("phone".into(), Rule::TooLong { max: 50, actual: 51 }),
            ("tags[0]".into(), Rule::Nul),
        ]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_registration_belongs_to_the_callers_transaction(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let outer = transaction::begin(db).await.unwrap();
    let made = operations::register(&outer, ann()).await.unwrap().customer;
    let twin = operations::register(&outer, ann()).await.unwrap_err();
    assert!(matches!(twin, RegisterError::Taken { .. }), "{twin:?}");
    assert_eq!(
        operations::get(&outer, made.id).await.unwrap(),
        made,
        "still usable"
    );
    outer.rollback().await.unwrap();
    assert_eq!(customers::Entity::find().count(db).await.unwrap(), 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_register_one_address_one_does_and_the_same_command_always_succeeds(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    customer(db, "bob@example.com").await;
    let gate = "UPDATE customers SET phone = phone";
    let command = ann();
    let outcomes = behind(db, gate, 16, |n| {
        let db = db.clone();
        let command = if n % 2 == 0 { command.clone() } else { ann() };
        async move { operations::register(&db, command).await }
    })
    .await;
    let mut owners = std::collections::BTreeSet::new();
    for outcome in outcomes {
        match outcome {
            Ok(made) => drop(owners.insert(made.customer.id)),
            Err(RegisterError::Taken { taken }) => assert_eq!(taken.len(), 2),
            Err(error) => assert!(error.is_retryable(), "{error:?}"),
        }
    }
    assert_eq!(owners.len(), 1);
    assert_eq!(customers::Entity::find().count(db).await.unwrap(), 2);
}
