//! The operations of orders.

use entity::OrderId;
use sea_orm::DatabaseConnection;
use service::orders::{
    self, CancelOrder, CompleteOrder, ConfirmOrder, FulfilOrder, OrderLine, PayOrder, PlaceOrder, RefundOrder,
};

use super::case::{Case, case};
use crate::shop::{amount, stocked};

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    let variant = stocked(db, "NOIR", 9).await;
    let of = |quantity| PlaceOrder::new(vec![OrderLine::new(variant, quantity)]);
    let pending = orders::place(db, of(2)).await.unwrap().order.id;
    let confirmed = orders::place(db, of(2)).await.unwrap().order.id;
    orders::confirm(db, ConfirmOrder { id: confirmed }).await.unwrap();
    let ready = ready(db, of(1)).await;
    let nowhere = OrderId::new();
    // Lines that several locations may serve go another way.
    let spread = |quantity| PlaceOrder {
        locations: vec!["main".into(), "attic".into()],
        ..of(quantity)
    };
    vec![
        case(orders::place, of(3), of(30)),
        case(orders::place, spread(3), spread(30)),
        case(
            orders::confirm,
            ConfirmOrder { id: pending },
            ConfirmOrder { id: nowhere },
        ),
        case(
            orders::cancel,
            CancelOrder { id: confirmed },
            CancelOrder { id: ready },
        ),
        case(
            orders::pay,
            PayOrder::new(pending, amount("100")),
            PayOrder::new(pending, amount("1000")),
        ),
        case(
            orders::fulfil,
            FulfilOrder::all(confirmed),
            FulfilOrder::all(pending),
        ),
        case(
            orders::refund,
            RefundOrder::amount(ready, amount("10")),
            RefundOrder::amount(ready, amount("1000")),
        ),
        case(
            orders::complete,
            CompleteOrder { id: ready },
            CompleteOrder { id: confirmed },
        ),
    ]
}

/// An order that is paid and sent.
async fn ready(db: &DatabaseConnection, command: PlaceOrder) -> OrderId {
    let order = orders::place(db, command).await.unwrap().order;
    orders::confirm(db, ConfirmOrder { id: order.id }).await.unwrap();
    let pay = PayOrder::new(order.id, order.total_amount);
    orders::pay(db, pay).await.unwrap();
    orders::fulfil(db, FulfilOrder::all(order.id)).await.unwrap();
    order.id
}
