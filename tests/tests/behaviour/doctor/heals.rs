//! Findings whose repair is an operation or a command: it is run, and the fault is healed.

use chrono::Utc;
use entity::{AgentId, OrderId, ProductVariantId, TransactionId};
use rstest::rstest;
use service::agents::{self, MoveAgent};
use service::finance::attribution::{self, Attribute, AttributionModel, Touch};
use service::goals::{self, ArchiveGoal, Subgoals, UpdateGoal};
use service::inventory::{self, Adjust, AdjustLine, Reserve, StockLine};
use service::maintenance::doctor::Repair;
use service::marketing::campaigns::{self, SetBudget};
use service::marketing::lists::{self, LinkCustomer, Unsubscribe};
use service::orders::{self, RefundOrder};
use service::workflows::tasks::{self, CancelTask, ReleaseExpired};
use tests::Engine;

use super::bed::{Bed, names};
use super::plants::{PACKER, PAYMENT, PLANTS, Plant};
use super::trade::trade;
use crate::command::{run, service_on};
use crate::shop::amount;

/// In the order of the plants, each in a shop of its own: what an operation does is remembered.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_operation_that_a_finding_names_heals_it(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(
        "stock.reserved",
        "stock.counts",
        "payments.due",
        "attribution.totals",
        "attribution.parties",
        "campaigns.budget",
        "agents.places",
        "agents.archived",
        "goals.archived",
        "tasks.leases",
        "executions.open_tasks",
        "subscriptions.ended",
        "subscriptions.unlinked"
    )]
    check: &str,
) {
    let Some(bed) = Bed::new(engine).await else { return };
    trade(&bed.db).await;
    let Plant { past, sql, .. } = PLANTS.iter().find(|plant| plant.check == check).unwrap();
    bed.past(*past, sql).await;
    let examination = bed.examine().await;
    let finding = examination.finding(check).unwrap();
    assert!(
        matches!(finding.repairs.as_slice(), [Repair::Operation(_)]),
        "{finding:#?}"
    );
    match check.split_once('.').unwrap().0 {
        "stock" | "payments" => heal_trade(&bed, check).await,
        "attribution" | "campaigns" => heal_money(&bed, check).await,
        "agents" | "goals" => heal_organisation(&bed, check).await,
        _ => heal_work(&bed, check).await,
    }
    // A CHECK that had to go.
    for finding in &examination.findings {
        if finding.check == "schema.constraints" {
            for repair in &finding.repairs {
                bed.run(repair.text()).await;
            }
        }
    }
    let after = bed.examine().await;
    assert!(after.is_healthy(), "{examination:#?} then {after:#?}");
}

async fn heal_trade(bed: &Bed, check: &str) {
    let variant: ProductVariantId = bed.id("SELECT product_variant_id FROM inventory").await.into();
    match check {
        "stock.reserved" => {
            // 2 and 7 are still to be sent.
            let missing = vec![StockLine::new(variant, 8)];
            inventory::reserve(&bed.db, Reserve::new(missing)).await.unwrap();
        }
        "stock.counts" => {
            let line = AdjustLine {
                incoming: 1,
                ..AdjustLine::available(variant, 0)
            };
            inventory::adjust(&bed.db, Adjust::new(vec![line])).await.unwrap();
        }
        _ => {
            let order: OrderId = bed
                .id("SELECT id FROM orders WHERE status = 'completed'")
                .await
                .into();
            let refund = RefundOrder::amount(order, amount("1000"));
            orders::refund(&bed.db, refund).await.unwrap();
        }
    }
}

