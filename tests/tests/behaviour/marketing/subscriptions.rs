//! Subscribing, in one step or two, and what ends it.

use std::net::IpAddr;

use entity::EmailSubscriberStatus::{Bounced, Complained, Pending, Subscribed, Unsubscribed};
use entity::{CustomerId, EmailListId, customers};
use rstest::rstest;
use sea_orm::EntityTrait;
use serde_json::json;
use service::marketing::lists::{
    self, Confirm, ConfirmError, Consent, EndError, OptIn, Subscribe, SubscribeError, UpdateList,
};
use service::{Class, Classified, transaction};
use tests::{Engine, TestDatabase, rows};

use super::{ANN, begun, bounced, complained, confirmed, ended, list, noon, requested, status};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_keeps_its_consent_and_finds_its_customer(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    let customer: CustomerId = rows::insert(db, "customers", [("email", ANN.into())])
        .await
        .id()
        .into();
    let consent = Consent {
        text_version: Some("2026-1".into()),
        ip: Some(IpAddr::from([192, 0, 2, 1])),
        ..Consent::new(noon("2026-01-01"), "footer")
    };
    let command = Subscribe {
        list,
        email: "  Ann@Example.COM ".into(),
        consent: consent.clone(),
        opt_in: OptIn::Single,
    };
    let first = lists::subscribe(db, command.clone()).await.unwrap();
    assert_eq!(first.from, None);
    let row = first.subscription;
    assert_eq!(
        (row.email.as_str(), row.customer_id, row.status),
        (ANN, Some(customer), Subscribed)
    );
    assert_eq!(
        (row.subscribed_at, row.unsubscribed_at),
        (noon("2026-01-01"), None)
    );
    assert_eq!(
        serde_json::from_value::<Consent>(row.consent.clone()).unwrap(),
        consent
    );
    let again = lists::subscribe(db, command).await.unwrap();
    assert_eq!((again.from, again.subscription), (Some(Subscribed), row.clone()));
    assert_eq!(lists::subscriptions(db, "ANN@example.com").await.unwrap(), [row]);
    // The unsubscription outlives the customer.
    ended(db, Some(list), "2026-02-01").await;
    customers::Entity::delete_by_id(customer).exec(db).await.unwrap();
    let left = lists::subscriptions(db, ANN).await.unwrap();
    assert_eq!((left[0].customer_id, left[0].status), (None, Unsubscribed));
    let error = begun(db, list, "2026-01-15").await.unwrap_err();
    assert!(matches!(error, SubscribeError::NeedsConsent { .. }), "{error:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn in_two_steps_the_second_decides(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    let error = confirmed(db, list, "2026-01-01").await.unwrap_err();
    assert!(matches!(error, ConfirmError::NotFound { list: asked } if asked == list));
    requested(db, list, "2026-01-01").await.unwrap();
    assert_eq!(status(db, list).await, Some(Pending));
    // Asking again takes the newer consent.
    let row = requested(db, list, "2026-01-02").await.unwrap().subscription;
    assert_eq!(row.subscribed_at, noon("2026-01-02"));
    let row = confirmed(db, list, "2026-01-03").await.unwrap().subscription;
    assert_eq!((row.status, row.subscribed_at), (Subscribed, noon("2026-01-03")));
    assert_eq!(row.consent["given_at"], json!(noon("2026-01-02")));
    assert_eq!(row.consent["confirmed_at"], json!(noon("2026-01-03")));
    let again = confirmed(db, list, "2026-01-04").await.unwrap();
    assert_eq!((again.from, again.subscription), (Some(Subscribed), row));
    // A confirmation that comes after the unsubscription undoes nothing.
    ended(db, Some(list), "2026-02-01").await;
    let error = confirmed(db, list, "2026-03-01").await.unwrap_err();
    assert!(
        matches!(error, ConfirmError::NothingPending { status: Unsubscribed }),
        "{error:?}"
    );
    assert_eq!(error.class(), Class::Refused);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn only_a_newer_consent_begins_again_what_was_unsubscribed(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    begun(db, list, "2026-01-01").await.unwrap();
    let out = ended(db, Some(list), "2026-02-01").await;
    assert_eq!(out.len(), 1);
    assert_eq!(out[0].unsubscribed_at, Some(noon("2026-02-01")));
    assert_eq!(ended(db, Some(list), "2026-02-01").await, [], "again");
    for day in ["2026-01-01", "2026-02-01"] {
        let error = begun(db, list, day).await.unwrap_err();
        let SubscribeError::NeedsConsent { status, ended_at } = error else {
            panic!("{error:?}")
        };
        assert_eq!((status, ended_at), (Unsubscribed, noon("2026-02-01")));
    }
    // The last no counts.
    assert_eq!(ended(db, Some(list), "2026-03-01").await.len(), 1);
    begun(db, list, "2026-02-15").await.unwrap_err();
    let back = begun(db, list, "2026-03-02").await.unwrap();
    assert_eq!(
        (back.from, back.subscription.unsubscribed_at),
        (Some(Unsubscribed), None)
    );
    // A no from before that yes comes late, and ends nothing.
    assert_eq!(ended(db, None, "2026-03-01").await, []);
    assert_eq!(status(db, list).await, Some(Subscribed));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_bounce_and_a_complaint_count_on_every_list(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (news, sale, later) = (
        list(db, "news").await,
        list(db, "sale").await,
        list(db, "later").await,
    );
    begun(db, news, "2026-01-01").await.unwrap();
    begun(db, sale, "2026-01-01").await.unwrap();
    ended(db, Some(sale), "2026-01-02").await;
    assert_eq!(bounced(db, "2026-02-01").await, 1);
    assert_eq!(bounced(db, "2026-02-01").await, 0, "again");
    assert_eq!(
        (status(db, news).await, status(db, sale).await),
        (Some(Bounced), Some(Unsubscribed))
    );
    let error = begun(db, later, "2026-01-15").await.unwrap_err();
    assert!(
        matches!(error, SubscribeError::NeedsConsent { status: Bounced, .. }),
        "{error:?}"
    );
    for list in [news, later] {
        let error = begun(db, list, "2026-02-02").await.unwrap_err();
        assert!(
            matches!(error, SubscribeError::NeedsConfirmation { status: Bounced }),
            "{error:?}"
        );
    }
    requested(db, later, "2026-02-02").await.unwrap();
    confirmed(db, later, "2026-02-03").await.unwrap();
    // That proves the mailbox; the bounce is forgotten everywhere.
    begun(db, sale, "2026-02-04").await.unwrap();
    assert_eq!(complained(db, "2026-03-01").await, 3);
    assert_eq!(complained(db, "2026-03-01").await, 0, "again");
    assert_eq!(bounced(db, "2026-03-02").await, 0);
    assert_eq!(status(db, later).await, Some(Complained));
    let error = begun(db, news, "2026-04-01").await.unwrap_err();
    assert!(
        matches!(error, SubscribeError::NeedsConfirmation { status: Complained }),
        "{error:?}"
    );
    requested(db, news, "2026-04-01").await.unwrap();
    assert_eq!(status(db, news).await, Some(Pending));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_unsubscription_is_written_down_even_for_who_was_never_there(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (news, sale) = (list(db, "news").await, list(db, "sale").await);
    assert_eq!(ended(db, None, "2026-01-01").await, []);
    assert_eq!(ended(db, Some(news), "2026-01-01").await.len(), 1);
    assert_eq!(status(db, news).await, Some(Unsubscribed));
    begun(db, sale, "2026-01-01").await.unwrap();
    // From all of them at once.
    assert_eq!(ended(db, None, "2026-02-01").await.len(), 2);
    assert_eq!(status(db, sale).await, Some(Unsubscribed));
    let absent = EmailListId::new();
    let command = lists::Unsubscribe {
        email: ANN.into(),
        list: Some(absent),
        at: Some(noon("2026-01-01")),
    };
    let error = lists::unsubscribe(db, command).await.unwrap_err();
    assert!(
        matches!(error, EndError::UnknownList { list } if list == absent),
        "{error:?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_address_and_no_list_is_refused_and_nothing_stays_behind(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    let command = |email: &str| Subscribe {
        list,
        email: email.into(),
        consent: Consent::new(noon("2026-01-01"), "form"),
        opt_in: OptIn::Single,
    };
    let together = transaction::begin(db).await.unwrap();
    for email in ["ann", "", "ann\0@example.com", "0@erased.invalid"] {
        let error = lists::subscribe(&together, command(email)).await.unwrap_err();
        assert!(matches!(error, SubscribeError::Invalid(_)), "{error:?}");
        let command = Confirm {
            list,
            email: email.into(),
            at: noon("2026-01-01"),
        };
        let error = lists::confirm(&together, command).await.unwrap_err();
        assert!(matches!(error, ConfirmError::Invalid(_)), "{error:?}");
    }
    let absent = EmailListId::new();
    let unknown = Subscribe {
        list: absent,
        ..command(ANN)
    };
    let error = lists::subscribe(&together, unknown).await.unwrap_err();
    assert!(matches!(error, SubscribeError::UnknownList { list } if list == absent));
    let inactive = UpdateList {
        is_active: Some(false),
        ..UpdateList::new(list)
    };
    lists::update(&together, inactive).await.unwrap();
    let error = lists::subscribe(&together, command(ANN)).await.unwrap_err();
    assert!(matches!(error, SubscribeError::InactiveList { list: asked } if asked == list));
    transaction::finish(together, Err::<(), _>(service::DatabaseError::Busy))
        .await
        .unwrap_err();
    let together = transaction::begin(db).await.unwrap();
    lists::subscribe(&together, command(ANN)).await.unwrap();
    transaction::finish(together, Err::<(), _>(service::DatabaseError::Busy))
        .await
        .unwrap_err();
    assert_eq!(status(db, list).await, None, "rolled back");
}
