//! Sending what was ordered.

mod command;

use std::collections::BTreeMap;

use entity::{OrderItemId, OrderStatus, order_items};
use sea_orm::{ConnectionTrait, TransactionTrait};

pub(super) use command::listed;
pub use command::{ExcessLine, FulfilError, FulfilLine, FulfilOrder, FulfilledLine, FulfilledOrder};

use super::held::{self, Change};
use super::state::open;
use crate::idempotency;
use crate::inventory::movement::{self, Batch, Counts};
use crate::operation;
use crate::transaction;

const KIND: &str = "order.fulfilled";

/// Sends pieces of a confirmed order: what was reserved for them leaves the shelf.
///
/// Safe to repeat: the same command under the same id returns the first outcome. Six statements on PostgreSQL and seven on SQLite, two
/// more when the order's `fulfillment_status` changes; two for a repetition. Locks the order, then the stock by variant and
/// location.
///
/// # Errors
///
/// [`FulfilError::NotFound`], [`FulfilError::NotConfirmed`], [`FulfilError::UnknownLines`], [`FulfilError::TooMany`],
/// [`FulfilError::NothingOpen`], [`FulfilError::Conflict`], [`FulfilError::Invalid`]; [`FulfilError::Stock`] when somebody released the
/// reservations by hand.
pub async fn fulfil<C>(db: &C, command: FulfilOrder) -> Result<FulfilledOrder, FulfilError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "orders.fulfil");
    command.check()?;
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &command).await;
    transaction::finish(transaction, outcome).await
}

async fn write<C: ConnectionTrait>(db: &C, command: &FulfilOrder) -> Result<FulfilledOrder, FulfilError> {
    let id = command.order;
    let order = held::order(db, id).await?;
    // Under the order's lock, so that of two that send the same command the second finds what the first did.
    if let Some(first) = idempotency::replay(db, command.id, KIND, command).await? {
        return Ok(first);
    }
    let order = order.ok_or(FulfilError::NotFound { id })?;
    if order.status != OrderStatus::Confirmed {
        return Err(FulfilError::NotConfirmed { status: order.status });
    }
    let mut items = held::items(db, id).await?;
    let sent = pieces(command, &items)?;
    let mut batch = Batch::default();
    for item in &items {
        if let (Some(pieces), Some(variant), Some(location)) =
            (sent.get(&item.id), item.product_variant_id, item.location.clone())
        {
            batch.add(
                variant,
                location,
                Counts {
                    available: 0,
                    reserved: -i64::from(pieces.fulfilled),
                    incoming: 0,
                },
            );
        }
    }
    if !batch.0.is_empty() {
        movement::apply(db, &batch).await?;
    }
    held::change_items(db, &mut items, &sent).await?;
    let order = held::follow(db, order, None, Some(&items)).await?;
    let outcome = FulfilledOrder {
        order: id,
        fulfillment_status: order.fulfillment_status,
        lines: items
            .iter()
            .filter_map(|item| {
                Some(FulfilledLine {
                    line: item.id,
                    quantity: sent.get(&item.id)?.fulfilled,
                    open: open(item),
                })
            })
            .collect(),
    };
    idempotency::remember(db, command.id, KIND, command, &outcome).await?;
    Ok(outcome)
}

/// How many pieces of which lines are sent.
fn pieces(
    command: &FulfilOrder,
    items: &[order_items::Model],
) -> Result<BTreeMap<OrderItemId, Change>, FulfilError> {
    let mut asked: BTreeMap<OrderItemId, i64> = BTreeMap::new();
    for line in &command.lines {
        *asked.entry(line.line).or_default() += i64::from(line.quantity);
    }
    if command.lines.is_empty() {
        let open = items.iter().map(|item| (item.id, i64::from(open(item))));
        asked = open.filter(|(_, pieces)| *pieces > 0).collect();
        if asked.is_empty() {
            return Err(FulfilError::NothingOpen);
        }
    }
    let present: BTreeMap<_, _> = items.iter().map(|item| (item.id, item)).collect();
    let lines: Vec<_> = asked
        .keys()
        .copied()
        .filter(|line| !present.contains_key(line))
        .collect();
    if !lines.is_empty() {
        return Err(FulfilError::UnknownLines { lines });
    }
    let mut sent = BTreeMap::new();
    let mut lines = Vec::new();
    for (line, asked) in asked {
        let Some(item) = present.get(&line) else { continue };
        match i32::try_from(asked) {
            Ok(fulfilled) if fulfilled <= open(item) => {
                let change = Change {
                    fulfilled,
                    ..Change::default()
                };
                sent.insert(line, change);
            }
            _ => lines.push(ExcessLine {
                line,
                sku: item.sku.clone(),
                present: open(item).into(),
                asked,
            }),
        }
    }
    if lines.is_empty() {
        Ok(sent)
    } else {
        Err(FulfilError::TooMany { lines })
    }
}
