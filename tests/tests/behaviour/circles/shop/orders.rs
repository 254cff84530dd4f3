//! Orders, with stock and without.

use sea_orm::DatabaseConnection;
use service::deletion::{self, Delete, Row};
use service::orders::{
    self, CancelOrder, ConfirmOrder, FulfilOrder, Goods, OrderLine, PayOrder, PlaceOrder, PlacedOrder,
    RefundLine, RefundOrder,
};

use super::Shop;
use crate::composition::case::{Case, obliging};
use crate::race::turn_round;
use crate::shop::amount;

pub(super) async fn cases(db: &DatabaseConnection, shop: &Shop) -> Vec<Case> {
    let unpaid = orders::place(db, untracked(shop)).await.unwrap();
    let [sent, bare] = [open(db, untracked(shop)).await, open(db, untracked(shop)).await];
    let tracked = [open(db, tracked(shop)).await, open(db, self::tracked(shop)).await];
    for order in [&sent, &tracked[0]] {
        orders::fulfil(db, FulfilOrder::all(order.order.id))
            .await
            .unwrap();
    }
    turn_round(db, "order_items").await;
    let mut cases = open_ones(shop, &unpaid);
    cases.extend(closing(&bare));
    cases.extend(closing(&tracked[1]));
    for (order, goods) in [
        (&sent, Goods::NotRestocked),
        (&sent, Goods::Restocked(Some("main".into()))),
        (&tracked[0], Goods::Restocked(None)),
    ] {
        cases.push(obliging(orders::refund, returned(order, goods)));
    }
    cases
}

fn untracked(shop: &Shop) -> PlaceOrder {
    let [one, two] = shop.untracked;
    let lines = [two, one].map(|variant| OrderLine::new(variant, 2).untracked());
    of_ann(shop, lines)
}

fn tracked(shop: &Shop) -> PlaceOrder {
    let [one, two] = shop.tracked;
    of_ann(shop, [two, one].map(|variant| OrderLine::new(variant, 2)))
}

fn of_ann(shop: &Shop, lines: [OrderLine; 2]) -> PlaceOrder {
    PlaceOrder {
        customer: Some(shop.customers[0]),
        ..PlaceOrder::new(lines.to_vec())
    }
}

/// An order that is confirmed, and paid in part.
async fn open(db: &DatabaseConnection, command: PlaceOrder) -> PlacedOrder {
    let placed = orders::place(db, command).await.unwrap();
    let id = placed.order.id;
    orders::confirm(db, ConfirmOrder { id }).await.unwrap();
    orders::pay(db, PayOrder::new(id, amount("100"))).await.unwrap();
    placed
}

fn open_ones(shop: &Shop, unpaid: &PlacedOrder) -> Vec<Case> {
    let (id, item) = (unpaid.order.id, unpaid.items[0].id);
    let deleted = |row| obliging(deletion::delete, Delete { row });
    vec![
        obliging(orders::place, untracked(shop)),
        obliging(orders::place, tracked(shop)),
        obliging(orders::confirm, ConfirmOrder { id }),
        obliging(orders::pay, PayOrder::new(id, amount("10"))),
        deleted(Row::Order(id)),
        deleted(Row::OrderItem(item)),
    ]
}

fn closing(order: &PlacedOrder) -> Vec<Case> {
    let id = order.order.id;
    vec![
        obliging(orders::pay, PayOrder::new(id, amount("10"))),
        obliging(orders::fulfil, FulfilOrder::all(id)),
        obliging(orders::cancel, CancelOrder { id }),
        obliging(orders::refund, RefundOrder::amount(id, amount("10"))),
    ]
}

fn returned(order: &PlacedOrder, goods: Goods) -> RefundOrder {
    let lines = order.items.iter().map(|item| RefundLine {
        line: item.id,
        quantity: 1,
        goods: goods.clone(),
    });
    RefundOrder {
        amount: Some(amount("10")),
        ..RefundOrder::lines(order.order.id, lines.collect())
    }
}
