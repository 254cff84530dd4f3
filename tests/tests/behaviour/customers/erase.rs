//! Forgetting a person.

use entity::{EmailSubscriberStatus, customers, email_subscribers, system_events};
use rstest::rstest;
use sea_orm::{ActiveValue::Set, EntityTrait, PaginatorTrait};
use serde_json::json;
use service::customers::{self as operations, EraseCustomer, EraseError, RegisterCustomer};
use service::transaction;
use tests::{Engine, TestDatabase, rows};

use super::planted::{books, furnish, plant, remains};
use super::{ann, customer, registered};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_left_in_any_text_of_any_table_and_the_books_are_unchanged(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = registered(db, ann()).await.id;
    furnish(db, id).await;
    plant(db, id).await;
    assert!(remains(db).await.len() > 60, "planted everywhere");
    let before = books(db).await;
    let command = EraseCustomer::new(id);
    let erased = operations::erase(db, command).await.unwrap();
    let remains = remains(db).await;
    assert!(remains.is_empty(), "{}", remains.join("\n"));
    assert_eq!(books(db).await, before);
    assert_eq!((erased.orders, erased.transactions), (1, 0));
    assert_eq!(
        (erased.interactions, erased.memberships, erased.unlisted),
        (1, 1, 1)
    );
    assert!(erased.redacted.len() >= 24, "{:?}", erased.redacted);
    assert_eq!(operations::find(db, id).await.unwrap(), None);
    assert_eq!(
        operations::erase(db, command).await.unwrap(),
        erased,
        "the same command again"
    );
    let proof = system_events::Entity::find_by_id(command.id)
        .one(db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(proof.event_type, "customer.erased");
    let error = operations::erase(db, EraseCustomer::new(id)).await.unwrap_err();
    assert!(
        matches!(error, EraseError::NotFound { id: asked } if asked == id),
        "{error:?}"
    );
    let somebody_else = EraseCustomer {
        customer: entity::CustomerId::new(),
        ..command
    };
    let error = operations::erase(db, somebody_else).await.unwrap_err();
    assert!(matches!(error, EraseError::Conflict(_)), "{error:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_about_somebody_else_stays(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = registered(db, ann()).await.id;
    let namesake = RegisterCustomer {
        first_name: Some("Annelie".into()),
        phone: Some("+1 (555) 123-4567".into()),
        ..RegisterCustomer::new("joannelie@example.com")
    };
    let namesake = registered(db, namesake).await;
    let mut kept = Vec::new();
    for text in [
        "joannelie@example.com",
        "annelie@example.com.au",
        "Annelie",
        "Annelies Leeuwenhoekster",
        "+1 (555) 123-45678",
        "17000000000123",
        "100% of annelie_example",
    ] {
        let row = rows::insert(db, "system_events", [("message", text.into())]).await;
        kept.push((row.id(), text));
    }
    let mixed = "write to annelie@example.com. Or call (555) 123-4567, says Annelie; cc bob@example.com";
    let mixed = rows::insert(db, "system_events", [("message", mixed.into())])
        .await
        .id();
    operations::erase(db, EraseCustomer::new(id)).await.unwrap();
    let message = async |id: uuid::Uuid| {
        let event = system_events::Entity::find_by_id(id).one(db).await.unwrap();
        event.unwrap().message
    };
    for (id, text) in kept {
        assert_eq!(message(id).await, text);
    }
    let left = "write to [erased]. Or call [erased], says [erased]; cc bob@example.com";
    assert_eq!(message(mixed).await, left);
    assert_eq!(operations::get(db, namesake.id).await.unwrap(), namesake);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_unsubscribe_outlives_the_person_under_a_digest(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = registered(db, ann()).await.id;
    for status in ["subscribed", "pending", "unsubscribed", "bounced", "complained"] {
        // One of them is of an address of which only the subscription knows whose it is.
        let email = if status == "bounced" {
            "a.l@example.org"
        } else {
            "annelie@example.com"
        };
        let mut row = rows::prepare(db, "email_subscribers", [("email", email.into())]).await;
        row.set("status", status);
        row.set("consent", json!({ "ip": "192.0.2.1" }));
        if status != "complained" {
            row.set("customer_id", id);
        }
        row.insert(db, "email_subscribers").await.unwrap();
    }
    let bob = customer(db, "bob@example.com").await.id;
    rows::insert(
        db,
        "email_subscribers",
        [("customer_id", bob.into()), ("email", "bob@example.com".into())],
    )
    .await;
    let erased = operations::erase(db, EraseCustomer::new(id)).await.unwrap();
    assert_eq!((erased.suppressed, erased.unlisted), (3, 2));
    let rows = email_subscribers::Entity::find().all(db).await.unwrap();
    let (kept, others): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|row| row.email.ends_with("@erased.invalid"));
    assert_eq!(
        others.iter().map(|row| row.customer_id).collect::<Vec<_>>(),
        [Some(bob)]
    );
    assert_eq!(kept.len(), 3);
    let of = |status| kept.iter().find(|row| row.status == status).unwrap();
    let unsubscribed = of(EmailSubscriberStatus::Unsubscribed);
    assert_eq!(
        unsubscribed.email,
        of(EmailSubscriberStatus::Complained).email,
        "one address, one digest"
    );
    assert_ne!(unsubscribed.email, of(EmailSubscriberStatus::Bounced).email);
    assert!(
        kept.iter()
            .all(|row| row.consent == json!({}) && row.customer_id.is_none())
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_belongs_to_the_callers_transaction_and_takes_more_rows_than_a_batch(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let id = registered(db, ann()).await.id;
    let event = |n: usize| system_events::ActiveModel {
        id: Set(entity::SystemEventId::new()),
        event_type: Set("mail.sent".into()),
        message: Set(format!("{n} to annelie@example.com")),
        ..Default::default()
    };
    let events: Vec<_> = (0..1_200).map(event).collect();
    system_events::Entity::insert_many(events)
        .exec_without_returning(db)
        .await
        .unwrap();
    let outer = transaction::begin(db).await.unwrap();
    let erased = operations::erase(&outer, EraseCustomer::new(id)).await.unwrap();
    assert_eq!(erased.redacted["system_events"], 1_200);
    outer.rollback().await.unwrap();
    assert_eq!(customers::Entity::find().count(db).await.unwrap(), 1);
    let events = system_events::Entity::find().all(db).await.unwrap();
    assert!(
        events
            .iter()
            .all(|event| event.message.ends_with("annelie@example.com"))
    );
    operations::erase(db, EraseCustomer::new(id)).await.unwrap();
    let events = system_events::Entity::find().all(db).await.unwrap();
    assert!(!events.iter().any(|event| event.message.contains("annelie")));
}
