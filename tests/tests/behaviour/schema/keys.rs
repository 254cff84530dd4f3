//! The 40 foreign keys: what a deleted parent does to its children.

use std::collections::BTreeSet;

use rstest::rstest;
use tests::{Engine, TestDatabase};

use super::live;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnDelete {
    /// The children go with their parent.
    Cascade,
    /// A parent with children stays, by the end of the statement.
    NoAction,
    /// A parent with children stays.
    Restrict,
    /// The children stay, without a parent.
    SetNull,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) table: &'static str,
    pub(super) column: &'static str,
    pub(super) parent: &'static str,
    pub(super) on_delete: OnDelete,
}

const fn key(table: &'static str, column: &'static str, parent: &'static str, on_delete: OnDelete) -> Key {
    Key {
        table,
        column,
        parent,
        on_delete,
    }
}

use OnDelete::{Cascade, NoAction, Restrict, SetNull};

/// The delete policy, which is the product's: a change here is a change of what customers lose.
pub(super) const KEYS: [Key; 40] = [
    key("agents", "parent_id", "agents", NoAction),
    key("agent_capabilities", "agent_id", "agents", Cascade),
    key("agent_collaborations", "requesting_agent_id", "agents", Cascade),
    key("agent_collaborations", "responding_agent_id", "agents", Cascade),
    key("goals", "owner_agent_id", "agents", NoAction),
    key("goals", "parent_goal_id", "goals", NoAction),
    key("workflows", "goal_id", "goals", NoAction),
    key("workflows", "owner_agent_id", "agents", NoAction),
    key("workflow_executions", "workflow_id", "workflows", Restrict),
    key("tasks", "workflow_execution_id", "workflow_executions", Cascade),
    key("tasks", "assigned_agent_id", "agents", NoAction),
    key("product_variants", "product_id", "products", Cascade),
    key("inventory", "product_variant_id", "product_variants", Cascade),
    key("product_metrics", "product_id", "products", Cascade),
    key("orders", "customer_id", "customers", SetNull),
    key("order_items", "order_id", "orders", Cascade),
    key("order_items", "product_variant_id", "product_variants", SetNull),
    key("customer_segment_members", "customer_id", "customers", Cascade),
    key(
        "customer_segment_members",
        "segment_id",
        "customer_segments",
        Cascade,
    ),
    key("customer_interactions", "customer_id", "customers", Cascade),
    key("customer_interactions", "agent_id", "agents", SetNull),
    key("campaigns", "goal_id", "goals", NoAction),
    key("campaigns", "owner_agent_id", "agents", NoAction),
    key("campaigns", "target_segment_id", "customer_segments", NoAction),
    key("content", "created_by_agent_id", "agents", NoAction),
    key("content", "campaign_id", "campaigns", SetNull),
    key("email_subscribers", "list_id", "email_lists", Cascade),
    key("email_subscribers", "customer_id", "customers", SetNull),
    key("kpis", "owner_agent_id", "agents", NoAction),
    key("kpi_measurements", "kpi_id", "kpis", Cascade),
    key("reports", "created_by_agent_id", "agents", SetNull),
    key("transactions", "order_id", "orders", SetNull),
    key("transactions", "customer_id", "customers", SetNull),
    key("transactions", "agent_id", "agents", SetNull),
    key("budgets", "owner_agent_id", "agents", NoAction),
    key("revenue_attribution", "transaction_id", "transactions", Cascade),
    key("revenue_attribution", "agent_id", "agents", NoAction),
    key("revenue_attribution", "campaign_id", "campaigns", NoAction),
    key("system_events", "source_agent_id", "agents", SetNull),
    key("configurations", "updated_by_agent_id", "agents", SetNull),
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_has_these_keys_and_no_others(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let expected: BTreeSet<_> = KEYS.iter().map(as_in_catalogue).collect();
    assert_eq!(live::foreign_keys(&database).await, expected);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_key_is_named_after_its_column(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let expected: BTreeSet<_> = KEYS
        .iter()
        .map(|key| format!("fk_{}_{}", key.table, key.column))
        .collect();
    assert_eq!(live::foreign_key_names(&database).await, expected);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_key_has_an_index_of_its_own(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let indexes = live::indexes(&database).await;
    for Key { table, column, .. } in KEYS {
        let index = indexes.get(&format!("idx_{table}_{column}"));
        let expected = (table.to_owned(), false, vec![column.to_owned()]);
        assert_eq!(index, Some(&expected), "{table}.{column}");
    }
}

fn as_in_catalogue(key: &Key) -> live::ForeignKey {
    let on_delete = match key.on_delete {
        Cascade => "CASCADE",
        NoAction => "NO ACTION",
        Restrict => "RESTRICT",
        SetNull => "SET NULL",
    };
    live::ForeignKey {
        table: key.table.to_owned(),
        column: key.column.to_owned(),
        parent: key.parent.to_owned(),
        on_delete: on_delete.to_owned(),
    }
}
