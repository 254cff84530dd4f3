//! The application cannot rewrite history.

use super::{Granted, Role, refused};

/// Tables of which rows are never taken away by the application, partitions among them.
const KEPT: [&str; 14] = [
    "system_events",
    "system_events_default",
    "transactions",
    "transactions_default",
    "workflow_executions",
    "workflow_executions_default",
    "tasks",
    "orders",
    "order_items",
    "customer_interactions",
    "kpi_measurements",
    "email_subscribers",
    "budgets",
    "reports",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_application_role_cannot_rewrite_history() {
    let Some(granted) = Granted::new().await else {
        return;
    };
    let db = granted.connect(Role::Application).await;
    for table in KEPT {
        refused(&db, &format!("DELETE FROM {table}")).await;
        refused(&db, &format!("TRUNCATE {table} CASCADE")).await;
    }
    for change in [
        "system_events SET message = 'nothing happened'",
        "system_events SET source_agent_id = NULL",
        "system_events_default SET severity = 'info'",
        "transactions SET amount = 0",
        "transactions SET order_id = NULL",
        "transactions SET transaction_date = '2020-01-01'",
        "transactions_default SET customer_id = NULL",
        "revenue_attribution SET attribution_percentage = 100",
        "orders SET total_amount = 0",
        "orders SET created_at = now()",
        "order_items SET price = 0",
        "workflow_executions SET input_data = '{}'",
        "tasks SET input_data = '{}'",
        "customer_interactions SET content = 'nothing'",
    ] {
        refused(&db, &format!("UPDATE {change}")).await;
    }
    refused(&db, "INSERT INTO system_events_default (id) VALUES (NULL)").await;
    granted.end().await;
}
