//! Many who want the same order, or the same pieces, at the same moment.

use rstest::rstest;
use service::inventory::{AdjustLine, MAIN};
use service::orders::{
    self, CancelError, CancelOrder, FulfilError, FulfilOrder, PayError, PayOrder, PlaceError, PlaceOrder,
    RefundError, RefundOrder,
};
use tests::{Engine, TestDatabase};

use super::{counts, of, paid, placed};
use crate::race::behind;
use crate::shop::{amount, level, stock, stocked};

const ORDERS: &str = "UPDATE orders SET status = status";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_paid_once_however_many_pay_at_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 9).await;
    let id = placed(db, &[(noir, 1)]).await.order.id;
    let outcomes = behind(db, ORDERS, 8, |_| {
        let db = db.clone();
        async move { orders::pay(&db, PayOrder::new(id, amount("60"))).await }
    })
    .await;
    let paid = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(paid, 1);
    for outcome in outcomes.into_iter().filter_map(Result::err) {
        assert!(
            matches!(outcome, PayError::TooMuch { due, .. } if due == amount("39")),
            "{outcome:?}"
        );
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_is_refunded_once_however_many_refund_at_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 9).await;
    let id = paid(db, &[(noir, 1)]).await.order.id;
    let outcomes = behind(db, ORDERS, 8, |_| {
        let db = db.clone();
        async move { orders::refund(&db, RefundOrder::amount(id, amount("33"))).await }
    })
    .await;
    let refunded = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(refunded, 3);
    for outcome in outcomes.into_iter().filter_map(Result::err) {
        assert!(matches!(outcome, RefundError::TooMuch { .. }), "{outcome:?}");
    }
    assert_eq!(orders::get(db, id).await.unwrap().transactions.len(), 4);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn one_command_sent_many_times_at_once_happens_once(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 9).await;
    let id = paid(db, &[(noir, 4)]).await.order.id;
    let fulfil = FulfilOrder::all(id);
    let sent = behind(db, ORDERS, 6, |_| {
        let (db, command) = (db.clone(), fulfil.clone());
        async move { orders::fulfil(&db, command).await.unwrap() }
    })
    .await;
    assert!(sent.iter().all(|outcome| *outcome == sent[0]));
    assert_eq!(level(db, noir, MAIN).await, [5, 0, 0]);
    let refund = RefundOrder::amount(id, amount("300"));
    let refunded = behind(db, ORDERS, 6, |_| {
        let (db, command) = (db.clone(), refund.clone());
        async move { orders::refund(&db, command).await.unwrap() }
    })
    .await;
    assert!(refunded.iter().all(|outcome| *outcome == refunded[0]));
    assert_eq!(orders::get(db, id).await.unwrap().transactions.len(), 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_cancelled_or_sent_but_not_both(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 40).await;
    for _ in 0..3 {
        let id = paid(db, &[(noir, 4)]).await.order.id;
        let [available, reserved, _] = level(db, noir, MAIN).await;
        let outcomes = behind(db, ORDERS, 6, |n| {
            let db = db.clone();
            async move {
                if n % 2 == 0 {
                    match orders::cancel(&db, CancelOrder { id }).await {
                        Ok(_) => Some("cancelled"),
                        Err(CancelError::Sent { .. }) => None,
                        Err(other) => panic!("{other:?}"),
                    }
                } else {
                    match orders::fulfil(&db, FulfilOrder::all(id)).await {
                        Ok(_) => Some("sent"),
                        Err(FulfilError::NotConfirmed { .. } | FulfilError::NothingOpen) => None,
                        Err(other) => panic!("{other:?}"),
                    }
                }
            }
        })
        .await;
        let outcomes: std::collections::BTreeSet<_> = outcomes.into_iter().flatten().collect();
        let now = level(db, noir, MAIN).await;
        if outcomes == ["sent"].into() {
            assert_eq!(now, [available, reserved - 4, 0]);
            assert_eq!(counts(db, id).await, [[4, 0, 0]]);
        } else {
            assert_eq!(outcomes, ["cancelled"].into());
            assert_eq!(now, [available + 4, reserved - 4, 0]);
            assert_eq!(counts(db, id).await, [[0, 0, 4]]);
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn orders_sell_every_piece_of_several_locations_and_none_twice(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 7).await;
    let blanc = stocked(db, "BLANC", 13).await;
    stock(
        db,
        vec![
            AdjustLine::available(noir, 13).at("shop"),
            AdjustLine::available(blanc, 7).at("shop"),
        ],
    )
    .await;
    let gate = "UPDATE inventory SET location = location";
    let outcomes = behind(db, gate, 24, |n| {
        let db = db.clone();
        let mut lines = of(&[(noir, 1), (blanc, 1)]);
        let mut locations = vec![MAIN.to_owned(), "shop".to_owned()];
        if n % 2 == 0 {
            lines.reverse();
            locations.reverse();
        }
        async move {
            let command = PlaceOrder {
                locations,
                ..PlaceOrder::new(lines)
            };
            orders::place(&db, command).await
        }
    })
    .await;
    let sold = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    for error in outcomes.into_iter().filter_map(Result::err) {
        assert!(matches!(error, PlaceError::Short { .. }), "{error:?}");
    }
    assert_eq!(sold, 20);
    assert_eq!(level(db, noir, MAIN).await, [0, 7, 0]);
    assert_eq!(level(db, blanc, "shop").await, [0, 7, 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_order_the_last_pieces_of_one_location_each_gets_his_or_none(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let noir = stocked(db, "NOIR", 20).await;
    let gate = "UPDATE inventory SET location = location";
    let outcomes = behind(db, gate, 16, |_| {
        let db = db.clone();
        async move { orders::place(&db, PlaceOrder::new(of(&[(noir, 2)]))).await }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 10);
    assert_eq!(level(db, noir, MAIN).await, [0, 20, 0]);
    for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert!(matches!(error, PlaceError::Short { .. }), "{error:?}");
    }
    let mut numbers: Vec<_> = outcomes
        .into_iter()
        .flatten()
        .map(|placed| placed.order.order_number)
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 10);
}
