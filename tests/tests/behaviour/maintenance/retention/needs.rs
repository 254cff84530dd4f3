//! What keeps a month from going.

use chrono::Utc;
use entity::{
    OrderFinancialStatus, OrderStatus, TaskStatus, TransactionType, WorkflowExecutionId, tasks, transactions,
    workflow_executions,
};
use rstest::rstest;
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use service::maintenance::partitions::drop::{DropBefore, DropReport, Fate, Need, Reason};
use service::orders::{PayError, PayOrder, RefundError, RefundOrder};
use tests::{Engine, TestDatabase, rows};

use super::booked::{book, order};
use super::history::{Everything, fill, world};
use super::{day, dropped, fates, month};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn work_that_is_not_done_keeps_its_month(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    fill(db, &world, "2024-01", 3).await;
    let before = Everything::of(db).await;
    let mut execution = before.executions[0].clone().into_active_model();
    execution.status = Set(entity::WorkflowExecutionStatus::Running);
    execution.completed_at = Set(None);
    execution.update(db).await.unwrap();
    let mut task = before.tasks[3].clone().into_active_model();
    task.status = Set(TaskStatus::Pending);
    task.update(db).await.unwrap();

    let report = dropped(db, &DropBefore::new(day("2024-02-01"))).await.unwrap();
    assert_eq!(fates(&report), [("2024-01".to_owned(), Fate::Refused)]);
    assert_eq!(
        report.months[0].needed,
        [
            need(
                "workflow_executions",
                Reason::Unfinished,
                before.executions[0].id.as_uuid()
            ),
            need("tasks", Reason::OpenTask, before.tasks[3].id.as_uuid()),
        ]
    );
    assert_eq!(Everything::of(db).await.counts(), before.counts());

    workflow_executions::Entity::delete_by_id(before.executions[0].id)
        .exec(db)
        .await
        .unwrap();
    tasks::Entity::delete_by_id(before.tasks[3].id)
        .exec(db)
        .await
        .unwrap();
    assert!(
        dropped(db, &DropBefore::new(day("2024-02-01")))
            .await
            .unwrap()
            .is_complete()
    );
}

