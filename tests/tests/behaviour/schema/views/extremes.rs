//! One absurd row makes its own figures absurd, and stops nobody else's refresh.

use chrono::{DateTime, Utc};
use entity::agent_performance;
use rstest::rstest;
use tests::{Engine, TestDatabase, rows};

use super::products::{measure, sell, stock, variant};
use super::{decimal, show};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn stock_without_end_and_purchases_without_views_are_shown(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let product = rows::insert(database.connection(), "products", []).await.id();
    let print = variant(&database, product).await;
    stock(&database, print, i32::MAX, 0).await;
    sell(&database, print, (1, 0), "9.00", "completed", Utc::now()).await;
    measure(&database, product, "2026-01-01", (1, 0, i32::MAX)).await;

    let shown = &show(&database).await.products[0];
    assert_eq!(shown.days_of_stock_left, Some(decimal("64424509410.0")));
    assert_eq!(shown.conversion, Some(decimal("2147483647.0000")));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_started_when_clocks_began_is_shown(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let agent = rows::insert(database.connection(), "agents", []).await.id();
    let completed: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let task = [
        ("assigned_agent_id", agent.into()),
        ("status", "completed".into()),
        ("started_at", DateTime::UNIX_EPOCH.into()),
        ("completed_at", completed.into()),
    ];
    rows::insert(database.connection(), "tasks", task).await;

    let shown = show(&database).await.agents;
    let of_agent = |row: &&agent_performance::Model| row.agent_id == agent.into();
    let average = shown.iter().find(of_agent).unwrap().average_duration_seconds;
    assert_eq!(average, Some(decimal("1767225600.000")));
}
