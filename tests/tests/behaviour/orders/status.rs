//! Confirming, completing and cancelling orders.

use entity::{OrderId, OrderStatus};
use rstest::rstest;
use service::inventory::{self, MAIN};
use service::orders::{
    self, CancelError, CancelOrder, CompleteOrder, ConfirmOrder, FulfilError, FulfilOrder, PayOrder,
    RefundOrder, StatusError,
};
use service::transaction;
use tests::{Engine, TestDatabase};

use super::{counts, paid, placed};
use crate::shop::{amount, level, stocked};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_confirmed_sent_paid_and_completed_and_each_step_may_be_repeated(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 5).await;
    let id = placed(db, &[(noir, 2)]).await.order.id;
    let complete = || orders::complete(db, CompleteOrder { id });
    let error = complete().await.unwrap_err();
    assert!(
        matches!(
            error,
            StatusError::IllegalMove {
                from: OrderStatus::Pending,
                to: OrderStatus::Completed
            }
        ),
        "{error:?}"
    );
    let first = orders::confirm(db, ConfirmOrder { id }).await.unwrap();
    assert_eq!(first.order.status, OrderStatus::Confirmed);
    assert_eq!(orders::confirm(db, ConfirmOrder { id }).await.unwrap(), first);
    assert!(matches!(
        complete().await.unwrap_err(),
        StatusError::Unfinished { .. }
    ));
    orders::fulfil(db, FulfilOrder::all(id)).await.unwrap();
    assert!(matches!(
        complete().await.unwrap_err(),
        StatusError::Unfinished { .. }
    ));
    orders::pay(db, PayOrder::new(id, amount("198"))).await.unwrap();
    let done = complete().await.unwrap();
    assert_eq!(done.order.status, OrderStatus::Completed);
    assert_eq!(complete().await.unwrap(), done);
    assert_eq!(orders::get(db, id).await.unwrap().order, done.order);
    let error = orders::confirm(db, ConfirmOrder { id }).await.unwrap_err();
    assert!(matches!(error, StatusError::IllegalMove { .. }), "{error:?}");
    let error = orders::cancel(db, CancelOrder { id }).await.unwrap_err();
    assert!(matches!(error, CancelError::IllegalMove { .. }), "{error:?}");
    orders::refund(db, RefundOrder::amount(id, amount("1")))
        .await
        .unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_order_frees_its_stock_once(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 5).await;
    let id = paid(db, &[(noir, 2)]).await.order.id;
    assert_eq!(level(db, noir, MAIN).await, [3, 2, 0]);
    let together = transaction::begin(db).await.unwrap();
    orders::cancel(&together, CancelOrder { id }).await.unwrap();
    together.rollback().await.unwrap();
    assert_eq!(level(db, noir, MAIN).await, [3, 2, 0]);
    let first = orders::cancel(db, CancelOrder { id }).await.unwrap();
    assert_eq!(first.order.status, OrderStatus::Cancelled);
    assert_eq!(first.items[0].quantity_cancelled, 2);
    assert_eq!(orders::cancel(db, CancelOrder { id }).await.unwrap(), first);
    assert_eq!(level(db, noir, MAIN).await, [5, 0, 0]);
    assert_eq!(counts(db, id).await, [[0, 0, 2]]);
    let error = orders::confirm(db, ConfirmOrder { id }).await.unwrap_err();
    assert!(matches!(error, StatusError::IllegalMove { .. }), "{error:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_which_a_piece_was_sent_is_not_cancelled(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 5).await;
    let order = paid(db, &[(noir, 2)]).await;
    let lines = vec![orders::FulfilLine {
        line: order.items[0].id,
        quantity: 1,
    }];
    let id = order.order.id;
    orders::fulfil(db, FulfilOrder::new(id, lines)).await.unwrap();
    let error = orders::cancel(db, CancelOrder { id }).await.unwrap_err();
    assert!(matches!(error, CancelError::Sent { pieces: 1 }), "{error:?}");
    let absent = OrderId::new();
    let error = orders::cancel(db, CancelOrder { id: absent }).await.unwrap_err();
    assert!(
        matches!(error, CancelError::NotFound { id } if id == absent),
        "{error:?}"
    );
    let error = orders::confirm(db, ConfirmOrder { id: absent })
        .await
        .unwrap_err();
    assert!(
        matches!(error, StatusError::NotFound { id } if id == absent),
        "{error:?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_reservation_that_was_released_by_hand_is_missed(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 5).await;
    let id = placed(db, &[(noir, 2)]).await.order.id;
    let statement = "UPDATE inventory SET quantity_reserved = 1, quantity_available = 4";
    sea_orm::ConnectionTrait::execute_unprepared(db, statement)
        .await
        .unwrap();
    let error = orders::cancel(db, CancelOrder { id }).await.unwrap_err();
    assert!(
        matches!(error, CancelError::Stock(inventory::StockError::Short { .. })),
        "{error:?}"
    );
    assert_eq!(
        orders::get(db, id).await.unwrap().order.status,
        OrderStatus::Pending
    );
    orders::confirm(db, ConfirmOrder { id }).await.unwrap();
    let error = orders::fulfil(db, FulfilOrder::all(id)).await.unwrap_err();
    assert!(
        matches!(error, FulfilError::Stock(inventory::StockError::Short { .. })),
        "{error:?}"
    );
    assert_eq!(level(db, noir, MAIN).await, [4, 1, 0], "nothing was sent");
}
