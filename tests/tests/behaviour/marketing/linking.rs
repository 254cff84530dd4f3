//! Whose subscriptions they are: of who subscribes first and becomes a customer later, and of who is about to be removed.

use std::time::Duration;

use entity::{CustomerId, EmailSubscriberStatus::Unsubscribed};
use futures_util::TryStreamExt;
use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use service::customers::{self, DeleteCustomer, MergeCustomers, RegisterCustomer, UpdateCustomer};
use service::marketing::campaigns::{self, CreateCampaign, MailingLists, Recipients};
use service::marketing::lists::{self, LinkCustomer};
use service::transaction;
use tests::{Engine, TestDatabase, rows};

use super::{ANN, begun, drafted, ended, join, list, plan, segment, subscribed};

async fn owners(db: &DatabaseConnection, email: &str) -> Vec<Option<CustomerId>> {
    let rows = lists::subscriptions(db, email).await.unwrap();
    rows.into_iter().map(|row| row.customer_id).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn who_becomes_a_customer_elsewhere_gets_their_subscriptions(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    assert_eq!(subscribed(db, list, ANN).await.customer_id, None);
    let customer = rows::insert(db, "customers", [("email", ANN.into())]).await.id();
    let customer = customer.into();
    for expected in [1, 0] {
        let linked = lists::link(db, LinkCustomer { customer }).await.unwrap();
        assert_eq!(linked.subscriptions, expected);
    }
    assert_eq!(owners(db, ANN).await, [Some(customer)]);
    let customer = CustomerId::new();
    let linked = lists::link(db, LinkCustomer { customer }).await.unwrap();
    assert_eq!(linked.subscriptions, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_segment_reaches_who_subscribed_before_registering(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    subscribed(db, list, ANN).await;
    let command = RegisterCustomer::new("Ann@Example.com");
    let undone = transaction::begin(db).await.unwrap();
    customers::register(&undone, command.clone()).await.unwrap();
    undone.rollback().await.unwrap();
    assert_eq!(owners(db, ANN).await, [None], "rolled back");
    let ann = customers::register(db, command).await.unwrap().customer.id;
    assert_eq!(owners(db, ANN).await, [Some(ann)]);
    let (target, _) = segment(db, 0).await;
    join(db, target, ann).await;
    let command = CreateCampaign {
        target_segment: Some(target),
        ..plan()
    };
    let campaign = drafted(db, command).await.id;
    let lists = MailingLists::Active;
    let recipients = campaigns::recipients(db, Recipients { campaign, lists })
        .await
        .unwrap();
    let recipients: Vec<_> = recipients.try_collect().await.unwrap();
    assert_eq!(recipients.len(), 1);
    assert_eq!((recipients[0].customer, recipients[0].list), (Some(ann), list));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn who_changes_the_address_gets_what_is_nobodys_and_keeps_the_rest(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    let register = async |email: &str| {
        let command = RegisterCustomer::new(email);
        customers::register(db, command).await.unwrap().customer.id
    };
    let (ann, bob) = (
        register("old@example.com").await,
        register("bob@example.com").await,
    );
    subscribed(db, list, "old@example.com").await;
    subscribed(db, list, ANN).await;
    let command = UpdateCustomer {
        email: Some(ANN.into()),
        ..UpdateCustomer::new(ann)
    };
    customers::update(db, command).await.unwrap();
    assert_eq!(owners(db, ANN).await, [Some(ann)]);
    assert_eq!(owners(db, "old@example.com").await, [Some(ann)]);
    // Whoever takes the old address over takes nothing of Ann's.
    let command = UpdateCustomer {
        email: Some("old@example.com".into()),
        ..UpdateCustomer::new(bob)
    };
    customers::update(db, command).await.unwrap();
    assert_eq!(owners(db, "old@example.com").await, [Some(ann)]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_merge_begins_nothing_that_had_ended(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    subscribed(db, list, ANN).await;
    ended(db, Some(list), "2026-02-01").await;
    let register = async |email: &str, accepts_marketing| {
        let command = RegisterCustomer {
            accepts_marketing,
            ..RegisterCustomer::new(email)
        };
        customers::register(db, command).await.unwrap().customer.id
    };
    for (n, consents) in [(true, false), (false, true), (true, true)]
        .into_iter()
        .enumerate()
    {
        let from = register(if n == 0 { ANN } else { "from@example.com" }, consents.0).await;
        let into = register(&format!("into{n}@example.com"), consents.1).await;
        let merged = customers::merge(db, MergeCustomers::new(from, into))
            .await
            .unwrap();
        assert_eq!(merged.customer.accepts_marketing, consents.0 && consents.1);
        if n == 0 {
            let rows = lists::subscriptions(db, ANN).await.unwrap();
            assert_eq!((rows[0].customer_id, rows[0].status), (Some(into), Unsubscribed));
            begun(db, list, "2026-01-15").await.unwrap_err();
        }
    }
}

/// Whoever removes a customer holds it and then its subscriptions; who subscribes takes them in the same order.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_while_subscribing_is_no_deadlock(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (news, sale) = (list(db, "news").await, list(db, "sale").await);
    let id = customers::register(db, RegisterCustomer::new(ANN)).await.unwrap();
    let id = id.customer.id;
    begun(db, news, "2026-01-01").await.unwrap();
    let held = transaction::begin(db).await.unwrap();
    held.execute_unprepared("UPDATE customers SET email = email WHERE email = 'ann@example.com'")
        .await
        .unwrap();
    if engine == Engine::Postgres {
        held.execute_unprepared("SELECT 1 FROM customers FOR UPDATE")
            .await
            .unwrap();
    }
    let own = db.clone();
    let racer = tokio::spawn(async move { begun(&own, sale, "2026-01-01").await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    customers::delete(&held, DeleteCustomer { id }).await.unwrap();
    held.commit().await.unwrap();
    racer.await.unwrap().unwrap();
    assert_eq!(owners(db, ANN).await, [None, None]);
}
