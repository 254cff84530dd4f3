//! Commands that are sent again after what they are about was deleted, or became part of something else.

use entity::OrderId;
use rstest::rstest;
use sea_orm::DatabaseConnection;
use service::customers::{self, MergeCustomers};
use service::deletion::{self, Delete, Row};
use service::orders::{
    self, CancelOrder, Goods, OrderLine, PayError, PayOrder, PlaceError, PlaceOrder, RefundLine, RefundOrder,
};
use tests::{Engine, TestDatabase};

use super::{customer, of, paid};
use crate::shop::{amount, created, stocked};

async fn delete(db: &DatabaseConnection, row: Row) {
    deletion::delete(db, Delete { row }).await.unwrap();
}

async fn conflicts(db: &DatabaseConnection, command: PlaceOrder) {
    let error = orders::place(db, command.clone()).await.unwrap_err();
    assert!(
        matches!(error, PlaceError::Conflict(_)),
        "{error:?} of {command:?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_variants_are_gone_is_still_the_one_that_was_placed(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = created(db, "noir", &["NOIR-1", "NOIR-2"]).await;
    let [first, second] = [0, 1].map(|n| noir.variants[n].id);
    let command = PlaceOrder::new(vec![
        OrderLine::new(first, 2).untracked(),
        OrderLine::new(second, 1).untracked(),
    ]);
    let placed = orders::place(db, command.clone()).await.unwrap();
    for row in [Row::Variant(first), Row::Product(noir.product.id)] {
        delete(db, row).await;
        let again = orders::place(db, command.clone()).await.unwrap();
        assert_eq!(again.order, placed.order);
        assert_eq!(again.items.len(), 2);
    }
    for lines in [of(&[(first, 2)]), of(&[(first, 2), (second, 2)])] {
        let other = PlaceOrder {
            lines: lines.into_iter().map(OrderLine::untracked).collect(),
            ..command.clone()
        };
        conflicts(db, other).await;
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_customer_is_gone_is_still_the_one_that_was_placed(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 9).await;
    for merged in [true, false] {
        let [buyer, other] = [customer(db).await, customer(db).await];
        let command = PlaceOrder {
            customer: Some(buyer),
            ..PlaceOrder::new(of(&[(noir, 1)]))
        };
        let id = orders::place(db, command.clone()).await.unwrap().order.id;
        if merged {
            customers::merge(db, MergeCustomers::new(buyer, other))
                .await
                .unwrap();
        } else {
            delete(db, Row::Customer(buyer)).await;
        }
        let again = orders::place(db, command.clone()).await.unwrap().order;
        assert_eq!((again.id, again.customer_id), (id, merged.then_some(other)));
        let stranger = PlaceOrder {
            customer: Some(customer(db).await),
            ..command
        };
        conflicts(db, stranger).await;
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn money_of_an_order_that_is_gone_is_not_moved_again(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 9).await;
    let order = paid(db, &[(noir, 1)]).await;
    let (id, line) = (order.order.id, order.items[0].id);
    let payment = orders::get(db, id).await.unwrap().transactions.remove(0);
    let pay = PayOrder {
        id: payment.id,
        ..PayOrder::new(id, payment.amount)
    };
    let goods = Goods::Unsent;
    let refund = RefundOrder::lines(
        id,
        vec![RefundLine {
            line,
            quantity: 1,
            goods,
        }],
    );
    let refunded = orders::refund(db, refund.clone()).await.unwrap();
    orders::cancel(db, CancelOrder { id }).await.unwrap();
    delete(db, Row::Order(id)).await;
    let error = orders::pay(db, pay.clone()).await.unwrap_err();
    assert!(
        matches!(error, PayError::NotFound { id: order } if order == id),
        "{error:?}"
    );
    let elsewhere = PayOrder {
        amount: amount("1"),
        ..pay.clone()
    };
    let error = orders::pay(db, elsewhere).await.unwrap_err();
    assert!(matches!(error, PayError::Conflict(_)), "{error:?}");
    // What lost its order is not the payment of another.
    let other: OrderId = super::placed(db, &[(noir, 1)]).await.order.id;
    let error = orders::pay(db, PayOrder { order: other, ..pay })
        .await
        .unwrap_err();
    assert!(matches!(error, PayError::Conflict(_)), "{error:?}");
    assert_eq!(orders::refund(db, refund).await.unwrap(), refunded);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_amount_is_the_same_however_it_is_written(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 9).await;
    let id = paid(db, &[(noir, 1)]).await.order.id;
    let command = RefundOrder::amount(id, amount("5"));
    let first = orders::refund(db, command.clone()).await.unwrap();
    for same in ["5.00", "5.0", "5"] {
        let again = RefundOrder {
            amount: Some(amount(same)),
            ..command.clone()
        };
        assert_eq!(orders::refund(db, again).await.unwrap(), first);
    }
    assert_eq!(orders::get(db, id).await.unwrap().transactions.len(), 2);
}
