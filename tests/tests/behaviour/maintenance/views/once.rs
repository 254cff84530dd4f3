//! Never twice at once.

use service::maintenance::views::{IfBusy, Refresh, RefreshOutcome, View, ViewRefresh, refresh};
use tests::{Engine, TestDatabase, rows};

use super::{customers_held, number, refreshed, until_waiting};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_caller_leaves_the_view_that_is_being_refreshed_and_takes_the_others() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let held = customers_held(&database).await;
    let first = database.session().await;
    let first = tokio::spawn(async move { refreshed(&first, IfBusy::Leave).await });
    until_waiting(&database, 1, "relation").await;
    let second = refresh(database.connection(), Refresh::all()).await.unwrap();
    for ViewRefresh { view, outcome } in second {
        match (view, outcome) {
            (View::CustomerLifetimeValue, RefreshOutcome::Busy) => {}
            (View::AgentPerformance | View::ProductPerformance, RefreshOutcome::Refreshed(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    held.commit().await.unwrap();
    assert!(matches!(first.await.unwrap(), RefreshOutcome::Refreshed(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_that_wait_one_refreshes_for_all() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let held = customers_held(&database).await;
    let mut callers = Vec::new();
    for waiting in 0..4 {
        let db = db.clone();
        callers.push(tokio::spawn(async move { refreshed(&db, IfBusy::Wait).await }));
        // The first waits for the table, the others for the first.
        until_waiting(&database, 1, "relation").await;
        until_waiting(&database, waiting, "advisory").await;
    }
    held.commit().await.unwrap();
    let (mut own, mut of_another) = (Vec::new(), Vec::new());
    for caller in callers {
        match caller.await.unwrap() {
            RefreshOutcome::Refreshed(record) => own.push(record),
            RefreshOutcome::ByAnother(record) => of_another.push(record),
            other => panic!("{other:?}"),
        }
    }
    // The first began before the others asked, so one of them refreshes again.
    assert_eq!((own.len(), of_another.len()), (2, 2));
    assert!(of_another.iter().all(|record| own.contains(record)));
    let events = "SELECT count(*) FROM system_events WHERE event_type = 'maintenance.view_refreshed'";
    assert_eq!(number(db, events).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waited_shows_what_was_written_before_it_asked() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    // A server that gives every transaction one view of the data must not make the second refresh repeat the first.
    let strict = database.session().await;
    sea_orm::ConnectionTrait::execute_unprepared(
        &strict,
        "SET default_transaction_isolation = 'repeatable read'",
    )
    .await
    .unwrap();
    let held = customers_held(&database).await;
    let first = db.clone();
    let first = tokio::spawn(async move { refreshed(&first, IfBusy::Leave).await });
    until_waiting(&database, 1, "relation").await;
    let second = tokio::spawn(async move { refreshed(&strict, IfBusy::Wait).await });
    until_waiting(&database, 1, "advisory").await;
    rows::insert(&held, "customers", []).await;
    held.commit().await.unwrap();
    assert!(matches!(first.await.unwrap(), RefreshOutcome::Refreshed(_)));
    assert!(matches!(second.await.unwrap(), RefreshOutcome::Refreshed(_)));
    let shown = "SELECT count(*) FROM customer_lifetime_value";
    assert_eq!(number(db, shown).await, 1);
}