async fn heal_money(bed: &Bed, check: &str) {
    if check == "campaigns.budget" {
        let command = SetBudget {
            id: bed.id("SELECT id FROM campaigns").await.into(),
            budget: Some(amount("33.33")),
        };
        campaigns::set_budget(&bed.db, command).await.unwrap();
        return;
    }
    let transaction: TransactionId = bed.id(PAYMENT).await.into();
    let agent: AgentId = bed.id(PACKER).await.into();
    let command = Attribute {
        transaction,
        model: AttributionModel::Linear,
        touches: vec![Touch::new(agent, Utc::now())],
    };
    attribution::reattribute(&bed.db, command).await.unwrap();
}

async fn heal_organisation(bed: &Bed, check: &str) {
    let director: AgentId = bed
        .id("SELECT id FROM agents WHERE name = 'sales two'")
        .await
        .into();
    match check {
        "agents.places" => {
            let command = MoveAgent {
                id: bed.id(PACKER).await.into(),
                parent: Some(director),
            };
            agents::move_subtree(&bed.db, command).await.unwrap();
        }
        "agents.archived" => {
            let command = UpdateGoal {
                owner: Some(Some(director)),
                ..UpdateGoal::new(bed.id("SELECT id FROM goals").await.into())
            };
            goals::update(&bed.db, command).await.unwrap();
        }
        _ => {
            let command = ArchiveGoal {
                id: bed.id("SELECT id FROM goals WHERE name = 'below'").await.into(),
                subgoals: Subgoals::Refuse,
            };
            goals::archive(&bed.db, command).await.unwrap();
        }
    }
}

async fn heal_work(bed: &Bed, check: &str) {
    match check {
        "tasks.leases" => {
            tasks::release_expired(&bed.db, ReleaseExpired::new(3))
                .await
                .unwrap();
        }
        "executions.open_tasks" => {
            let command = CancelTask {
                task: bed
                    .id("SELECT id FROM tasks WHERE status = 'in_progress'")
                    .await
                    .into(),
                reason: None,
                finish_execution: false,
            };
            tasks::cancel(&bed.db, command).await.unwrap();
        }
        "subscriptions.ended" => {
            let command = Unsubscribe {
                email: "ann@example.com".into(),
                list: None,
                at: None,
            };
            lists::unsubscribe(&bed.db, command).await.unwrap();
        }
        _ => {
            let customer = bed
                .id("SELECT id FROM customers WHERE email = 'ann@example.com'")
                .await
                .into();
            lists::link(&bed.db, LinkCustomer { customer }).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_that_a_finding_names_heals_it() {
    let Some(bed) = Bed::new(Engine::Postgres).await else {
        return;
    };
    let next = bed
        .text(
            "SELECT to_char(now() AT TIME ZONE 'UTC' + interval '1 month', '\"transactions_y\"YYYY\"m\"MM')",
        )
        .await;
    bed.run(&format!(
        "ALTER TABLE transactions DETACH PARTITION {next}; DROP TABLE {next}; \
         INSERT INTO transactions (id, type, category, amount, transaction_date) \
         SELECT uuid_v7_lowest((current_date + interval '1 month') AT TIME ZONE 'UTC'), 'expense', 'x', 1, \
                (current_date + interval '1 month')::date; \
         REFRESH MATERIALIZED VIEW agent_performance WITH NO DATA; \
         UPDATE seaql_migrations SET applied_at = applied_at - 3 * 86400"
    ))
    .await;
    for expected in [
        &[
            "partitions.months",
            "partitions.default",
            "views.filled",
            "views.fresh",
        ][..],
        &["views.filled", "views.fresh"],
        &[],
    ] {
        let examination = bed.examine().await;
        assert_eq!(names(&examination), expected);
        let Some(finding) = examination.findings.first() else {
            return;
        };
        let [Repair::Command(command)] = finding.repairs.as_slice() else {
            panic!("{finding:#?}");
        };
        let arguments = command.strip_prefix("cargo run -p service -- ").unwrap();
        let arguments: Vec<_> = arguments.split(' ').collect();
        let (status, output, errors) = run(&mut service_on(&bed.database, &arguments));
        assert_eq!(status, 0, "{output} {errors}");
    }
}
