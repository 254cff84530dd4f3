//! Many connections, one address.

use std::collections::BTreeSet;

use entity::EmailSubscriberStatus::{Subscribed, Unsubscribed};
use rstest::rstest;
use service::marketing::lists::{self, ConfirmError, Import, ImportLine, OptIn};
use tests::{Engine, TestDatabase};

use super::{ANN, begun, bounced, confirmed, ended, list, noon, requested, status};
use crate::race::behind;

/// Holds every subscription and every list, so that the racers have looked around when the first of them writes.
const GATE: &str = "UPDATE email_subscribers SET list_id = list_id";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_subscribe_one_address_one_does_and_all_succeed(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    // Nobody can delete the list, or subscribe to it, before the gate opens.
    let outcomes = behind(
        db,
        "UPDATE email_lists SET id = id; UPDATE email_lists SET name = name",
        16,
        |_| {
            let db = db.clone();
            async move { begun(&db, list, "2026-01-01").await }
        },
    )
    .await;
    let mut new = 0;
    for outcome in outcomes {
        let outcome = outcome.unwrap();
        new += u32::from(outcome.from.is_none());
        assert_eq!(outcome.subscription.status, Subscribed);
    }
    assert_eq!(new, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_never_undoes_an_unsubscription(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for n in 0..4 {
        let list = list(db, &format!("news {n}")).await;
        requested(db, list, "2026-01-01").await.unwrap();
        let outcomes = behind(db, GATE, 6, |racer| {
            let db = db.clone();
            async move {
                if racer % 2 == n % 2 {
                    ended(&db, Some(list), "2026-01-03").await;
                    None
                } else {
                    Some(confirmed(&db, list, "2026-01-02").await)
                }
            }
        })
        .await;
        for outcome in outcomes.into_iter().flatten() {
            assert!(
                matches!(outcome, Ok(_) | Err(ConfirmError::NothingPending { .. })),
                "{outcome:?}"
            );
        }
        assert_eq!(status(db, list).await, Some(Unsubscribed));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_bounce_amid_unsubscriptions_ends_the_rest_and_changes_no_mind(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let mut all = Vec::new();
    for n in 0..4 {
        let list = list(db, &format!("news {n}")).await;
        begun(db, list, "2026-01-01").await.unwrap();
        all.push(list);
    }
    behind(db, GATE, 8, |n| {
        let (db, list) = (db.clone(), all[n / 2 % 4]);
        async move {
            if n % 2 == 0 {
                bounced(&db, "2026-02-01").await;
            } else if n < 4 {
                ended(&db, Some(list), "2026-02-01").await;
            }
        }
    })
    .await;
    let mut left = BTreeSet::new();
    for (n, list) in all.into_iter().enumerate() {
        let status = status(db, list).await.unwrap();
        if n < 2 {
            assert_eq!(status, Unsubscribed);
        }
        left.insert(status);
    }
    assert_eq!(left.len(), 2, "{left:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn imports_that_overlap_add_everybody_once(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list = list(db, "news").await;
    let outcomes = behind(db, GATE, 6, |n| {
        let db = db.clone();
        async move {
            let mut lines: Vec<_> = (0..200)
                .map(|i| ImportLine {
                    email: format!("a{}@example.com", i + n * 20),
                    given_at: noon("2026-01-01"),
                })
                .collect();
            if n % 2 == 0 {
                lines.reverse();
            }
            let command = Import {
                list,
                source: "fair".into(),
                text_version: None,
                opt_in: OptIn::Single,
                lines,
            };
            service::retry(Default::default(), tokio::time::sleep, || {
                lists::import(&db, command.clone())
            })
            .await
        }
    })
    .await;
    let added: Vec<String> = outcomes
        .into_iter()
        .flat_map(|outcome| outcome.unwrap().added)
        .collect();
    assert_eq!(added.len(), 300);
    assert_eq!(added.into_iter().collect::<BTreeSet<_>>().len(), 300);
    assert_eq!(status(db, list).await, None, "{ANN} was not in it");
}
