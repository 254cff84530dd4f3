//! Which pieces come back, where they go, and what they cost. Nothing here talks to a database.

use std::collections::{BTreeMap, BTreeSet};

use entity::{OrderItemId, OrderStatus, order_items, orders};
use rust_decimal::Decimal;

use super::command::{ExcessGoods, Goods, RefundError, RefundLine};
use crate::inventory::MAIN;
use crate::inventory::movement::{Batch, Counts, Place};
use crate::orders::fulfil::ExcessLine;
use crate::orders::held::Change;
use crate::orders::state::{away, open};

/// What a refund does to lines and stock.
#[derive(Clone, Debug, Default)]
pub(super) struct Return {
    pub(super) changes: BTreeMap<OrderItemId, Change>,
    pub(super) stock: Batch,
    /// Stock rows that may have to be made.
    pub(super) made: BTreeSet<Place>,
    /// What the pieces cost.
    pub(super) value: Decimal,
}

/// Pieces of one line by what becomes of them.
#[derive(Clone, Debug, Default)]
struct Pieces {
    unsent: i64,
    sent: i64,
    restocked: BTreeMap<Option<String>, i64>,
}

pub(super) fn plan(
    order: &orders::Model,
    items: &[order_items::Model],
    lines: &[RefundLine],
) -> Result<Return, RefundError> {
    let asked = pieces(lines);
    let present: BTreeMap<_, _> = items.iter().map(|item| (item.id, item)).collect();
    let unknown: Vec<_> = asked
        .keys()
        .copied()
        .filter(|line| !present.contains_key(line))
        .collect();
    if !unknown.is_empty() {
        return Err(RefundError::UnknownLines { lines: unknown });
    }
    let wanted = || {
        asked
            .iter()
            .filter_map(|(line, pieces)| Some((*present.get(line)?, pieces)))
    };
    let excess: Vec<_> = wanted()
        .flat_map(|(item, pieces)| too_many(order, item, pieces))
        .collect();
    if !excess.is_empty() {
        return Err(RefundError::TooMany { lines: excess });
    }
    let no_variant: Vec<_> = wanted()
        .filter(|(item, pieces)| item.product_variant_id.is_none() && !pieces.restocked.is_empty())
        .map(|(item, _)| item.id)
        .collect();
    if !no_variant.is_empty() {
        return Err(RefundError::NoVariant { lines: no_variant });
    }
    let mut plan = Return::default();
    for (item, pieces) in wanted() {
        let cancelled = if order.status == OrderStatus::Cancelled {
            0
        } else {
            pieces.unsent
        };
        let change = Change {
            fulfilled: 0,
            returned: narrow(pieces.unsent + pieces.sent),
            cancelled: narrow(cancelled),
        };
        plan.changes.insert(item.id, change);
        plan.move_stock(item, pieces, cancelled);
    }
    plan.value = value(order, items, &plan.changes);
    Ok(plan)
}

fn pieces(lines: &[RefundLine]) -> BTreeMap<OrderItemId, Pieces> {
    let mut asked: BTreeMap<OrderItemId, Pieces> = BTreeMap::new();
    for line in lines {
        let pieces = asked.entry(line.line).or_default();
        let quantity = i64::from(line.quantity);
        match &line.goods {
            Goods::Unsent => pieces.unsent += quantity,
            Goods::NotRestocked => pieces.sent += quantity,
            Goods::Restocked(location) => {
                pieces.sent += quantity;
                *pieces.restocked.entry(location.clone()).or_default() += quantity;
            }
        }
    }
    asked
}

/// All pieces of a cancelled order are unsent and reserved no more.
fn too_many(order: &orders::Model, item: &order_items::Model, pieces: &Pieces) -> Vec<ExcessGoods> {
    let unsent = if order.status == OrderStatus::Cancelled {
        item.quantity - item.quantity_returned
    } else {
        open(item)
    };
    [(unsent, pieces.unsent, true), (away(item), pieces.sent, false)]
        .into_iter()
        .filter(|(present, asked, _)| *asked > i64::from(*present))
        .map(|(present, asked, unsent)| ExcessGoods {
            line: ExcessLine {
                line: item.id,
                sku: item.sku.clone(),
                present: present.into(),
                asked,
            },
            unsent,
        })
        .collect()
}

impl Return {
    fn move_stock(&mut self, item: &order_items::Model, pieces: &Pieces, cancelled: i64) {
        let Some(variant) = item.product_variant_id else {
            return;
        };
        if let (Some(location), 1..) = (item.location.clone(), cancelled) {
            let change = Counts {
                available: cancelled,
                reserved: -cancelled,
                incoming: 0,
            };
            self.stock.add(variant, location, change);
        }
        for (location, quantity) in &pieces.restocked {
            let location = location
                .clone()
                .or_else(|| item.location.clone())
                .unwrap_or_else(|| MAIN.to_owned());
            let change = Counts {
                available: *quantity,
                reserved: 0,
                incoming: 0,
            };
            self.made.insert(Place {
                variant,
                location: location.clone(),
            });
            self.stock.add(variant, location, change);
        }
    }
}

/// What the pieces cost: their part of what the order's goods came to, which is its total without shipping. All pieces together give
/// exactly that, in however many refunds, because each is the difference of two rounded sums.
fn value(
    orders: &orders::Model,
    items: &[order_items::Model],
    changes: &BTreeMap<OrderItemId, Change>,
) -> Decimal {
    let lines: Decimal = items.iter().map(|item| item.total_amount).sum();
    if lines.is_zero() {
        return Decimal::ZERO;
    }
    let goods = orders.total_amount - orders.shipping_amount;
    let until = |returned: &dyn Fn(&order_items::Model) -> i32| {
        let part = |item: &order_items::Model| {
            item.total_amount * Decimal::from(returned(item)) / Decimal::from(item.quantity)
        };
        (goods * items.iter().map(part).sum::<Decimal>() / lines).round_dp(2)
    };
    let before = until(&|item| item.quantity_returned);
    let after =
        until(&|item| item.quantity_returned + changes.get(&item.id).map_or(0, |change| change.returned));
    after - before
}

/// Of pieces that were checked against an i32.
fn narrow(pieces: i64) -> i32 {
    i32::try_from(pieces).unwrap_or(i32::MAX)
}
