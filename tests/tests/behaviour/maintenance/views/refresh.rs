//! What a refresh leaves behind.

use std::time::Duration;

use entity::{customer_lifetime_value, system_events};
use rstest::rstest;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use service::connect::Settings;
use service::maintenance::views::{
    IfBusy, Refresh, RefreshError, RefreshOutcome, View, ViewState, Way, refresh, status,
};
use service::system::configuration;
use tests::{Engine, TestDatabase, rows};

use super::{customers_held, number, refreshed, until_waiting};
use crate::shop::counting;

async fn shown(database: &TestDatabase) -> u64 {
    customer_lifetime_value::Entity::find()
        .count(database.connection())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_views_are_those_that_the_schema_materializes() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let names = View::ALL.map(|view| format!("'{view}'")).join(", ");
    let db = database.connection();
    let known = format!("SELECT count(*) FROM pg_matviews WHERE matviewname IN ({names})");
    assert_eq!(number(db, &known).await, 3);
    assert_eq!(number(db, "SELECT count(*) FROM pg_matviews").await, 3);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refreshed_view_shows_what_was_written_before(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    rows::insert(database.connection(), "customers", []).await;
    let on_postgres = engine == Engine::Postgres;
    assert_eq!(shown(&database).await, u64::from(!on_postgres));
    let (db, statements) = counting(&database);
    let done = refresh(&db, Refresh::all()).await.unwrap();
    // The counter does not see the two of each view that PostgreSQL does not prepare: the time limit's and REFRESH itself.
    assert_eq!(statements.sent(), if on_postgres { 3 * (6 - 2) } else { 0 });
    assert_eq!(shown(&database).await, 1);
    assert_eq!(done.iter().map(|done| done.view).collect::<Vec<_>>(), View::ALL);
    for done in done {
        match done.outcome {
            RefreshOutcome::Refreshed(record) if on_postgres => assert_eq!(record.way, Way::Concurrently),
            RefreshOutcome::AlwaysFresh if !on_postgres => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_records_when_it_was_and_how_long_it_took() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let RefreshOutcome::Refreshed(record) = refreshed(db, IfBusy::Leave).await else {
        panic!()
    };
    let events = system_events::Entity::find()
        .filter(system_events::Column::EventType.eq("maintenance.view_refreshed"))
        .all(db)
        .await
        .unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].details["view"], "customer_lifetime_value");
    assert_eq!(events[0].details["milliseconds"], record.milliseconds);
    let kept: configuration::Configuration =
        configuration::get(db, "maintenance.views.customer_lifetime_value")
            .await
            .unwrap();
    assert_eq!(kept.value["milliseconds"], record.milliseconds);
    for status in status(db).await.unwrap() {
        let ViewState::Materialized { last, .. } = status.state else {
            panic!("{status:?}")
        };
        let is_it = status.view == View::CustomerLifetimeValue;
        assert_eq!(last, is_it.then_some(record));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_without_data_is_filled_plainly_and_from_then_on_beside_its_readers() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    db.execute_unprepared("REFRESH MATERIALIZED VIEW customer_lifetime_value WITH NO DATA")
        .await
        .unwrap();
    let filled = async || {
        let all = status(db).await.unwrap();
        let view = all
            .iter()
            .find(|status| status.view == View::CustomerLifetimeValue);
        match view.unwrap().state {
            ViewState::Materialized { filled, .. } => filled,
            other => panic!("{other:?}"),
        }
    };
    assert!(!filled().await);
    for expected in [Way::Plainly, Way::Concurrently] {
        match refreshed(db, IfBusy::Leave).await {
            RefreshOutcome::Refreshed(record) => assert_eq!(record.way, expected),
            other => panic!("{other:?}"),
        }
        assert!(filled().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_outlasts_the_time_limit_of_a_shops_statements_and_leaves_it_in_force() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let settings = Settings {
        max_connections: Some(1),
        statement_timeout: Duration::from_millis(400),
        ..Settings::default()
    };
    let db = service::connect(database.url(), &settings).await.unwrap();
    let held = customers_held(&database).await;
    let refreshing = tokio::spawn({
        let db = db.clone();
        async move { refreshed(&db, IfBusy::Leave).await }
    });
    tokio::time::sleep(Duration::from_millis(900)).await;
    held.commit().await.unwrap();
    let outcome = refreshing.await.unwrap();
    assert!(matches!(outcome, RefreshOutcome::Refreshed(_)), "{outcome:?}");
    let limit = "SELECT setting::bigint FROM pg_settings WHERE name = 'statement_timeout'";
    assert_eq!(number(&db, limit).await, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_is_killed_leaves_the_view_and_the_record_of_the_one_before() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let before = refreshed(db, IfBusy::Leave).await;
    rows::insert(db, "customers", []).await;
    let held = customers_held(&database).await;
    let session = database.session().await;
    let refreshing = tokio::spawn(async move {
        let views = vec![View::CustomerLifetimeValue];
        let if_busy = IfBusy::Leave;
        refresh(&session, Refresh { views, if_busy }).await
    });
    until_waiting(&database, 1, "relation").await;
    db.execute_unprepared(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND query LIKE 'REFRESH%' AND wait_event_type = 'Lock'",
    )
    .await
    .unwrap();
    let RefreshError::View { view, done, .. } = refreshing.await.unwrap().expect_err("killed") else {
        panic!()
    };
    assert_eq!((view, done), (View::CustomerLifetimeValue, vec![]));
    held.commit().await.unwrap();
    assert_eq!(shown(&database).await, 0);
    let all = status(db).await.unwrap();
    let RefreshOutcome::Refreshed(before) = before else {
        panic!()
    };
    assert!(
        all.iter().any(
            |status| matches!(status.state, ViewState::Materialized { last, .. } if last == Some(before))
        )
    );
    assert!(matches!(
        refreshed(db, IfBusy::Leave).await,
        RefreshOutcome::Refreshed(_)
    ));
    assert_eq!(shown(&database).await, 1);
}
