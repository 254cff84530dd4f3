//! Whoever ended a subscription and was then erased is not mailed again, however the address comes back.

use entity::EmailSubscriberStatus::{Bounced, Complained, Unsubscribed};
use entity::{EmailListId, EmailSubscriberStatus};
use futures_util::TryStreamExt;
use rstest::rstest;
use sea_orm::DatabaseConnection;
use service::customers::{self, EraseCustomer, RegisterCustomer, UpdateCustomer};
use service::marketing::campaigns::{self, CreateCampaign, MailingLists, Recipients};
use service::marketing::lists::{self, Import, ImportLine, OptIn, SubscribeError};
use tests::{Engine, TestDatabase};

use super::{
    ANN, begun, bounced, complained, confirmed, drafted, ended, join, list, noon, plan, requested, segment,
};

async fn registered(db: &DatabaseConnection) -> entity::CustomerId {
    let command = RegisterCustomer::new(ANN);
    customers::register(db, command).await.unwrap().customer.id
}

async fn imported(db: &DatabaseConnection, list: EmailListId) -> lists::Imported {
    let command = Import {
        list,
        source: "fair".into(),
        text_version: None,
        opt_in: OptIn::Single,
        lines: vec![ImportLine {
            email: " ANN@example.com".into(),
            given_at: noon("2026-09-01"),
        }],
    };
    lists::import(db, command).await.unwrap()
}

/// How many are mailed for a campaign that targets nobody but Ann.
async fn mailed(db: &DatabaseConnection, ann: entity::CustomerId) -> usize {
    let (target, _) = segment(db, 0).await;
    join(db, target, ann).await;
    let command = CreateCampaign {
        target_segment: Some(target),
        ..plan()
    };
    let campaign = drafted(db, command).await.id;
    let lists = MailingLists::Active;
    let recipients = campaigns::recipients(db, Recipients { campaign, lists }).await;
    let recipients: Vec<_> = recipients.unwrap().try_collect().await.unwrap();
    recipients.len()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_end_is_honoured_after_the_erasure(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(Unsubscribed, Bounced, Complained)] how: EmailSubscriberStatus,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (news, other) = (list(db, "news").await, list(db, "other").await);
    // Before being a customer: nothing but the address says whose it is.
    begun(db, news, "2026-01-01").await.unwrap();
    match how {
        Bounced => assert_eq!(bounced(db, "2026-02-01").await, 1),
        Complained => assert_eq!(complained(db, "2026-02-01").await, 1),
        _ => assert_eq!(ended(db, Some(news), "2026-02-01").await.len(), 1),
    }
    let id = registered(db).await;
    let erased = customers::erase(db, EraseCustomer::new(id)).await.unwrap();
    assert_eq!((erased.suppressed, erased.unlisted), (1, 0));
    let back = registered(db).await;

    let error = begun(db, news, "2026-01-15").await.unwrap_err();
    assert!(
        matches!(error, SubscribeError::NeedsConsent { status, .. } if status == how),
        "{error:?}"
    );
    requested(db, news, "2026-01-15").await.unwrap_err();
    confirmed(db, news, "2026-03-01").await.unwrap_err();
    assert_eq!(imported(db, news).await.barred, [(ANN.to_owned(), how)]);
    // A bounce and a complaint are about the address, on whatever list.
    let elsewhere = imported(db, other).await;
    assert_eq!(elsewhere.added.len(), usize::from(how == Unsubscribed));
    assert_eq!(mailed(db, back).await, elsewhere.added.len());

    // A new consent begins it, and a second erasure takes that back and not the end.
    if how == Unsubscribed {
        begun(db, news, "2026-04-01").await.unwrap();
    } else {
        begun(db, news, "2026-04-01").await.unwrap_err();
        requested(db, news, "2026-04-01").await.unwrap();
        confirmed(db, news, "2026-04-02").await.unwrap();
    }
    assert_eq!(mailed(db, back).await, 1);
    customers::erase(db, EraseCustomer::new(back)).await.unwrap();
    assert_eq!(imported(db, news).await.barred, [(ANN.to_owned(), how)]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_leaves_what_another_did_under_an_address_that_is_theirs_by_now(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (news, sale, old) = (
        list(db, "news").await,
        list(db, "sale").await,
        list(db, "old").await,
    );
    let ann = registered(db).await;
    begun(db, news, "2026-01-01").await.unwrap();
    begun(db, old, "2026-01-01").await.unwrap();
    ended(db, Some(old), "2026-02-01").await;
    // Ann moves on, and Bob gets her address.
    let command = UpdateCustomer {
        email: Some("new@example.com".into()),
        ..UpdateCustomer::new(ann)
    };
    customers::update(db, command).await.unwrap();
    let bob = registered(db).await;
    begun(db, sale, "2026-03-01").await.unwrap();
    let erased = customers::erase(db, EraseCustomer::new(ann)).await.unwrap();
    assert_eq!((erased.suppressed, erased.unlisted), (1, 1));
    let left = lists::subscriptions(db, ANN).await.unwrap();
    let left: Vec<_> = left.iter().map(|row| (row.list_id, row.customer_id)).collect();
    assert_eq!(left, [(sale, Some(bob))]);
    // The mailbox is the same, and said no.
    let error = begun(db, old, "2026-01-15").await.unwrap_err();
    assert!(matches!(error, SubscribeError::NeedsConsent { .. }), "{error:?}");
    // Once Bob goes, nothing is left.
    customers::erase(db, EraseCustomer::new(bob)).await.unwrap();
    assert_eq!(lists::subscriptions(db, ANN).await.unwrap(), []);
}
