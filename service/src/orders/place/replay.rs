//! Whether an order that exists is the one that a command places.

use std::collections::BTreeMap;

use entity::{ProductVariantId, customers, order_items, orders};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::PlacedOrder;
use super::command::{Demand, PlaceOrder, Share};
use super::refusal::PlaceError;
use crate::error::DatabaseError;
use crate::idempotency::Conflict;

/// The order that this command placed earlier, as it is now. One statement when there is none, else two or three.
pub(super) async fn replay<C: ConnectionTrait>(
    db: &C,
    command: &PlaceOrder,
) -> Result<Option<PlacedOrder>, PlaceError> {
    let order = orders::Entity::find_by_id(command.id)
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    let Some(order) = order else { return Ok(None) };
    let items = order_items::Entity::find()
        .filter(order_items::Column::OrderId.eq(command.id))
        .order_by_asc(order_items::Column::Id)
        .all(db)
        .await
        .map_err(DatabaseError::from)?;
    if same_money(command, &order)
        && same_lines(command, &items)
        && same_customer(db, command, &order).await?
    {
        Ok(Some(PlacedOrder { order, items }))
    } else {
        Err(Conflict {
            id: command.id.into(),
        }
        .into())
    }
}

fn same_money(command: &PlaceOrder, order: &orders::Model) -> bool {
    let discount = command.discount + command.lines.iter().map(|line| line.discount).sum::<Decimal>();
    let tax = command.tax + command.lines.iter().map(|line| line.tax).sum::<Decimal>();
    command.currency == order.currency
        && command.shipping == order.shipping_amount
        && discount == order.discount_amount
        && tax == order.tax_amount
        && command
            .order_number
            .as_ref()
            .is_none_or(|number| *number == order.order_number)
        && command
            .expected_total
            .is_none_or(|total| total == order.total_amount)
}

/// An order whose customer was deleted or merged into another has another one than the command, who then does not exist any more.
async fn same_customer<C: ConnectionTrait>(
    db: &C,
    command: &PlaceOrder,
    order: &orders::Model,
) -> Result<bool, DatabaseError> {
    match command.customer {
        customer if customer == order.customer_id => Ok(true),
        None => Ok(false),
        Some(id) => Ok(customers::Entity::find_by_id(id).one(db).await?.is_none()),
    }
}

/// Lines of a variant that was deleted since are compared as one.
fn same_lines(command: &PlaceOrder, items: &[order_items::Model]) -> bool {
    let mut ordered: BTreeMap<Option<ProductVariantId>, BTreeMap<Option<&String>, Share>> = BTreeMap::new();
    for item in items {
        let share = Share {
            quantity: item.quantity.into(),
            discount: item.discount_amount,
            tax: item.tax_amount,
        };
        let shares = ordered.entry(item.product_variant_id).or_default();
        shares.entry(item.location.as_ref()).or_default().add(share);
    }
    let mut of_deleted = Share::default();
    for (variant, demand) in command.demands() {
        match ordered.remove(&Some(variant)) {
            Some(shares) if same_shares(command, &demand, &shares) => {}
            Some(_) => return false,
            None => of_deleted.add(whole(&demand)),
        }
    }
    let deleted = ordered.remove(&None).unwrap_or_default();
    ordered.is_empty() && sum(deleted.values()) == of_deleted
}

fn same_shares(command: &PlaceOrder, demand: &Demand, shares: &BTreeMap<Option<&String>, Share>) -> bool {
    let covers = |(location, wanted): (&Option<String>, &Share)| {
        shares
            .get(&location.as_ref())
            .is_some_and(|share| share.quantity >= wanted.quantity)
    };
    let known = |location: &Option<&String>| {
        demand.fixed.contains_key(&location.cloned())
            || location
                .is_some_and(|location| demand.preferred.quantity > 0 && command.locations.contains(location))
    };
    demand.fixed.iter().all(covers) && shares.keys().all(known) && sum(shares.values()) == whole(demand)
}

fn whole(demand: &Demand) -> Share {
    let mut whole = sum(demand.fixed.values());
    whole.add(demand.preferred);
    whole
}

fn sum<'a>(shares: impl Iterator<Item = &'a Share>) -> Share {
    shares.fold(Share::default(), |mut sum, share| {
        sum.add(*share);
        sum
    })
}
