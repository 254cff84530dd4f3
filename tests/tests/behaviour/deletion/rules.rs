//! What may not go although no key forbids it.

use entity::EmailListId;
use rstest::rstest;
use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use service::deletion::{self, Delete, DeletionError, Reason, Row};
use service::finance::budgets;
use service::marketing::campaigns;
use service::{Class, Classified};
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use crate::shop::amount;

async fn refused(db: &DatabaseConnection, row: Row, table: &str, reason: Reason) {
    let plan = deletion::plan(db, row.clone()).await.unwrap();
    let error = deletion::delete(db, Delete { row: row.clone() })
        .await
        .unwrap_err();
    assert_eq!(error.class(), Class::Refused);
    let DeletionError::Blocked { blockers, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(blockers, plan.blockers);
    let found: Vec<_> = blockers.iter().map(|b| (b.table, b.reason, b.rows)).collect();
    assert_eq!(found, [(table, reason, 1)], "{row}");
}

async fn deleted(db: &DatabaseConnection, row: Row) {
    deletion::delete(db, Delete { row }).await.unwrap();
}

async fn run(db: &DatabaseConnection, sql: &str) {
    db.execute_unprepared(sql).await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn stock_that_is_promised_keeps_its_row_its_variant_and_its_product(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let product = rows::insert(db, "products", []).await.id();
    let variant = rows::insert(db, "product_variants", [("product_id", product.into())])
        .await
        .id();
    let given = [
        ("product_variant_id", Value::from(variant)),
        ("quantity_reserved", 3.into()),
    ];
    let stock = rows::insert(db, "inventory", given).await.id();
    for row in [
        Row::Inventory(stock.into()),
        Row::Variant(variant.into()),
        Row::Product(product.into()),
    ] {
        refused(db, row, "inventory", Reason::ReservedStock).await;
    }
    run(db, "UPDATE inventory SET quantity_reserved = 0").await;
    deleted(db, Row::Product(product.into())).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_when_nothing_is_reserved_for_it_and_nothing_was_paid(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let order = rows::insert(db, "orders", []).await.id();
    let variant = rows::insert(db, "product_variants", []).await.id();
    let given = [
        ("order_id", Value::from(order)),
        ("product_variant_id", variant.into()),
        ("location", "main".into()),
    ];
    let line = rows::insert(db, "order_items", given).await.id();
    let row = || Row::Order(order.into());
    refused(db, row(), "order_items", Reason::OpenReservation).await;
    refused(
        db,
        Row::OrderItem(line.into()),
        "order_items",
        Reason::OpenReservation,
    )
    .await;
    run(db, "UPDATE orders SET status = 'cancelled'").await;
    let payment = rows::insert(db, "transactions", [("order_id", order.into())])
        .await
        .id();
    refused(db, row(), "orders", Reason::Paid).await;
    run(db, "UPDATE orders SET financial_status = 'paid'").await;
    refused(db, row(), "orders", Reason::Paid).await;
    refused(
        db,
        Row::Transaction(payment.into()),
        "transactions",
        Reason::BelongsToOrder,
    )
    .await;
    run(db, "UPDATE orders SET financial_status = 'refunded'").await;
    deleted(db, row()).await;
    deleted(db, Row::Transaction(payment.into())).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_a_worker_is_at_keeps_its_execution(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let execution: Uuid = rows::insert(db, "workflow_executions", []).await.id();
    let given = [
        ("workflow_execution_id", Value::from(execution)),
        ("status", "in_progress".into()),
    ];
    let task = rows::insert(db, "tasks", given).await.id();
    refused(db, Row::Task(task.into()), "tasks", Reason::InProgress).await;
    refused(db, Row::Execution(execution.into()), "tasks", Reason::InProgress).await;
    run(db, "UPDATE tasks SET status = 'failed'").await;
    deleted(db, Row::Execution(execution.into())).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_costs_nothing_is_paid_and_goes_all_the_same(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let given = [
        ("financial_status", Value::from("paid")),
        ("total_amount", amount("0").into()),
    ];
    let order = rows::insert(db, "orders", given).await.id();
    let row = || Row::Order(order.into());
    run(db, "UPDATE orders SET total_amount = 0.01").await;
    refused(db, row(), "orders", Reason::Paid).await;
    run(db, "UPDATE orders SET total_amount = 0").await;
    deleted(db, row()).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_expense_that_counts_as_spent_stays_and_so_does_its_correction(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let budget = rows::insert(db, "budgets", [("allocated_amount", amount("9").into())]).await;
    let campaign = rows::insert(db, "campaigns", [("status", "active".into())]).await;
    let (budget, campaign) = (budget.id().into(), campaign.id().into());
    let spend = budgets::Spend::new(budget, amount("2"));
    let correct = budgets::Correct::new(budget, amount("1"), "too much");
    let mut booked = vec![spend.id, correct.id];
    budgets::spend(db, spend).await.unwrap();
    budgets::correct(db, correct).await.unwrap();
    let spend = campaigns::SpendOnCampaign::new(campaign, amount("2"));
    let correct = campaigns::CorrectSpending::new(campaign, amount("1"), "too much");
    booked.extend([spend.id, correct.id]);
    campaigns::spend(db, spend).await.unwrap();
    campaigns::correct(db, correct).await.unwrap();
    for id in booked {
        refused(db, Row::Transaction(id), "transactions", Reason::Booked).await;
    }
    // One that nothing counts goes.
    let loose = rows::insert(db, "transactions", [("type", "expense".into())]).await;
    deleted(db, Row::Transaction(loose.id().into())).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_ended_subscription_stays_until_its_list_goes(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let list: EmailListId = rows::insert(db, "email_lists", []).await.id().into();
    let row = || Row::Subscriber {
        email: " ANN@example.com".into(),
        list,
    };
    let given = [
        ("email", Value::from("ann@example.com")),
        ("list_id", list.into()),
    ];
    rows::insert(db, "email_subscribers", given).await;
    for status in ["unsubscribed", "bounced", "complained"] {
        let end =
            format!("UPDATE email_subscribers SET status = '{status}', unsubscribed_at = subscribed_at");
        run(db, &end).await;
        refused(db, row(), "email_subscribers", Reason::EndedSubscription).await;
        let plan = deletion::plan(db, row()).await.unwrap();
        let named = Row::Subscriber {
            email: "ann@example.com".into(),
            list,
        };
        assert_eq!(plan.blockers[0].examples, [named]);
    }
    for status in ["pending", "subscribed"] {
        run(db, &format!("UPDATE email_subscribers SET status = '{status}'")).await;
        let plan = deletion::plan(db, row()).await.unwrap();
        assert!(!plan.is_blocked(), "{status}");
    }
    run(db, "UPDATE email_subscribers SET status = 'unsubscribed'").await;
    let report = deletion::delete(
        db,
        Delete {
            row: Row::EmailList(list),
        },
    )
    .await
    .unwrap();
    assert_eq!(report.removed_from("email_subscribers"), 1);
}
