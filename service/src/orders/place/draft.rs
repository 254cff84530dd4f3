//! What an order comes to, given prices and shelves. Nothing here talks to a database: both engines' paths decide here.

use std::collections::BTreeMap;

use entity::{OrderItemId, ProductStatus, ProductVariantId, order_items};
use rust_decimal::Decimal;

use super::command::{Demand, PlaceOrder, Share};
use super::refusal::{PlaceError, ShortLine, Unavailable};
use crate::inventory::movement::Place;

/// What the catalogue says about a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) sku: String,
    pub(super) title: String,
    pub(super) price: Decimal,
    pub(super) status: ProductStatus,
    pub(super) is_available: bool,
}

/// What an order is decided on.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) offers: BTreeMap<ProductVariantId, Offer>,
    /// Free to sell; a place without a stock row has none.
    pub(super) free: BTreeMap<Place, i64>,
}

/// An order as it can be placed.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// By variant and location.
    pub(super) items: Vec<order_items::Model>,
    pub(super) subtotal: Decimal,
    pub(super) discount: Decimal,
    pub(super) tax: Decimal,
    pub(super) total: Decimal,
}

/// The title under which a variant is sold, `Noir (24x36, black)`: at most the 500 characters that a line holds.
pub(super) fn title(product: &str, size: Option<&str>, frame: Option<&str>) -> String {
    let details: Vec<_> = [size, frame]
        .into_iter()
        .flatten()
        .filter(|detail| !detail.is_empty())
        .collect();
    let title = if details.is_empty() {
        product.to_owned()
    } else {
        format!("{product} ({})", details.join(", "))
    };
    title.chars().take(500).collect()
}

/// Decides on the order.
pub(super) fn draft(command: &PlaceOrder, facts: &Facts) -> Result<Draft, PlaceError> {
    let demands = command.demands();
    for_sale(&demands, facts)?;
    let mut short = Vec::new();
    let mut items = Vec::new();
    for (variant, demand) in &demands {
        let Some(offer) = facts.offers.get(variant) else {
            continue;
        };
        let shares = allocate(*variant, demand, command, facts, &mut short);
        for (location, share) in shares {
            items.push(item(command, (*variant, offer), location, share)?);
        }
    }
    if !short.is_empty() {
        for line in &mut short {
            line.sku = facts
                .offers
                .get(&line.variant)
                .map(|offer| offer.sku.clone())
                .unwrap_or_default();
        }
        return Err(PlaceError::Short { short });
    }
    sum_up(command, items)
}

fn for_sale(demands: &BTreeMap<ProductVariantId, Demand>, facts: &Facts) -> Result<(), PlaceError> {
    let wanted = || demands.keys().copied();
    let variants: Vec<_> = wanted()
        .filter(|variant| !facts.offers.contains_key(variant))
        .collect();
    if !variants.is_empty() {
        return Err(PlaceError::UnknownVariants { variants });
    }
    let unavailable: Vec<_> = wanted()
        .filter_map(|variant| Some((variant, facts.offers.get(&variant)?)))
        .filter(|(_, offer)| !offer.is_available || offer.status != ProductStatus::Active)
        .map(|(variant, offer)| Unavailable {
            variant,
            sku: offer.sku.clone(),
            product_status: offer.status,
        })
        .collect();
    if unavailable.is_empty() {
        Ok(())
    } else {
        Err(PlaceError::Unavailable { unavailable })
    }
}

/// Where how much of a variant is taken from; lines that name their location come first.
fn allocate(
    variant: ProductVariantId,
    demand: &Demand,
    command: &PlaceOrder,
    facts: &Facts,
    short: &mut Vec<ShortLine>,
) -> BTreeMap<Option<String>, Share> {
    let mut shares = demand.fixed.clone();
    let free = |location: &String| {
        let location = location.clone();
        facts
            .free
            .get(&Place { variant, location })
            .copied()
            .unwrap_or_default()
    };
    let mut too_few = |locations, present, needed| {
        short.push(ShortLine {
            variant,
            sku: String::new(),
            locations,
            present,
            needed,
        });
    };
    for (location, share) in &demand.fixed {
        if let Some(location) = location
            && free(location) < share.quantity
        {
            too_few(vec![location.clone()], free(location), share.quantity);
        }
    }
    let wanted = demand.preferred;
    if wanted.quantity == 0 {
        return shares;
    }
    let left: Vec<(&String, i64)> = command
        .locations
        .iter()
        .map(|location| {
            let taken = demand
                .fixed
                .get(&Some(location.clone()))
                .map_or(0, |share| share.quantity);
            (location, (free(location) - taken).max(0))
        })
        .collect();
    let present = left.iter().map(|(_, left)| left).sum();
    if present < wanted.quantity {
        too_few(command.locations.clone(), present, wanted.quantity);
        return shares;
    }
    for (location, share) in split(wanted, &left) {
        shares.entry(Some(location.clone())).or_default().add(share);
    }
    shares
}

