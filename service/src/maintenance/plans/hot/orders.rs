//! From the cart to the refund.

use entity::OrderId;
use rust_decimal::Decimal;

use super::super::error::TrialError;
use super::super::probe::Probe;
use super::super::sample;
use super::HotOperation;
use crate::inventory::{self, Adjust, AdjustLine};
use crate::orders::{
    self, CancelOrder, ConfirmOrder, FulfilOrder, ListOrders, OrderKey, OrderLine, PayOrder, PlaceOrder,
    RefundOrder,
};

pub(super) const HOT: &[HotOperation] = &[
    HotOperation::new("orders.place", (1, 7), |p| Box::pin(place(p)))
        .using(&["idx_inventory_product_variant_id_location", "orders_pkey"])
        .within(350),
    HotOperation::new("orders.confirm", (3, 3), |p| Box::pin(confirm(p)))
        .using(&["orders_pkey"])
        .within(300),
    HotOperation::new("orders.pay", (7, 7), |p| Box::pin(pay(p)))
        .using(&["orders_pkey", "idx_transactions_order_id"])
        .within(400),
    HotOperation::new("orders.fulfil", (8, 9), |p| Box::pin(fulfil(p)))
        .using(&[
            "idx_order_items_order_id",
            "idx_inventory_product_variant_id_location",
        ])
        .touching(&[("system_events", 1)])
        .within(400),
    HotOperation::new("orders.cancel", (6, 7), |p| Box::pin(cancel(p)))
        .using(&[
            "idx_order_items_order_id",
            "idx_inventory_product_variant_id_location",
        ])
        .within(300),
    HotOperation::new("orders.refund", (11, 11), |p| Box::pin(refund(p)))
        .using(&[
            "idx_order_items_order_id",
            "idx_transactions_order_id",
            "idx_revenue_attribution_transaction_id",
        ])
        .touching(&[("system_events", 1)])
        .within(600),
    HotOperation::new("orders.get", (4, 4), |p| Box::pin(get(p)))
        .using(&[
            "orders_pkey",
            "idx_order_items_order_id",
            "idx_transactions_order_id",
        ])
        .within(300),
    HotOperation::new("orders.list", (1, 1), |p| Box::pin(list(p)))
        .using(&["idx_orders_created_at_id"])
        .within(300),
];

/// An order of two pieces of a variant, of which there are enough.
async fn order(probe: &Probe) -> Result<PlaceOrder, TrialError> {
    let variant = sample::variant(probe.quiet()).await?;
    let lines = vec![AdjustLine::available(variant, 2)];
    inventory::adjust(probe.quiet(), Adjust::new(lines)).await?;
    Ok(PlaceOrder {
        customer: Some(sample::customer(probe.quiet()).await?),
        ..PlaceOrder::new(vec![OrderLine::new(variant, 2)])
    })
}

async fn placed(probe: &Probe) -> Result<(OrderId, Decimal), TrialError> {
    let placed = orders::place(probe.quiet(), order(probe).await?).await?;
    Ok((placed.order.id, placed.order.total_amount))
}

async fn confirmed(probe: &Probe) -> Result<(OrderId, Decimal), TrialError> {
    let (id, total) = placed(probe).await?;
    orders::confirm(probe.quiet(), ConfirmOrder { id }).await?;
    Ok((id, total))
}

async fn place(probe: &Probe) -> Result<(), TrialError> {
    orders::place(probe, order(probe).await?).await?;
    Ok(())
}

async fn confirm(probe: &Probe) -> Result<(), TrialError> {
    let (id, _) = placed(probe).await?;
    orders::confirm(probe, ConfirmOrder { id }).await?;
    Ok(())
}

/// What is free of charge has nothing to pay or refund.
fn due(amount: Decimal) -> Result<Decimal, TrialError> {
    if amount.is_zero() {
        return Err(TrialError::NoRow("variant with a price"));
    }
    Ok(amount)
}

async fn pay(probe: &Probe) -> Result<(), TrialError> {
    let (order, total) = confirmed(probe).await?;
    orders::pay(probe, PayOrder::new(order, due(total)?)).await?;
    Ok(())
}

async fn fulfil(probe: &Probe) -> Result<(), TrialError> {
    let (order, _) = confirmed(probe).await?;
    orders::fulfil(probe, FulfilOrder::all(order)).await?;
    Ok(())
}

async fn cancel(probe: &Probe) -> Result<(), TrialError> {
    let (id, _) = placed(probe).await?;
    orders::cancel(probe, CancelOrder { id }).await?;
    Ok(())
}

async fn refund(probe: &Probe) -> Result<(), TrialError> {
    let (order, total) = confirmed(probe).await?;
    orders::pay(probe.quiet(), PayOrder::new(order, due(total)?)).await?;
    orders::refund(probe, RefundOrder::amount(order, total)).await?;
    Ok(())
}

async fn get(probe: &Probe) -> Result<(), TrialError> {
    let id = sample::order(probe.quiet()).await?;
    orders::get(probe, OrderKey::Id(id)).await?;
    Ok(())
}

async fn list(probe: &Probe) -> Result<(), TrialError> {
    orders::list(probe, ListOrders::default()).await?;
    Ok(())
}