#[rstest]
#[case(OrderStatus::Pending, OrderFinancialStatus::Paid, true)]
#[case(OrderStatus::Confirmed, OrderFinancialStatus::PartiallyRefunded, true)]
#[case(OrderStatus::Completed, OrderFinancialStatus::Unpaid, true)]
#[case(OrderStatus::Completed, OrderFinancialStatus::Paid, false)]
#[case(OrderStatus::Completed, OrderFinancialStatus::PartiallyRefunded, false)]
#[case(OrderStatus::Completed, OrderFinancialStatus::Refunded, false)]
#[case(OrderStatus::Cancelled, OrderFinancialStatus::Unpaid, true)]
#[case(OrderStatus::Cancelled, OrderFinancialStatus::Paid, true)]
#[case(OrderStatus::Cancelled, OrderFinancialStatus::Refunded, false)]
#[tokio::test(flavor = "multi_thread")]
async fn money_of_an_order_stays_until_the_order_is_settled(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] status: OrderStatus,
    #[case] financial: OrderFinancialStatus,
    #[case] stays: bool,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let order = order(db, status, financial).await;
    let payment = book(db, order, TransactionType::Revenue, "2024-01-05T10:00:00Z").await;
    // What an order cost is not what the order owes.
    book(db, order, TransactionType::Expense, "2024-01-06T10:00:00Z").await;
    let report = dropped(db, &DropBefore::new(day("2024-02-01"))).await.unwrap();
    let expected = if stays {
        vec![need("transactions", Reason::OpenOrder, payment.as_uuid())]
    } else {
        Vec::new()
    };
    assert_eq!(report.months[0].needed, expected);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_money_of_an_order_goes_from_the_oldest_on_and_not_while_younger_money_stays(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let returned = order(db, OrderStatus::Completed, OrderFinancialStatus::Refunded).await;
    let payment = book(db, returned, TransactionType::Revenue, "2024-01-31T23:59:59Z").await;
    let refund = book(db, returned, TransactionType::Refund, "2024-02-01T00:00:00Z").await;

    // The refund stays, and with it the payment that bounds it.
    let report = dropped(db, &DropBefore::new(day("2024-02-01"))).await.unwrap();
    assert_eq!(
        report.months[0].needed,
        [need("transactions", Reason::OrderGoesOn, payment.as_uuid())]
    );

    // The payment's month stays for another reason, and with it the refund: or it could be given back twice.
    let open = order(db, OrderStatus::Pending, OrderFinancialStatus::Paid).await;
    let other = book(db, open, TransactionType::Revenue, "2024-01-10T00:00:00Z").await;
    let report = dropped(db, &DropBefore::new(day("2024-03-01"))).await.unwrap();
    assert_eq!(
        report.months[0].needed,
        [need("transactions", Reason::OpenOrder, other.as_uuid())]
    );
    assert_eq!(
        report.months[1].needed,
        [need("transactions", Reason::OrderGoesOn, refund.as_uuid())]
    );

    transactions::Entity::delete_by_id(other).exec(db).await.unwrap();
    assert!(
        dropped(db, &DropBefore::new(day("2024-03-01")))
            .await
            .unwrap()
            .is_complete()
    );
    assert_eq!(Everything::of(db).await.counts(), [0; 5]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_payments_have_gone_is_neither_paid_nor_refunded_again(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let settled = order(db, OrderStatus::Completed, OrderFinancialStatus::Paid).await;
    book(db, settled, TransactionType::Revenue, "2024-01-05T10:00:00Z").await;
    assert!(
        dropped(db, &DropBefore::new(day("2024-02-01")))
            .await
            .unwrap()
            .is_complete()
    );
    let paid = service::orders::pay(db, PayOrder::new(settled, Decimal::ONE))
        .await
        .unwrap_err();
    assert!(
        matches!(paid, PayError::TooMuch { due, .. } if due == Decimal::ZERO),
        "{paid:?}"
    );
    let refund = RefundOrder::amount(settled, Decimal::ONE);
    let refunded = service::orders::refund(db, refund).await.unwrap_err();
    assert!(matches!(refunded, RefundError::TooMuch { refundable, .. } if refundable == Decimal::ZERO));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_another_month_than_its_id_keeps_both_where_nothing_else_refuses_it() {
    let Some(database) = TestDatabase::migrated(Engine::Sqlite).await else {
        return;
    };
    let db = database.connection();
    let made = month("2024-01").start();
    let row = rows::insert(
        db,
        "system_events",
        [
            ("id", entity::SystemEventId::at(made).as_uuid().into()),
            ("created_at", Utc::now().into()),
        ],
    )
    .await;
    let report = dropped(db, &DropBefore::new(day("2024-02-01"))).await.unwrap();
    assert_eq!(
        report.months[0].needed,
        [need("system_events", Reason::Misdated, row.id())]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_is_needed_keeps_no_other_one(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let world = world(db).await;
    for of in ["2024-01", "2024-02", "2024-03"] {
        fill(db, &world, of, 1).await;
    }
    let open = WorkflowExecutionId::at(month("2024-02").start());
    let row = workflow_executions::ActiveModel {
        id: Set(open),
        workflow_id: Set(world.workflow),
        created_at: Set(month("2024-02").start()),
        ..Default::default()
    };
    workflow_executions::Entity::insert(row).exec(db).await.unwrap();
    let report: DropReport = dropped(db, &DropBefore::new(day("2024-04-01"))).await.unwrap();
    let expected = [
        ("2024-01", Fate::Gone),
        ("2024-02", Fate::Refused),
        ("2024-03", Fate::Gone),
    ];
    assert_eq!(
        fates(&report),
        expected.map(|(month, fate)| (month.to_owned(), fate))
    );
}

pub(super) fn need(table: &'static str, reason: Reason, id: uuid::Uuid) -> Need {
    Need {
        table,
        reason,
        rows: 1,
        first: vec![id],
    }
}
