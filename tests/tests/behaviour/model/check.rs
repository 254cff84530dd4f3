//! Whether the database holds what the model does.

use std::collections::BTreeMap;

use entity::{
    OrderFinancialStatus, OrderFulfillmentStatus, OrderId, OrderStatus, TransactionType, inventory,
    order_items, orders, transactions,
};
use rust_decimal::Decimal;
use sea_orm::EntityTrait;

use super::command::{Command, PLACES};
use super::drive::Shop;
use super::order::{Line, Order, Status};
use super::world::World;

pub(super) async fn same(shop: &Shop, world: &World, command: &Command) {
    assert_eq!(stock(shop).await, world.stock, "after {command:?}");
    let orders = orders::Entity::find().all(&shop.db).await.unwrap();
    let mut items: BTreeMap<OrderId, Vec<order_items::Model>> = BTreeMap::new();
    for item in order_items::Entity::find().all(&shop.db).await.unwrap() {
        items.entry(item.order_id).or_default().push(item);
    }
    let money = money(shop).await;
    assert_eq!(orders.len(), world.orders.len(), "after {command:?}");
    for (id, expected) in shop.orders.iter().zip(&world.orders) {
        let row = orders.iter().find(|row| row.id == *id).unwrap();
        let held = held(shop, row, items.remove(id).unwrap_or_default(), &money);
        assert_eq!(&held, expected, "after {command:?}");
        let told = (row.financial_status, row.fulfillment_status);
        assert_eq!(
            told,
            (financial(expected), fulfillment(expected)),
            "after {command:?}"
        );
        assert_eq!(
            row.total_amount,
            Decimal::new(expected.total(), 2),
            "after {command:?}"
        );
    }
    assert!(items.is_empty(), "lines without an order after {command:?}");
}

async fn stock(shop: &Shop) -> BTreeMap<(usize, usize), (i64, i64)> {
    let rows = inventory::Entity::find().all(&shop.db).await.unwrap();
    let named = rows.into_iter().map(|row| {
        let counts = (row.quantity_available.into(), row.quantity_reserved.into());
        (
            (shop.variant(row.product_variant_id), place(&row.location)),
            counts,
        )
    });
    named.collect()
}

/// Paid and refunded, in cents.
async fn money(shop: &Shop) -> BTreeMap<OrderId, (i64, i64)> {
    let mut sums: BTreeMap<OrderId, (i64, i64)> = BTreeMap::new();
    for row in transactions::Entity::find().all(&shop.db).await.unwrap() {
        let sum = sums.entry(row.order_id.unwrap()).or_default();
        match row.r#type {
            TransactionType::Revenue => sum.0 += cents(row.amount),
            TransactionType::Refund => sum.1 += cents(row.amount),
            other => panic!("an order has no {other}"),
        }
    }
    sums
}

fn held(
    shop: &Shop,
    row: &orders::Model,
    mut items: Vec<order_items::Model>,
    money: &BTreeMap<OrderId, (i64, i64)>,
) -> Order {
    items.sort_by_key(|item| {
        let variant = item.product_variant_id.unwrap();
        (shop.variant(variant), item.location.as_deref().map(place))
    });
    let lines = items.into_iter().map(|item| Line {
        variant: shop.variant(item.product_variant_id.unwrap()),
        place: item.location.as_deref().map(place),
        quantity: item.quantity.into(),
        sent: item.quantity_fulfilled.into(),
        returned: item.quantity_returned.into(),
        dropped: item.quantity_cancelled.into(),
    });
    let (paid, refunded) = money.get(&row.id).copied().unwrap_or_default();
    Order {
        status: match row.status {
            OrderStatus::Pending => Status::Pending,
            OrderStatus::Confirmed => Status::Confirmed,
            OrderStatus::Completed => Status::Completed,
            OrderStatus::Cancelled => Status::Cancelled,
        },
        lines: lines.collect(),
        discount: cents(row.discount_amount),
        shipping: cents(row.shipping_amount),
        paid,
        refunded,
    }
}

fn financial(order: &Order) -> OrderFinancialStatus {
    if order.refunded == 0 {
        if order.paid == order.total() {
            OrderFinancialStatus::Paid
        } else {
            OrderFinancialStatus::Unpaid
        }
    } else if order.refunded == order.paid {
        OrderFinancialStatus::Refunded
    } else {
        OrderFinancialStatus::PartiallyRefunded
    }
}

fn fulfillment(order: &Order) -> OrderFulfillmentStatus {
    if order.lines.iter().all(|line| line.sent == 0) {
        OrderFulfillmentStatus::Unfulfilled
    } else if order.lines.iter().all(|line| line.owed() == 0) {
        OrderFulfillmentStatus::Fulfilled
    } else {
        OrderFulfillmentStatus::Partial
    }
}

fn place(location: &str) -> usize {
    PLACES.iter().position(|place| *place == location).unwrap()
}

fn cents(amount: Decimal) -> i64 {
    i64::try_from(amount * Decimal::ONE_HUNDRED).unwrap()
}
