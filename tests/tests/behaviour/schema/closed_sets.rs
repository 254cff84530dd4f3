//! Columns with a closed set of values.

use rstest::rstest;
use tests::{Engine, TestDatabase, rows};

use super::refusal::Refusal;

/// Every such column and its values; its CHECK is `chk_<table>_<column>`.
pub(super) const CLOSED_SETS: &[(&str, &str, &[&str])] = &[
    ("agents", "type", &["orchestrator", "director", "specialist"]),
    ("agents", "status", &["active", "inactive", "archived"]),
    (
        "goals",
        "type",
        &["revenue", "efficiency", "customer_satisfaction", "growth"],
    ),
    ("goals", "status", &["active", "inactive", "archived"]),
    (
        "workflows",
        "trigger_type",
        &["manual", "schedule", "webhook", "event"],
    ),
    (
        "workflow_executions",
        "status",
        &["pending", "running", "succeeded", "failed", "cancelled"],
    ),
    (
        "tasks",
        "status",
        &["pending", "in_progress", "completed", "failed", "cancelled"],
    ),
    ("products", "status", &["active", "inactive", "archived"]),
    (
        "orders",
        "status",
        &["pending", "confirmed", "cancelled", "completed"],
    ),
    (
        "orders",
        "financial_status",
        &["unpaid", "paid", "partially_refunded", "refunded"],
    ),
    (
        "orders",
        "fulfillment_status",
        &["unfulfilled", "partial", "fulfilled"],
    ),
    (
        "customer_segments",
        "type",
        &["commercial", "residential", "online"],
    ),
    ("campaigns", "type", &["email", "social", "sms", "ads"]),
    (
        "campaigns",
        "status",
        &["draft", "scheduled", "active", "paused", "completed", "cancelled"],
    ),
    (
        "content",
        "status",
        &["draft", "review", "approved", "published", "archived"],
    ),
    (
        "email_subscribers",
        "status",
        &["pending", "subscribed", "unsubscribed", "bounced", "complained"],
    ),
    (
        "kpis",
        "frequency",
        &["hourly", "daily", "weekly", "monthly", "quarterly", "yearly"],
    ),
    (
        "transactions",
        "type",
        &["revenue", "expense", "refund", "adjustment"],
    ),
    (
        "revenue_attribution",
        "attribution_model",
        &[
            "first_touch",
            "last_touch",
            "linear",
            "time_decay",
            "position_based",
        ],
    ),
    (
        "system_events",
        "severity",
        &["debug", "info", "warning", "error", "critical"],
    ),
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_value_of_the_set_is_accepted(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    for (table, column, values) in CLOSED_SETS {
        for value in *values {
            rows::insert(database.connection(), table, [(*column, (*value).into())]).await;
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn any_other_value_is_refused(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    for (table, column, values) in CLOSED_SETS {
        for wrong in [
            "",
            "unheard of",
            &values[0].to_uppercase(),
            &format!("{} ", values[0]),
        ] {
            let refused = rows::try_insert(database.connection(), table, [(*column, wrong.into())]).await;
            let refusal = Refusal::of(&refused.expect_err(wrong));
            assert!(
                refusal.is_check(&format!("chk_{table}_{column}")),
                "{table}.{column} {wrong:?}: {refusal:?}"
            );
        }
    }
}
