//! How far behind a view is.

use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use service::maintenance::views::{Changes, Refresh, Unknown, View, ViewState, refresh, status};
use tests::{Engine, TestDatabase, rows};

/// Lets the server know of what this session wrote.
async fn flush(session: &DatabaseConnection) {
    session
        .execute_unprepared("SELECT pg_stat_force_next_flush()")
        .await
        .unwrap();
}

async fn changes(db: &DatabaseConnection, view: View) -> Changes {
    let all = status(db).await.unwrap();
    match all.iter().find(|status| status.view == view).unwrap().state {
        ViewState::Materialized { changes, .. } => changes,
        other => panic!("{other:?}"),
    }
}

async fn is_stale(db: &DatabaseConnection, view: View) -> bool {
    let all = status(db).await.unwrap();
    all.iter()
        .find(|status| status.view == view)
        .unwrap()
        .state
        .is_stale()
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_every_view_is_always_fresh() {
    let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
        return;
    };
    let db = database.connection();
    rows::insert(db, "customers", []).await;
    for status in status(db).await.unwrap() {
        assert_eq!(status.state, ViewState::AlwaysFresh);
        assert!(!status.state.is_stale());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_written_since_are_counted_in_every_table_that_a_view_reads_and_no_other() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let _shared = database.rely_on_shared_statistics().await;
    let db = database.session().await;
    let unknown = Changes::Unknown(Unknown::NotRecorded);
    assert_eq!(changes(&db, View::CustomerLifetimeValue).await, unknown);
    refresh(&db, Refresh::all()).await.unwrap();
    for view in View::ALL {
        assert_eq!(changes(&db, view).await, Changes::Rows(0), "{view}");
        assert!(!is_stale(&db, view).await);
    }
    for _ in 0..3 {
        rows::insert(&db, "customers", []).await;
    }
    db.execute_unprepared("UPDATE customers SET vip_status = true")
        .await
        .unwrap();
    db.execute_unprepared(
        "INSERT INTO transactions (type, category, amount, currency) VALUES ('refund', 'order', 1, 'USD'), ('refund', 'order', 2, 'USD')",
    )
    .await
    .unwrap();
    flush(&db).await;
    for (view, expected) in [
        (View::CustomerLifetimeValue, 3 + 3 + 2),
        (View::AgentPerformance, 2),
        (View::ProductPerformance, 0),
    ] {
        assert_eq!(changes(&db, view).await, Changes::Rows(expected), "{view}");
        assert_eq!(is_stale(&db, view).await, expected > 0);
    }
    refresh(&db, Refresh::all()).await.unwrap();
    assert_eq!(changes(&db, View::CustomerLifetimeValue).await, Changes::Rows(0));
}

#[rstest]
#[case::all("SELECT pg_stat_reset()", Unknown::StatisticsReset)]
#[case::one_table(
    "SELECT pg_stat_reset_single_table_counters('customers'::regclass)",
    Unknown::StatisticsReset
)]
#[case::shared("SELECT pg_stat_reset_shared('bgwriter')", Unknown::StatisticsReset)]
#[case::dropped_partition(
    "ALTER TABLE transactions DETACH PARTITION transactions_default",
    Unknown::PartitionGone
)]
#[tokio::test(flavor = "multi_thread")]
async fn counters_that_begin_anew_make_the_number_unknown_until_the_next_refresh(
    #[case] reset: &str,
    #[case] reason: Unknown,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    // A reset of what all databases share would make the number unknown to others as well.
    let _shared = if reset.contains("pg_stat_reset_shared") {
        database.own_shared_statistics().await
    } else {
        database.rely_on_shared_statistics().await
    };
    let db = database.session().await;
    rows::insert(&db, "customers", []).await;
    flush(&db).await;
    refresh(&db, Refresh::all()).await.unwrap();
    db.execute_unprepared(reset).await.unwrap();
    // So many that the new counter is ahead of the old one.
    for _ in 0..3 {
        rows::insert(&db, "customers", []).await;
    }
    flush(&db).await;
    let view = View::CustomerLifetimeValue;
    assert_eq!(changes(&db, view).await, Changes::Unknown(reason));
    assert!(is_stale(&db, view).await);
    refresh(&db, Refresh::all()).await.unwrap();
    assert!(matches!(changes(&db, view).await, Changes::Rows(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_grows_stale_when_the_day_turns() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let _shared = database.rely_on_shared_statistics().await;
    let db = database.session().await;
    refresh(&db, Refresh::all()).await.unwrap();
    let view = View::CustomerLifetimeValue;
    assert!(!is_stale(&db, view).await);
    db.execute_unprepared(
        "UPDATE configurations SET value = value || jsonb_build_object('started_at', (value->>'started_at')::timestamptz - interval '1 day')",
    )
    .await
    .unwrap();
    assert_eq!(changes(&db, view).await, Changes::Rows(0));
    assert!(is_stale(&db, view).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_is_missing_is_said_to_be() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    db.execute_unprepared("DROP MATERIALIZED VIEW product_performance")
        .await
        .unwrap();
    let all = status(db).await.unwrap();
    assert_eq!(all[2].state, ViewState::Missing);
    assert!(all[2].state.is_stale());
    assert!(refresh(db, Refresh::all()).await.is_err());
}
