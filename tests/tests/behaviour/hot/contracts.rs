//! The contracts, held on a hundred thousand rows of everything.

use sea_orm::{ConnectionTrait, DatabaseConnection, TransactionTrait};
use service::maintenance::plans::{Breach, Explained, HotOperation, explain, find, operations};
use service::operation::name_of;

use crate::plan::Watched;

const FILL: &str = include_str!("fill.sql");

/// Operations that are lost without an index, which is no constraint, and without what stands in for it.
const LOST: [(&str, &[&str]); 8] = [
    ("orders.get", &["idx_order_items_order_id"]),
    ("orders.refund", &["idx_revenue_attribution_transaction_id"]),
    ("orders.list", &["idx_orders_created_at_id"]),
    ("workflows.tasks.complete", &["idx_tasks_workflow_execution_id"]),
    (
        "segments.members",
        &["idx_customer_segment_members_segment_score"],
    ),
    ("segments.recompute", &["idx_customers_vip"]),
    (
        "marketing.campaigns.recipients",
        &[
            "idx_email_subscribers_status_email",
            // While there are few lists, PostgreSQL 18 skips from one to the next.
            "idx_email_subscribers_list_id_status_email",
        ],
    ),
    ("system.configuration.list", &["idx_configurations_key_bytes"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_hot_operation_keeps_its_contract_and_each_clause_of_it_can_be_broken() {
    let Some(watched) = Watched::filled(FILL).await else {
        return;
    };
    let db = watched.quiet();
    let mut problems = Vec::new();
    for operation in operations() {
        let name = operation.name;
        let explained = explain(db, operation).await.unwrap();
        if !explained.breaches.is_empty() {
            problems.push(format!("{name}: {:?}\n{}", explained.breaches, shown(&explained)));
        }
        assert!(
            explained
                .plans
                .iter()
                .all(|plan| name_of(&plan.sql) == Some(name)),
            "{name}"
        );
        problems.extend(unbroken(db, operation).await);
    }
    for (name, indexes) in LOST {
        let operation = find(name).unwrap();
        let index = indexes[0];
        assert!(
            operation.contract.indexes.contains(&index),
            "{name} says nothing of {index}"
        );
        let breaches = after(db, &format!("DROP INDEX {}", indexes.join(", ")), operation).await;
        let says = breaches.contains(&Breach::MissingIndex { index });
        let feels = |breach: &Breach| matches!(breach, Breach::ReadsWhole { .. } | Breach::Buffers { .. });
        if !says || !breaches.iter().any(feels) {
            problems.push(format!("{name} without {index}: {breaches:?}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn shown(explained: &Explained) -> String {
    let plans = explained.plans.iter();
    plans
        .map(|plan| format!("{}\n{}\n", plan.sql, plan.lines.join("\n")))
        .collect()
}

/// The breaches of an operation on a database that was changed for it, and is changed back.
async fn after(db: &DatabaseConnection, change: &str, operation: &HotOperation) -> Vec<Breach> {
    let changed = db.begin().await.unwrap();
    changed.execute_unprepared(change).await.unwrap();
    let explained = explain(&changed, operation).await.unwrap();
    changed.rollback().await.unwrap();
    explained.breaches
}

/// The clauses of a contract that hold although nothing is done for them.
async fn unbroken(db: &DatabaseConnection, operation: &HotOperation) -> Vec<String> {
    let mut unbroken = Vec::new();
    let contract = operation.contract;
    let blind = "SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_bitmapscan = off; \
                 SET LOCAL enable_partition_pruning = off; SET LOCAL constraint_exclusion = off";
    let breaches = after(db, blind, operation).await;
    for &index in contract.indexes {
        if !breaches.contains(&Breach::UnusedIndex { index }) {
            unbroken.push(format!("{} uses {index} with its eyes shut", operation.name));
        }
    }
    for &(table, _) in contract.partitions {
        let reads_more =
            |breach: &Breach| matches!(breach, Breach::Partitions { table: of, .. } if *of == table);
        if !breaches.iter().any(reads_more) {
            unbroken.push(format!(
                "{} reads few partitions of {table} with its eyes shut",
                operation.name
            ));
        }
    }
    unbroken
}
