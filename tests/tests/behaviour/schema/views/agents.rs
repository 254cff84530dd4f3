use chrono::{DateTime, Duration, Utc};
use entity::agent_performance::Model;
use rstest::rstest;
use sea_orm::sea_query::Value;
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use super::{decimal, money, show};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn performance_adds_up_work_talk_and_credit(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let agent = rows::insert(database.connection(), "agents", []).await.id();
    work(&database, agent).await;
    talk(&database, agent).await;
    credit(&database, agent, "revenue", "200.00", "50").await;
    credit(&database, agent, "refund", "30.00", "100").await;
    credit(&database, agent, "expense", "999.00", "100").await;

    let mut shown = show(&database).await.agents;
    shown.retain(|row| row.agent_id == agent.into());
    let expected = Model {
        agent_id: agent.into(),
        tasks_pending: 2,
        tasks_in_progress: 3,
        tasks_completed: 20,
        tasks_failed: 5,
        tasks_cancelled: 1,
        success_rate: Some(decimal("0.8")),
        // The mean of 1 to 20 minutes, and the nineteenth of the twenty.
        average_duration_seconds: Some(decimal("630")),
        p95_duration_seconds: Some(decimal("1140")),
        within_sla: Some(decimal("0.9")),
        executions: 2,
        interactions: 3,
        mean_sentiment: Some(decimal("0.125")),
        revenue_credited: decimal("70.00"),
    };
    assert_eq!(shown, [expected]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_did_nothing_is_shown_with_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let agent = rows::insert(database.connection(), "agents", []).await.id();
    let expected = Model {
        agent_id: agent.into(),
        tasks_pending: 0,
        tasks_in_progress: 0,
        tasks_completed: 0,
        tasks_failed: 0,
        tasks_cancelled: 0,
        success_rate: None,
        average_duration_seconds: None,
        p95_duration_seconds: None,
        within_sla: None,
        executions: 0,
        interactions: 0,
        mean_sentiment: None,
        revenue_credited: decimal("0"),
    };
    assert_eq!(show(&database).await.agents, [expected]);
}

/// Twenty completed tasks of 1 to 20 minutes, of which two take longer than their 18 minutes; and eleven others.
async fn work(database: &TestDatabase, agent: Uuid) {
    let executions = [
        rows::insert(database.connection(), "workflow_executions", [])
            .await
            .id(),
        rows::insert(database.connection(), "workflow_executions", [])
            .await
            .id(),
    ];
    let start: DateTime<Utc> = "2026-03-28T23:55:00.250Z".parse().unwrap();
    for minutes in 1..=20 {
        let given = [
            ("status", "completed".into()),
            ("sla_minutes", 18.into()),
            ("created_at", start.into()),
            ("started_at", start.into()),
            ("completed_at", (start + Duration::minutes(minutes)).into()),
        ];
        task(database, agent, executions[usize::from(minutes > 5)], given).await;
    }
    for (status, count) in [
        ("pending", 2),
        ("in_progress", 3),
        ("failed", 5),
        ("cancelled", 1),
    ] {
        for _ in 0..count {
            task(database, agent, executions[0], [("status", status.into())]).await;
        }
    }
}

async fn task<const N: usize>(
    database: &TestDatabase,
    agent: Uuid,
    execution: Uuid,
    given: [(&'static str, Value); N],
) {
    let whose = [
        ("assigned_agent_id", agent.into()),
        ("workflow_execution_id", execution.into()),
    ];
    rows::insert(database.connection(), "tasks", whose.into_iter().chain(given)).await;
}

async fn talk(database: &TestDatabase, agent: Uuid) {
    for sentiment in [Some("0.50"), Some("-0.25"), None] {
        let sentiment = sentiment.map(|score| ("sentiment_score", money(score)));
        let given = [("agent_id", agent.into())].into_iter().chain(sentiment);
        rows::insert(database.connection(), "customer_interactions", given).await;
    }
}

async fn credit(database: &TestDatabase, agent: Uuid, kind: &str, amount: &str, percentage: &str) {
    let transaction = [("type", kind.into()), ("amount", money(amount))];
    let transaction = rows::insert(database.connection(), "transactions", transaction)
        .await
        .id();
    let given = [
        ("transaction_id", transaction.into()),
        ("agent_id", agent.into()),
        ("attribution_percentage", money(percentage)),
    ];
    rows::insert(database.connection(), "revenue_attribution", given).await;
}
