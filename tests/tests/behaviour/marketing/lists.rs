//! Lists themselves, who is on them, and taking subscribers over.

use chrono::{DateTime, Utc};
use entity::EmailListId;
use entity::EmailSubscriberStatus::{Bounced, Complained, Subscribed, Unsubscribed};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use serde_json::json;
use service::PageRequest;
use service::input::Rule;
use service::marketing::lists::{
    self, CreateError, CreateList, GetError, Import, ImportError, ImportLine, ListKey, ListLists,
    ListSubscribers, OptIn, UpdateError, UpdateList,
};
use service::page::Direction;
use tests::{Engine, TestDatabase};

use super::{ANN, begun, bounced, confirmed, ended, list, noon, requested, status, subscribed};

fn import(list: EmailListId, emails: &[&str]) -> Import {
    let line = |email: &&str| ImportLine {
        email: (*email).to_owned(),
        given_at: noon("2026-05-01"),
    };
    Import {
        list,
        source: "fair".into(),
        text_version: None,
        opt_in: OptIn::Single,
        lines: emails.iter().map(line).collect(),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_made_once_and_its_name_is_its_own(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let command = CreateList {
        description: Some("What is new".into()),
        criteria: Some(json!({"country": "NL"})),
        ..CreateList::new("news", "newsletter")
    };
    let news = lists::create(db, command.clone()).await.unwrap().list;
    assert!(news.is_active);
    assert_eq!(lists::create(db, command.clone()).await.unwrap().list, news);
    let other = CreateList {
        description: None,
        ..command
    };
    let error = lists::create(db, other).await.unwrap_err();
    assert!(
        matches!(error, CreateError::Conflict(conflict) if conflict.id == news.id.as_uuid()),
        "{error:?}"
    );
    let error = lists::create(db, CreateList::new("news", "x")).await.unwrap_err();
    assert!(
        matches!(&error, CreateError::NameTaken { name, owner } if name == "news" && *owner == news.id),
        "{error:?}"
    );
    let sale = list(db, "sale").await;
    let renamed = UpdateList {
        name: Some("news".into()),
        ..UpdateList::new(sale)
    };
    let error = lists::update(db, renamed).await.unwrap_err();
    assert!(
        matches!(error, UpdateError::NameTaken { owner, .. } if owner == news.id),
        "{error:?}"
    );
    let changed = UpdateList {
        name: Some("deals".into()),
        is_active: Some(false),
        ..UpdateList::new(sale)
    };
    assert!(!lists::update(db, changed).await.unwrap().is_active);
    assert_eq!(
        lists::get(db, ListKey::Name("deals".into())).await.unwrap().id,
        sale
    );
    let active = ListLists {
        is_active: Some(true),
        ..Default::default()
    };
    assert_eq!(lists::list(db, active).await.unwrap().items, [news]);
    let absent = EmailListId::new();
    let error = lists::update(db, UpdateList::new(absent)).await.unwrap_err();
    assert!(matches!(error, UpdateError::NotFound { id } if id == absent));
    let error = lists::get(db, ListKey::Name("n\0".into())).await.unwrap_err();
    assert!(matches!(error, GetError::NotFound { .. }), "{error:?}");
    let error = lists::create(db, CreateList::new("", "")).await.unwrap_err();
    assert!(matches!(error, CreateError::Invalid(_)), "{error:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_import_adds_who_was_never_there_and_begins_nothing_again(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (news, sale) = (list(db, "news").await, list(db, "sale").await);
    begun(db, news, "2026-01-01").await.unwrap();
    ended(db, Some(news), "2026-02-01").await;
    subscribed(db, news, "bea@example.com").await;
    subscribed(db, sale, "cleo@example.com").await;
    let bounce = lists::Bounce {
        email: "cleo@example.com".into(),
        at: Utc::now(),
    };
    lists::bounce(db, bounce).await.unwrap();
    let command = import(
        news,
        &[
            ANN,
            "Bea@example.com",
            "cleo@example.com",
            "dora@example.com",
            "DORA@example.com",
        ],
    );
    let first = lists::import(db, command.clone()).await.unwrap();
    assert_eq!(first.added, ["dora@example.com"]);
    assert_eq!(
        first.present,
        [
            (ANN.to_owned(), Unsubscribed),
            ("bea@example.com".into(), Subscribed)
        ]
    );
    assert_eq!(first.barred, [("cleo@example.com".to_owned(), Bounced)]);
    let again = lists::import(db, command).await.unwrap();
    assert_eq!((again.added.len(), again.present.len()), (0, 3));
    assert_eq!(status(db, news).await, Some(Unsubscribed));
    let error = lists::import(db, import(news, &["dora@example.com", "dora"]))
        .await
        .unwrap_err();
    let ImportError::Invalid(input) = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (input.problems[0].field.as_str(), &input.problems[0].rule),
        ("lines[1].email", &Rule::NotAnEmail)
    );
    let absent = EmailListId::new();
    let error = lists::import(db, import(absent, &[ANN])).await.unwrap_err();
    assert!(matches!(error, ImportError::UnknownList { list } if list == absent));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_stays_unsubscribed(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (news, sale) = (list(db, "news").await, list(db, "sale").await);
    begun(db, news, "2026-01-01").await.unwrap();
    ended(db, Some(news), "2026-02-01").await;
    // What the erasure keeps of ann@example.com.
    db.execute_unprepared(
        "UPDATE email_subscribers SET consent = '{}', email = \
         '48aa5b5d9b3f90a36a2c325fd0828e2bb148d297a02b5db39bddc43177572483@erased.invalid'",
    )
    .await
    .unwrap();
    assert_eq!(lists::subscriptions(db, ANN).await.unwrap(), []);
    let error = begun(db, news, "2026-01-15").await.unwrap_err();
    assert!(
        matches!(error, lists::SubscribeError::NeedsConsent { .. }),
        "{error:?}"
    );
    let imported = lists::import(db, import(news, &[ANN])).await.unwrap();
    assert_eq!(imported.barred, [(ANN.to_owned(), Unsubscribed)]);
    // Saying it again does not bring the address back.
    assert_eq!(ended(db, Some(news), "2026-03-01").await, []);
    assert_eq!(lists::subscriptions(db, ANN).await.unwrap(), []);
    begun(db, sale, "2026-01-15").await.unwrap();
    let back = begun(db, news, "2026-06-01").await.unwrap();
    assert_eq!((back.from, back.subscription.status), (None, Subscribed));
    let complaint = lists::Complain {
        email: ANN.into(),
        at: noon("2026-07-01"),
    };
    let complained = lists::complain(db, complaint).await.unwrap().subscriptions;
    assert!(complained.iter().all(|row| row.status == Complained));
    assert_eq!(complained.len(), 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn subscribers_are_paged_by_address(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let news = list(db, "news").await;
    let emails: Vec<String> = (0..5).map(|n| format!("a{n}@example.com")).collect();
    let texts: Vec<&str> = emails.iter().map(String::as_str).collect();
    lists::import(db, import(news, &texts)).await.unwrap();
    begun(db, news, "2026-01-01").await.unwrap();
    bounced(db, "2026-02-01").await;
    let listed = |direction, after: Option<String>| async move {
        let query = ListSubscribers {
            direction,
            page: PageRequest { after, limit: 3 },
            ..ListSubscribers::new(news)
        };
        let page = lists::subscribers(db, query).await.unwrap();
        let emails: Vec<_> = page.items.into_iter().map(|row| row.email).collect();
        (emails, page.next)
    };
    let (first, next) = listed(Direction::Ascending, None).await;
    assert_eq!(first, emails[..3]);
    let (rest, next) = listed(Direction::Ascending, next).await;
    assert_eq!((rest.as_slice(), next), (&emails[3..], None));
    let (last, _) = listed(Direction::Descending, None).await;
    assert_eq!(last, [&*emails[4], &*emails[3], &*emails[2]]);
    let query = ListSubscribers {
        status: Bounced,
        ..ListSubscribers::new(news)
    };
    let bounced = lists::subscribers(db, query).await.unwrap().items;
    assert_eq!(bounced.len(), 1);
    let begun_at: DateTime<Utc> = noon("2026-01-01");
    assert_eq!(bounced[0].subscribed_at, begun_at);
    requested(db, news, "2026-03-01").await.unwrap();
    confirmed(db, news, "2026-03-01").await.unwrap();
    assert_eq!(status(db, news).await, Some(Subscribed));
}