/// All from the first location that has it all, else from each in turn. Discount and tax go along by pieces, to the cent.
fn split<'a>(wanted: Share, left: &[(&'a String, i64)]) -> Vec<(&'a String, Share)> {
    if let Some((location, _)) = left.iter().find(|(_, left)| *left >= wanted.quantity) {
        return vec![(*location, wanted)];
    }
    let part = |amount: Decimal, taken: i64| {
        (amount * Decimal::from(taken) / Decimal::from(wanted.quantity)).round_dp(2)
    };
    let mut taken = 0;
    let mut shares = Vec::new();
    for (location, left) in left {
        let quantity = (*left).min(wanted.quantity - taken);
        if quantity > 0 {
            let until = taken + quantity;
            let share = Share {
                quantity,
                discount: part(wanted.discount, until) - part(wanted.discount, taken),
                tax: part(wanted.tax, until) - part(wanted.tax, taken),
            };
            shares.push((*location, share));
            taken = until;
        }
    }
    shares
}

fn item(
    command: &PlaceOrder,
    (variant, offer): (ProductVariantId, &Offer),
    location: Option<String>,
    share: Share,
) -> Result<order_items::Model, PlaceError> {
    let quantity = i32::try_from(share.quantity).map_err(|_| PlaceError::TooLarge {
        what: "quantity",
        value: share.quantity.into(),
    })?;
    let price = offer.price * Decimal::from(quantity);
    if share.discount > price {
        return Err(PlaceError::LineDiscount {
            variant,
            sku: offer.sku.clone(),
            discount: share.discount,
            price,
        });
    }
    let total_amount = price - share.discount + share.tax;
    fits("order_items.discount_amount", share.discount, 10)?;
    fits("order_items.tax_amount", share.tax, 10)?;
    fits("order_items.total_amount", total_amount, 12)?;
    Ok(order_items::Model {
        id: OrderItemId::new(),
        order_id: command.id,
        product_variant_id: Some(variant),
        sku: offer.sku.clone(),
        title: offer.title.clone(),
        location,
        quantity,
        quantity_fulfilled: 0,
        quantity_returned: 0,
        price: offer.price,
        discount_amount: share.discount,
        tax_amount: share.tax,
        total_amount,
        quantity_cancelled: 0,
    })
}

fn sum_up(command: &PlaceOrder, items: Vec<order_items::Model>) -> Result<Draft, PlaceError> {
    let subtotal: Decimal = items
        .iter()
        .map(|item| item.price * Decimal::from(item.quantity))
        .sum();
    let discount = command.discount + items.iter().map(|item| item.discount_amount).sum::<Decimal>();
    let tax = command.tax + items.iter().map(|item| item.tax_amount).sum::<Decimal>();
    if discount > subtotal {
        return Err(PlaceError::Discount { discount, subtotal });
    }
    let total = subtotal - discount + tax + command.shipping;
    for (what, value) in [
        ("orders.subtotal_amount", subtotal),
        ("orders.tax_amount", tax),
        ("orders.total_amount", total),
    ] {
        fits(what, value, 12)?;
    }
    match command.expected_total {
        Some(expected) if expected != total => Err(PlaceError::Total { expected, total }),
        _ => Ok(Draft {
            items,
            subtotal,
            discount,
            tax,
            total,
        }),
    }
}

fn fits(what: &'static str, value: Decimal, digits: u32) -> Result<(), PlaceError> {
    if value < Decimal::from_i128_with_scale(10_i128.pow(digits), 2) {
        Ok(())
    } else {
        Err(PlaceError::TooLarge { what, value })
    }
}
