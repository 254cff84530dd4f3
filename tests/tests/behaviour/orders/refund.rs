//! Giving money and goods back.

use entity::{OrderFinancialStatus, OrderFulfillmentStatus, OrderItemId, TransactionType};
use rstest::rstest;
use service::inventory::MAIN;
use service::orders::{
    self, CancelOrder, FulfilLine, FulfilOrder, Goods, OrderLine, PayOrder, PlaceOrder, RefundLine,
    RefundOrder,
};
use service::transaction;
use tests::{Engine, TestDatabase};

use super::{counts, paid};
use crate::shop::{amount, level, stocked};

pub(super) fn line(line: OrderItemId, quantity: u32, goods: Goods) -> RefundLine {
    RefundLine {
        line,
        quantity,
        goods,
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn refunds_take_back_pieces_and_give_back_what_they_cost(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 9).await;
    let order = paid(db, &[(noir, 6)]).await;
    let (id, item) = (order.order.id, order.items[0].id);
    let send = FulfilOrder::new(
        id,
        vec![FulfilLine {
            line: item,
            quantity: 4,
        }],
    );
    orders::fulfil(db, send).await.unwrap();
    assert_eq!(level(db, noir, MAIN).await, [3, 2, 0]);
    let command = RefundOrder::lines(
        id,
        vec![
            line(item, 1, Goods::Restocked(None)),
            line(item, 1, Goods::Restocked(Some("returns".into()))),
            line(item, 1, Goods::NotRestocked),
            line(item, 1, Goods::Unsent),
        ],
    );
    let together = transaction::begin(db).await.unwrap();
    orders::refund(&together, command.clone()).await.unwrap();
    together.rollback().await.unwrap();
    assert_eq!(counts(db, id).await, [[4, 0, 0]]);
    let first = orders::refund(db, command.clone()).await.unwrap();
    assert_eq!(first.transaction.amount, amount("396"));
    assert_eq!(first.transaction.r#type, TransactionType::Refund);
    assert_eq!(first.financial_status, OrderFinancialStatus::PartiallyRefunded);
    assert_eq!(first.fulfillment_status, OrderFulfillmentStatus::Partial);
    assert_eq!(first.refundable, amount("198"));
    assert_eq!(level(db, noir, MAIN).await, [5, 1, 0]);
    assert_eq!(level(db, noir, "returns").await, [1, 0, 0]);
    assert_eq!(counts(db, id).await, [[4, 4, 1]]);
    assert_eq!(
        orders::refund(db, command.clone()).await.unwrap(),
        first,
        "sent again"
    );
    assert_eq!(counts(db, id).await, [[4, 4, 1]]);
    let rest = vec![line(item, 1, Goods::NotRestocked), line(item, 1, Goods::Unsent)];
    let rest = orders::refund(db, RefundOrder::lines(id, rest)).await.unwrap();
    assert_eq!(rest.financial_status, OrderFinancialStatus::Refunded);
    assert_eq!(rest.fulfillment_status, OrderFulfillmentStatus::Fulfilled);
    assert_eq!(rest.refundable, amount("0"));
    let read = orders::get(db, id).await.unwrap();
    assert_eq!(read.order.financial_status, OrderFinancialStatus::Refunded);
    assert_eq!(read.transactions.len(), 3);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn pieces_that_are_refunded_one_by_one_come_to_the_total_without_shipping(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 9).await;
    let command = PlaceOrder {
        discount: amount("10"),
        tax: amount("0.01"),
        shipping: amount("7"),
        ..PlaceOrder::new(vec![OrderLine {
            discount: amount("0.99"),
            ..OrderLine::new(noir, 3)
        }])
    };
    let order = orders::place(db, command).await.unwrap();
    let (id, item) = (order.order.id, order.items[0].id);
    orders::pay(db, PayOrder::new(id, amount("293.02")))
        .await
        .unwrap();
    let mut given = Vec::new();
    for _ in 0..3 {
        let one = RefundOrder::lines(id, vec![line(item, 1, Goods::Unsent)]);
        given.push(orders::refund(db, one).await.unwrap().transaction.amount);
    }
    assert_eq!(given, ["95.34", "95.34", "95.34"].map(amount));
    let shipping = orders::refund(db, RefundOrder::amount(id, amount("7")))
        .await
        .unwrap();
    assert_eq!(shipping.financial_status, OrderFinancialStatus::Refunded);
    assert_eq!(level(db, noir, MAIN).await, [9, 0, 0]);
    orders::cancel(db, CancelOrder { id }).await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_order_is_refunded_without_moving_stock_again(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 9).await;
    let order = paid(db, &[(noir, 3)]).await;
    let (id, item) = (order.order.id, order.items[0].id);
    let one = RefundOrder::lines(id, vec![line(item, 1, Goods::Unsent)]);
    orders::refund(db, one).await.unwrap();
    orders::cancel(db, CancelOrder { id }).await.unwrap();
    assert_eq!(level(db, noir, MAIN).await, [9, 0, 0]);
    let rest = RefundOrder::lines(id, vec![line(item, 2, Goods::Unsent)]);
    let rest = orders::refund(db, rest).await.unwrap();
    assert_eq!(rest.financial_status, OrderFinancialStatus::Refunded);
    assert_eq!(level(db, noir, MAIN).await, [9, 0, 0]);
    assert_eq!(counts(db, id).await, [[0, 3, 3]]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refund_takes_its_attribution_back(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 9).await;
    let order = paid(db, &[(noir, 3)]).await;
    let payment = orders::get(db, order.order.id).await.unwrap().transactions[0].id;
    let given = [
        ("transaction_id", payment.as_uuid().into()),
        ("attribution_percentage", amount("40").into()),
    ];
    tests::rows::insert(db, "revenue_attribution", given).await;
    let refund = RefundOrder::amount(order.order.id, amount("50"));
    let id = refund.id;
    orders::refund(db, refund).await.unwrap();
    let back = entity::revenue_attribution::Entity::find()
        .filter(entity::revenue_attribution::Column::TransactionId.eq(id))
        .all(db)
        .await
        .unwrap();
    let shares: Vec<_> = back.iter().map(|row| row.attribution_percentage).collect();
    assert_eq!(shares, [amount("40")]);
}
