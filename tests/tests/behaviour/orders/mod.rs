//! Orders, from the cart to the refund.

mod attribution;
mod deletion_races;
mod fulfil;
mod list;
mod pay;
mod place;
mod place_refusals;
mod plans;
mod races;
mod refund;
mod refund_refusals;
mod reorder;
mod repetition;
mod repetition_after_deletion;
mod statements;
mod status;

use entity::{CustomerId, OrderId, ProductVariantId};
use sea_orm::DatabaseConnection;
use service::orders::{self, ConfirmOrder, OrderLine, PayOrder, PlaceOrder, PlacedOrder};
use tests::rows;

/// Places an order of these pieces from the main location.
async fn placed(db: &DatabaseConnection, lines: &[(ProductVariantId, u32)]) -> PlacedOrder {
    orders::place(db, PlaceOrder::new(of(lines))).await.unwrap()
}

/// The same, confirmed and paid.
async fn paid(db: &DatabaseConnection, lines: &[(ProductVariantId, u32)]) -> PlacedOrder {
    let placed = placed(db, lines).await;
    let PlacedOrder { order, .. } = &placed;
    orders::confirm(db, ConfirmOrder { id: order.id }).await.unwrap();
    orders::pay(db, PayOrder::new(order.id, order.total_amount))
        .await
        .unwrap();
    placed
}

/// What the lines of an order count: fulfilled, returned, cancelled.
async fn counts(db: &DatabaseConnection, id: OrderId) -> Vec<[i32; 3]> {
    let items = orders::get(db, id).await.unwrap().items;
    items
        .iter()
        .map(|item| {
            [
                item.quantity_fulfilled,
                item.quantity_returned,
                item.quantity_cancelled,
            ]
        })
        .collect()
}

/// Lines of these pieces.
fn of(lines: &[(ProductVariantId, u32)]) -> Vec<OrderLine> {
    lines
        .iter()
        .map(|(variant, quantity)| OrderLine::new(*variant, *quantity))
        .collect()
}

/// Somebody who orders.
async fn customer(db: &DatabaseConnection) -> CustomerId {
    rows::insert(db, "customers", []).await.id().into()
}
