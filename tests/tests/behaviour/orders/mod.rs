//! Orders, from the cart to the refund.

mod place;
mod place_refusals;
mod repetition;

use entity::{CustomerId, ProductVariantId};
use sea_orm::DatabaseConnection;
use service::orders::{self, OrderLine, PlaceOrder, PlacedOrder};
use tests::rows;

/// Places an order of these pieces from the main location.
async fn placed(db: &DatabaseConnection, lines: &[(ProductVariantId, u32)]) -> PlacedOrder {
    orders::place(db, PlaceOrder::new(of(lines))).await.unwrap()
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
