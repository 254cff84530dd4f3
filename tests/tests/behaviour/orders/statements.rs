//! The numbers of statements that the README of `service` states.

use rstest::rstest;
use service::inventory::{MAIN, SuggestReorders, suggest_reorders};
use service::orders::{
    self, CancelOrder, CompleteOrder, ConfirmOrder, FulfilOrder, Goods, ListOrders, PayOrder, PlaceOrder,
    RefundLine, RefundOrder,
};
use tests::{Engine, TestDatabase};

use super::{customer, of, placed};
use crate::shop::{amount, counting, stocked};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn orders_send_what_their_map_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (db, statements) = counting(&database);
    let on = |postgres, sqlite| {
        if engine == Engine::Postgres {
            postgres
        } else {
            sqlite
        }
    };
    let noir = stocked(&db, "NOIR", 99).await;
    let blanc = stocked(&db, "BLANC", 99).await;
    let buyer = customer(&db).await;
    statements.sent();
    let command = PlaceOrder {
        customer: Some(buyer),
        ..PlaceOrder::new(of(&[(noir, 3), (blanc, 3)]))
    };
    let order = orders::place(&db, command.clone()).await.unwrap();
    assert_eq!(statements.sent(), on(1, 7), "place");
    orders::place(&db, command.clone()).await.unwrap();
    assert_eq!(statements.sent(), on(3, 7), "place, again");
    let spread = PlaceOrder {
        id: entity::OrderId::new(),
        locations: vec![MAIN.into(), "shop".into()],
        ..command
    };
    orders::place(&db, spread).await.unwrap();
    assert_eq!(statements.sent(), 7, "place from several locations");
    let id = order.order.id;
    for expected in [3, 1] {
        orders::confirm(&db, ConfirmOrder { id }).await.unwrap();
        assert_eq!(statements.sent(), expected, "confirm");
    }
    orders::pay(&db, PayOrder::new(id, amount("94"))).await.unwrap();
    assert_eq!(statements.sent(), 5, "pay a part");
    orders::pay(&db, PayOrder::new(id, amount("500"))).await.unwrap();
    assert_eq!(statements.sent(), 7, "pay the rest");
    let line = |n: usize, quantity| orders::FulfilLine {
        line: order.items[n].id,
        quantity,
    };
    for (lines, expected) in [
        (vec![line(0, 1), line(1, 1)], on(8, 9)),
        (vec![line(0, 1)], on(6, 7)),
    ] {
        orders::fulfil(&db, FulfilOrder::new(id, lines)).await.unwrap();
        assert_eq!(statements.sent(), expected, "fulfil");
    }
    let all = FulfilOrder::all(id);
    orders::fulfil(&db, all.clone()).await.unwrap();
    statements.sent();
    orders::fulfil(&db, all).await.unwrap();
    assert_eq!(statements.sent(), 2, "fulfil, again");
    for expected in [3, 1] {
        orders::complete(&db, CompleteOrder { id }).await.unwrap();
        assert_eq!(statements.sent(), expected, "complete");
    }
    let amount_only = RefundOrder::amount(id, amount("10"));
    orders::refund(&db, amount_only.clone()).await.unwrap();
    assert_eq!(statements.sent(), 11, "refund an amount, the first");
    orders::refund(&db, RefundOrder::amount(id, amount("10")))
        .await
        .unwrap();
    assert_eq!(statements.sent(), 9, "refund an amount");
    orders::refund(&db, amount_only).await.unwrap();
    assert_eq!(statements.sent(), 3, "refund, again");
    let back = order.items.iter().map(|item| RefundLine {
        line: item.id,
        quantity: 1,
        goods: Goods::Restocked(None),
    });
    orders::refund(&db, RefundOrder::lines(id, back.collect()))
        .await
        .unwrap();
    assert_eq!(statements.sent(), on(13, 14), "refund pieces");
    orders::get(&db, id).await.unwrap();
    assert_eq!(statements.sent(), 4, "get");
    let other = placed(&db, &[(noir, 1), (blanc, 1)]).await.order.id;
    statements.sent();
    for expected in [on(6, 7), 2] {
        orders::cancel(&db, CancelOrder { id: other }).await.unwrap();
        assert_eq!(statements.sent(), expected, "cancel");
    }
    orders::get(&db, other).await.unwrap();
    assert_eq!(statements.sent(), 3, "get of a guest's");
    orders::list(&db, ListOrders::default()).await.unwrap();
    assert_eq!(statements.sent(), 1, "list");
    orders::page(&db, ListOrders::default()).await.unwrap();
    assert_eq!(statements.sent(), 4, "page");
    suggest_reorders(&db, SuggestReorders::default()).await.unwrap();
    assert_eq!(statements.sent(), 1, "suggest_reorders");
}
