//! The instants that callers name, against the database's clock: nothing but a new consent begins again what was ended.

use chrono::{DateTime, TimeDelta, Utc};
use entity::EmailListId;
use entity::EmailSubscriberStatus::{Bounced, Pending, Subscribed, Unsubscribed};
use rstest::rstest;
use sea_orm::DatabaseConnection;
use service::marketing::lists::{
    self, Bounce, Complain, Confirm, ConfirmError, Consent, EndError, Import, ImportError, ImportLine, OptIn,
    Subscribe, SubscribeError, Subscription, Unsubscribe,
};
use service::{Class, Classified};
use tests::{Engine, TestDatabase, rows};

use super::{ANN, begun, confirmed, ended, list, noon, requested, status};

/// So many seconds from now.
fn from_now(seconds: i64) -> DateTime<Utc> {
    Utc::now() + TimeDelta::seconds(seconds)
}

/// Ann subscribes in one step with a consent of that instant.
async fn consents(
    db: &DatabaseConnection,
    list: EmailListId,
    given_at: DateTime<Utc>,
) -> Result<Subscription, SubscribeError> {
    let command = Subscribe {
        list,
        email: ANN.into(),
        consent: Consent::new(given_at, "form"),
        opt_in: OptIn::Single,
    };
    lists::subscribe(db, command).await
}

/// Ann unsubscribes from everything; returns how many subscriptions changed.
async fn unsubscribes(db: &DatabaseConnection, at: Option<DateTime<Utc>>) -> usize {
    let (email, list) = (ANN.into(), None);
    let outcome = lists::unsubscribe(db, Unsubscribe { email, list, at }).await;
    outcome.unwrap().subscriptions.len()
}

/// The refused instant, and that it was held against a clock that shows the time.
fn refused(instant: DateTime<Utc>, now: DateTime<Utc>, error: &impl Classified) -> DateTime<Utc> {
    assert_eq!(error.class(), Class::Refused);
    assert!((Utc::now() - now).abs() < TimeDelta::minutes(1), "{now}");
    assert!(instant > now);
    instant
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_happen_in_the_future_is_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    let later = noon("2099-01-01");
    let error = consents(db, list, later).await.unwrap_err();
    let SubscribeError::InFuture { given_at, now } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(refused(*given_at, *now, &error), later);
    assert_eq!(status(db, list).await, None);

    requested(db, list, "2026-01-01").await.unwrap();
    let error = confirmed(db, list, "2099-01-01").await.unwrap_err();
    let ConfirmError::InFuture { at, now } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(refused(*at, *now, &error), later);

    let (email, at) = (ANN.to_owned(), later);
    let bounce = Bounce { email, at };
    let email = ANN.to_owned();
    let complain = Complain { email, at };
    let (email, at, list) = (ANN.to_owned(), Some(at), Some(list));
    let unsubscribe = Unsubscribe { email, list, at };
    for error in [
        lists::unsubscribe(db, unsubscribe).await.unwrap_err(),
        lists::bounce(db, bounce).await.unwrap_err(),
        lists::complain(db, complain).await.unwrap_err(),
    ] {
        let EndError::InFuture { at, now } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(refused(*at, *now, &error), later);
    }
    assert_eq!(status(db, list.unwrap()).await, Some(Pending));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_import_names_every_line_of_the_future_and_adds_none(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    let days = ["2026-01-01", "2099-01-01", "2026-01-02", "2098-01-01"];
    let lines = days.iter().enumerate().map(|(n, day)| ImportLine {
        email: format!("a{n}@example.com"),
        given_at: noon(day),
    });
    let mut command = Import {
        list,
        source: "fair".into(),
        text_version: None,
        opt_in: OptIn::Single,
        lines: lines.collect(),
    };
    let error = lists::import(db, command.clone()).await.unwrap_err();
    let ImportError::InFuture { lines, now } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(refused(lines[0].given_at, *now, &error), noon("2099-01-01"));
    let named: Vec<_> = lines.iter().map(|line| (line.line, line.given_at)).collect();
    assert_eq!(named, [(1, noon("2099-01-01")), (3, noon("2098-01-01"))]);
    let members = lists::ListSubscribers::new(list);
    let members = lists::subscribers(db, members).await.unwrap();
    assert_eq!(members.items, []);
    command.lines.retain(|line| line.given_at < Utc::now());
    assert_eq!(lists::import(db, command).await.unwrap().added.len(), 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_end_wins_over_a_consent_whose_clock_is_ahead(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    // Without an instant, by a clock that is right, and by one that is behind.
    #[values(None, Some(0), Some(-1))] at: Option<i64>,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    let given_at = from_now(3);
    consents(db, list, given_at).await.unwrap();
    assert_eq!(unsubscribes(db, at.map(from_now)).await, 1);
    assert_eq!(status(db, list).await, Some(Unsubscribed));
    // That very consent is no new one.
    let error = consents(db, list, given_at).await.unwrap_err();
    assert!(matches!(error, SubscribeError::NeedsConsent { .. }), "{error:?}");
    assert_eq!(status(db, list).await, Some(Unsubscribed));
    consents(db, list, from_now(4)).await.unwrap();
    assert_eq!(status(db, list).await, Some(Subscribed));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_end_wins_over_a_second_consent_whose_clock_is_ahead(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    begun(db, list, "2026-01-01").await.unwrap();
    let given_at = from_now(4);
    let second = consents(db, list, given_at).await.unwrap();
    assert_eq!(second.from, Some(Subscribed));
    assert_eq!(unsubscribes(db, None).await, 1);
    let error = consents(db, list, given_at).await.unwrap_err();
    assert!(matches!(error, SubscribeError::NeedsConsent { .. }), "{error:?}");
    assert_eq!(status(db, list).await, Some(Unsubscribed));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_that_claims_to_begin_in_the_future_is_ended_now(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for (name, how) in [("now", None), ("named", Some("2026-02-01"))] {
        let list = list(db, name).await;
        let values = [
            ("email", ANN.into()),
            ("list_id", list.as_uuid().into()),
            ("status", "subscribed".into()),
            ("subscribed_at", noon("2099-01-01").into()),
        ];
        rows::insert(db, "email_subscribers", values).await;
        assert_eq!(unsubscribes(db, how.map(noon)).await, 1, "{name}");
        assert_eq!(status(db, list).await, Some(Unsubscribed));
        // Its owner can come back before then.
        consents(db, list, Utc::now()).await.unwrap();
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_of_an_earlier_request_confirms_no_later_one(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    requested(db, list, "2026-01-01").await.unwrap();
    let email = ANN.to_owned();
    let confirmation = Confirm {
        list,
        email,
        at: noon("2026-01-02"),
    };
    lists::confirm(db, confirmation.clone()).await.unwrap();
    ended(db, Some(list), "2026-01-03").await;
    // Somebody types the address into the form again; the first confirmation is delivered again.
    requested(db, list, "2026-01-04").await.unwrap();
    let error = lists::confirm(db, confirmation).await.unwrap_err();
    let ConfirmError::OlderThanRequest { at, requested_at } = error else {
        panic!("{error:?}")
    };
    assert_eq!((at, requested_at), (noon("2026-01-02"), noon("2026-01-04")));
    assert_eq!(status(db, list).await, Some(Pending));
    confirmed(db, list, "2026-01-05").await.unwrap();
    assert_eq!(
        super::bounced(db, "2026-01-04").await,
        0,
        "older than the confirmation"
    );
    assert_eq!(super::bounced(db, "2026-01-05").await, 1);
    assert_eq!(status(db, list).await, Some(Bounced));
}
