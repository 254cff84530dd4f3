//! Which columns may be NULL.

use std::collections::BTreeSet;

use rstest::rstest;
use sea_orm::ConnectionTrait;
use tests::{Engine, TestDatabase, rows};

use super::live;
use super::refusal::Refusal;

/// The columns that may be NULL. No other may.
const NULLABLE: &[(&str, &[&str])] = &[
    ("agents", &["parent_id", "system_prompt"]),
    (
        "goals",
        &[
            "description",
            "target_value",
            "target_date",
            "owner_agent_id",
            "parent_goal_id",
        ],
    ),
    ("workflows", &["description", "goal_id", "n8n_workflow_id"]),
    (
        "workflow_executions",
        &["execution_id", "error_message", "started_at", "completed_at"],
    ),
    (
        "tasks",
        &["error_message", "lease_expires_at", "started_at", "completed_at"],
    ),
    (
        "products",
        &["shopify_id", "description", "collection", "category", "cost"],
    ),
    ("product_variants", &["shopify_variant_id", "size", "frame_type"]),
    (
        "inventory",
        &["reorder_point", "reorder_quantity", "last_counted_at"],
    ),
    ("product_metrics", &["conversion_rate", "average_order_value"]),
    (
        "customers",
        &[
            "shopify_customer_id",
            "first_name",
            "last_name",
            "company",
            "phone",
        ],
    ),
    ("orders", &["shopify_order_id", "customer_id"]),
    ("order_items", &["product_variant_id", "location"]),
    ("customer_segments", &["description"]),
    (
        "customer_interactions",
        &["agent_id", "content", "sentiment_score", "outcome"],
    ),
    (
        "campaigns",
        &[
            "goal_id",
            "owner_agent_id",
            "target_segment_id",
            "budget",
            "start_date",
            "end_date",
        ],
    ),
    (
        "content",
        &[
            "title",
            "body",
            "created_by_agent_id",
            "campaign_id",
            "published_at",
        ],
    ),
    ("email_lists", &["description", "criteria"]),
    ("email_subscribers", &["customer_id", "unsubscribed_at"]),
    (
        "kpis",
        &["calculation_sql", "unit", "target_value", "owner_agent_id"],
    ),
    ("kpi_measurements", &["period_start", "period_end"]),
    ("reports", &["created_by_agent_id", "sent_at"]),
    (
        "transactions",
        &[
            "description",
            "order_id",
            "customer_id",
            "agent_id",
            "payment_method",
        ],
    ),
    ("budgets", &["owner_agent_id"]),
    ("revenue_attribution", &["campaign_id"]),
    ("system_events", &["source_agent_id"]),
    ("configurations", &["description", "updated_by_agent_id"]),
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_lets_these_columns_be_null_and_no_others(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let expected: BTreeSet<(&str, &str)> = NULLABLE
        .iter()
        .flat_map(|(table, columns)| columns.iter().map(|column| (*table, *column)))
        .collect();
    let columns = live::columns(&database).await;
    let nullable: BTreeSet<_> = columns
        .iter()
        .filter(|(_, nullable)| **nullable)
        .map(|((table, column), _)| (table.as_str(), column.as_str()))
        .collect();
    assert_eq!(nullable, expected);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn null_is_refused_wherever_the_contract_does_not_allow_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    for table in rows::tables() {
        rows::insert(database.connection(), table, []).await;
    }
    for ((table, column), nullable) in live::columns(&database).await {
        let sql = format!("UPDATE {table} SET {column} = NULL");
        let updated = database.connection().execute_unprepared(&sql).await;
        match (nullable, updated) {
            (true, updated) => drop(updated.unwrap_or_else(|error| panic!("{sql}: {error}"))),
            (false, Ok(_)) => panic!("{sql} is accepted"),
            (false, Err(error)) => assert!(Refusal::of(&error).is_not_null(), "{sql}: {error}"),
        }
    }
}
