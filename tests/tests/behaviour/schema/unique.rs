//! What no two rows may share.

use std::collections::BTreeSet;

use rstest::rstest;
use tests::{Engine, TestDatabase, rows};

use super::live;
use super::refusal::Refusal;

/// Every unique index: its table, its name, its columns.
const UNIQUE: &[(&str, &str, &[&str])] = &[
    ("agents", "idx_agents_name", &["name"]),
    (
        "agent_capabilities",
        "idx_agent_capabilities_agent_id_capability_type_capability_name",
        &["agent_id", "capability_type", "capability_name"],
    ),
    (
        "agent_collaborations",
        "idx_agent_collaborations_parties_type",
        &["requesting_agent_id", "responding_agent_id", "collaboration_type"],
    ),
    ("workflows", "idx_workflows_n8n_workflow_id", &["n8n_workflow_id"]),
    ("products", "idx_products_handle", &["handle"]),
    ("products", "idx_products_shopify_id", &["shopify_id"]),
    (
        "product_variants",
        "idx_product_variants_shopify_variant_id",
        &["shopify_variant_id"],
    ),
    ("product_variants", "idx_product_variants_sku", &["sku"]),
    (
        "inventory",
        "idx_inventory_product_variant_id_location",
        &["product_variant_id", "location"],
    ),
    (
        "product_metrics",
        "idx_product_metrics_product_id_period_start_period_end",
        &["product_id", "period_start", "period_end"],
    ),
    (
        "customers",
        "idx_customers_shopify_customer_id",
        &["shopify_customer_id"],
    ),
    ("customers", "idx_customers_email", &["email"]),
    ("orders", "idx_orders_order_number", &["order_number"]),
    ("orders", "idx_orders_shopify_order_id", &["shopify_order_id"]),
    ("customer_segments", "idx_customer_segments_name", &["name"]),
    ("email_lists", "idx_email_lists_name", &["name"]),
    ("kpis", "idx_kpis_name", &["name"]),
    (
        "kpi_measurements",
        "idx_kpi_measurements_kpi_id_measured_at",
        &["kpi_id", "measured_at"],
    ),
    (
        "budgets",
        "idx_budgets_category_period",
        &["category", "fiscal_year", "fiscal_month"],
    ),
    ("configurations", "idx_configurations_key", &["key"]),
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_has_these_unique_indexes_and_no_others(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let expected: BTreeSet<_> = UNIQUE
        .iter()
        .map(|(table, name, columns)| ((*name).to_owned(), (*table).to_owned(), columns.join(", ")))
        .collect();
    let unique: BTreeSet<_> = live::indexes(&database)
        .await
        .into_iter()
        .filter(|(_, (_, unique, _))| *unique)
        .map(|(name, (table, _, columns))| (name, table, columns.join(", ")))
        .collect();
    assert_eq!(unique, expected);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_second_row_with_the_same_values_is_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for (table, name, columns) in UNIQUE {
        // What a table does not require has to be named.
        let given = match columns {
            [column] => Some((*column, "the same".into())),
            ["product_variant_id", column] => Some((*column, "north".into())),
            ["kpi_id", column] => Some((*column, chrono::Utc::now().into())),
            _ => None,
        };
        let row = rows::insert(db, table, given).await;
        let mut again = rows::prepare(db, table, []).await;
        for column in *columns {
            again.set(column, row.value(column));
        }
        let refusal = Refusal::of(&again.insert(db, table).await.expect_err(name));
        assert!(refusal.is_unique(), "{name}: {refusal:?}");
        let in_sqlite = columns
            .iter()
            .map(|column| format!("{table}.{column}"))
            .collect::<Vec<_>>()
            .join(", ");
        assert!(
            [*name, &in_sqlite].contains(&refusal.constraint.as_str()),
            "{name}: {refusal:?}"
        );
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_rows_may_have_no_value(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    for table in ["workflows", "products", "product_variants", "customers", "orders"] {
        rows::insert(database.connection(), table, []).await;
        rows::insert(database.connection(), table, []).await;
    }
}
