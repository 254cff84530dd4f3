//! The movements of the stock, and what has run low.

use super::super::error::TrialError;
use super::super::probe::Probe;
use super::super::sample;
use super::HotOperation;
use crate::inventory::{
    self, Adjust, AdjustLine, ListLowStock, Release, Reserve, Ship, StockLine, SuggestReorders,
};

pub(super) const HOT: &[HotOperation] = &[
    HotOperation::new("inventory.reserve", (1, 3), |p| Box::pin(reserve(p)))
        .using(&["idx_inventory_product_variant_id_location"])
        .within(300),
    HotOperation::new("inventory.release", (1, 3), |p| Box::pin(release(p)))
        .using(&["idx_inventory_product_variant_id_location"])
        .within(300),
    HotOperation::new("inventory.ship", (1, 3), |p| Box::pin(ship(p)))
        .using(&["idx_inventory_product_variant_id_location"])
        .within(300),
    HotOperation::new("inventory.adjust", (3, 5), |p| Box::pin(adjust(p))).within(300),
    HotOperation::new("inventory.low_stock", (1, 1), |p| Box::pin(low_stock(p)))
        .using(&["idx_inventory_reorder_point"])
        .within(5000),
    HotOperation::new("inventory.suggest_reorders", (1, 1), |p| {
        Box::pin(suggest_reorders(p))
    })
    .using(&["idx_inventory_reorder_point"])
    .within(5000),
];

/// Two pieces of a variant, of which there are enough.
async fn lines(probe: &Probe) -> Result<Vec<StockLine>, TrialError> {
    let variant = sample::variant(probe.quiet()).await?;
    let more = vec![AdjustLine::available(variant, 2)];
    inventory::adjust(probe.quiet(), Adjust::new(more)).await?;
    Ok(vec![StockLine::new(variant, 2)])
}

/// Two pieces that are reserved.
async fn reserved(probe: &Probe) -> Result<Vec<StockLine>, TrialError> {
    let lines = lines(probe).await?;
    inventory::reserve(probe.quiet(), Reserve::new(lines.clone())).await?;
    Ok(lines)
}

async fn reserve(probe: &Probe) -> Result<(), TrialError> {
    inventory::reserve(probe, Reserve::new(lines(probe).await?)).await?;
    Ok(())
}

async fn release(probe: &Probe) -> Result<(), TrialError> {
    inventory::release(probe, Release::new(reserved(probe).await?)).await?;
    Ok(())
}

async fn ship(probe: &Probe) -> Result<(), TrialError> {
    inventory::ship(probe, Ship::new(reserved(probe).await?)).await?;
    Ok(())
}

async fn adjust(probe: &Probe) -> Result<(), TrialError> {
    let variant = sample::variant(probe.quiet()).await?;
    let lines = vec![AdjustLine::available(variant, 1)];
    inventory::adjust(probe, Adjust::new(lines)).await?;
    Ok(())
}

async fn low_stock(probe: &Probe) -> Result<(), TrialError> {
    inventory::low_stock(probe, ListLowStock::default()).await?;
    Ok(())
}

async fn suggest_reorders(probe: &Probe) -> Result<(), TrialError> {
    inventory::suggest_reorders(probe, SuggestReorders::default()).await?;
    Ok(())
}
